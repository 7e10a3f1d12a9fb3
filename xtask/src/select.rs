//! Which plays an ID means; for one that means none, the nearest that does.

use crate::out::{Exit, Failure};
use async_kata::scenarios::{self, Play, Scenario};

const LIST: &str = "cargo xtask list";

/// The plays of `chapter/scenario`, or the one of `chapter/scenario:play`.
pub(crate) fn plays(id: &str) -> Result<(&'static Scenario, Vec<&'static Play>), Failure> {
    let (scenario, play) = match id.split_once(':') {
        Some((scenario, play)) => (scenario, Some(play)),
        None => (id, None),
    };
    let scenario = find(scenario)?;
    let Some(play) = play else { return Ok((scenario, scenario.plays.iter().collect())) };
    let found = scenario.play(play).ok_or_else(|| {
        let names: Vec<&str> = scenario.plays.iter().map(|play| play.name).collect();
        unknown(&format!("{} has no play `{play}`", scenario.id), play, &names, &format!("{}:", scenario.id), LIST)
    })?;
    Ok((scenario, vec![found]))
}

/// The one play that an ID means, where only one will do.
pub(crate) fn one_play(id: &str, why: &str) -> Result<(&'static Scenario, &'static Play), Failure> {
    let (scenario, plays) = plays(id)?;
    match plays[..] {
        [play] => Ok((scenario, play)),
        _ => {
            let ids: Vec<String> = plays.iter().map(|play| format!("{}:{}", scenario.id, play.name)).collect();
            Err(Failure::new(Exit::Usage, format!("{why} takes one play: {}", ids.join(" or "))))
        }
    }
}

/// The scenario of this id.
pub(crate) fn find(id: &str) -> Result<&'static Scenario, Failure> {
    scenarios::find(id).ok_or_else(|| {
        let ids: Vec<&str> = scenarios::all().map(|scenario| scenario.id).collect();
        unknown(&format!("there is no scenario `{id}`"), id, &ids, "", LIST)
    })
}

/// What is not there, what may have been meant, and the command that lists what there is.
pub(crate) fn unknown(what: &str, wrong: &str, known: &[&str], prefix: &str, list: &str) -> Failure {
    let nearest = known.iter().min_by_key(|known| distance(wrong, known));
    let near = nearest.filter(|nearest| distance(wrong, nearest) <= wrong.chars().count() / 2 + 1);
    let hint = near.map(|nearest| format!("did you mean {prefix}{nearest}? ")).unwrap_or_default();
    Failure::new(Exit::Nothing, format!("{what}: {hint}`{list}` shows all"))
}

/// How far apart two ids are: the letters to change, where a part of the other (its end, its beginning) is near.
fn distance(one: &str, other: &str) -> usize {
    let tail = other.rsplit('/').next().unwrap_or(other);
    edits(one, other).min(edits(one.rsplit('/').next().unwrap_or(one), tail) + 1)
}

/// Levenshtein's distance.
fn edits(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, from) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, to) in other.iter().enumerate() {
            let change = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_id_names_the_nearest() {
        let message = |id: &str| plays(id).unwrap_err().message;
        assert!(message("pitfalls/lost-updates").contains("did you mean pitfalls/lost-update?"));
        assert!(message("early-main-exit").contains("did you mean pitfalls/early-main-exit?"));
        assert!(message("pitfalls/lost-update:fixd").contains("did you mean pitfalls/lost-update:fixed?"));
        assert_eq!(message("zzzzz"), "there is no scenario `zzzzz`: `cargo xtask list` shows all");
        assert_eq!(plays("zzzzz").unwrap_err().exit, Exit::Nothing);
    }

    #[test]
    fn edits_are_counted() {
        assert_eq!([edits("", "ab"), edits("kitten", "sitting"), edits("same", "same")], [2, 3, 0]);
    }

    #[test]
    fn one_play_wants_one() {
        let both = one_play("pitfalls/lost-update", "--json").unwrap_err();
        assert_eq!(both.message, "--json takes one play: pitfalls/lost-update:naive or pitfalls/lost-update:fixed");
        assert_eq!(both.exit, Exit::Usage);
        assert_eq!(one_play("pitfalls/lost-update:fixed", "--json").unwrap().1.name, "fixed");
    }
}
