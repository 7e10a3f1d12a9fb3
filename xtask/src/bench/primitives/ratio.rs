//! From times to ratios: what one line of the table says.

use super::rows::Row;
use super::subjects::{Contract, Tool};
use serde::Serialize;

/// One workload, with every library that has the primitive for it.
#[derive(Serialize)]
pub(super) struct Line {
    pub(super) row: &'static str,
    pub(super) tools: Vec<Score>,
    pub(super) best_strict_peer: Option<Peer>,
}

/// How one library did.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Score {
    #[serde(skip)]
    pub(super) tool: Tool,
    #[serde(rename = "tool")]
    pub(super) name: &'static str,
    pub(super) is_fifo: bool,
    pub(super) is_exact: bool,
    /// Nanoseconds for one operation, in the best round and in the middle one.
    pub(super) min: f64,
    pub(super) median: f64,
    /// To tokio: of the best rounds, and in the middle of all rounds.
    pub(super) min_ratio: f64,
    pub(super) median_ratio: f64,
}

/// The fastest library, besides ours and tokio, that overtakes nobody and loses nothing.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Peer {
    pub(super) tool: &'static str,
    /// Our best round, in best rounds of that library.
    pub(super) ours: f64,
}

/// Times are nanoseconds for one operation: by library, by round.
pub(super) fn line(row: &Row, times: Vec<Vec<f64>>) -> Line {
    let base = row.contenders.iter().position(|contender| contender.tool == Tool::Tokio);
    let base = times[base.expect("tokio is in every row")].clone();
    let entries = row.contenders.iter().zip(&times);
    let tools: Vec<Score> =
        entries.map(|(contender, times)| score(contender.tool, contender.contract, times, &base)).collect();
    let best_strict_peer = best_strict_peer(&tools);
    Line { row: row.name, tools, best_strict_peer }
}

fn score(tool: Tool, contract: Contract, times: &[f64], base: &[f64]) -> Score {
    let ratios: Vec<f64> = times.iter().zip(base).map(|(time, base)| time / base).collect();
    Score {
        tool,
        name: tool.name(),
        is_fifo: contract.is_fifo,
        is_exact: contract.is_exact,
        min: min(times),
        median: median(times),
        min_ratio: min(times) / min(base),
        median_ratio: median(&ratios),
    }
}

fn best_strict_peer(tools: &[Score]) -> Option<Peer> {
    let ours = tools.iter().find(|score| score.tool == Tool::AsyncKata)?;
    let peers = tools.iter().filter(|score| !matches!(score.tool, Tool::AsyncKata | Tool::Tokio));
    let strict = peers.filter(|score| score.is_fifo && score.is_exact);
    let best = strict.min_by(|one, other| one.min.total_cmp(&other.min))?;
    Some(Peer { tool: best.name, ours: ours.min / best.min })
}

fn min(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

/// The one in the middle, or halfway between the two that are.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    match sorted.len() % 2 {
        _ if sorted.is_empty() => f64::NAN,
        0 => f64::midpoint(sorted[half - 1], sorted[half]),
        _ => sorted[half],
    }
}

#[cfg(test)]
mod tests {
    use super::super::rows::{Contender, Workers};
    use super::super::workloads::Sample;
    use super::*;
    use std::time::Duration;

    fn row(tools: &[(Tool, Contract)]) -> Row {
        let contenders = tools.iter().map(|(tool, contract)| Contender {
            tool: *tool,
            contract: *contract,
            run: |_, done| Sample { elapsed: Duration::ZERO, done },
        });
        Row { name: "some row", workers: Workers::None, n: 1, contenders: contenders.collect() }
    }

    #[test]
    fn the_middle_is_one_value_or_between_two() {
        assert_eq!(median(&[9.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 9.0, 2.0]), 3.0);
        assert!(median(&[]).is_nan());
        assert_eq!(min(&[3.0, 2.0, 5.0]), 2.0);
    }

    /// The two ratios differ when the rounds were unequal: 10 of 20, 30 of 40 and 40 of 50.
    #[test]
    fn a_ratio_of_best_rounds_and_a_median_of_ratios() {
        let tools = [(Tool::AsyncKata, Contract::STRICT), (Tool::Tokio, Contract::STRICT)];
        let line = line(&row(&tools), vec![vec![10.0, 30.0, 40.0], vec![20.0, 40.0, 50.0]]);
        let [ours, base] = &line.tools[..] else { panic!("two tools") };
        assert_eq!((ours.min, ours.median, ours.min_ratio, ours.median_ratio), (10.0, 30.0, 0.5, 0.75));
        assert_eq!((base.min, base.median, base.min_ratio, base.median_ratio), (20.0, 40.0, 1.0, 1.0));
        assert_eq!(line.best_strict_peer, None);
    }

    #[test]
    fn the_best_peer_keeps_the_order_and_loses_nothing() {
        let barging = Contract { is_fifo: false, is_exact: true };
        let inexact = Contract { is_fifo: true, is_exact: false };
        let tools = [
            (Tool::AsyncKata, Contract::STRICT),
            (Tool::Tokio, Contract::STRICT),
            (Tool::Smol, barging),
            (Tool::Kanal, inexact),
            (Tool::Asyncband, Contract::STRICT),
            (Tool::Intrusive, Contract::STRICT),
        ];
        let times = [6.0, 1.0, 1.0, 1.0, 12.0, 8.0].map(|time| vec![time]);
        let line = line(&row(&tools), times.to_vec());
        assert_eq!(line.best_strict_peer, Some(Peer { tool: "intrusive", ours: 0.75 }));
    }
}
