//! One schedule, step by step: who could run, who did, and what came of it.

use super::recorder::Mark;
use super::{Asked, Step, Word};
use crate::sim::{End, Run};
use crate::trace::{Entry, Name, What, grid};
use std::fmt::{self, Write};

/// A schedule that was run again, and what stood to choose at each of its steps. See
/// [`Explorer::witness`](super::Explorer::witness).
#[derive(Clone, Debug)]
pub struct Witness<T> {
    /// The run.
    pub run: Run<T>,
    marks: Vec<Mark>,
}

/// One step of a witness: what was chosen, out of what, and what came of it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Taken<'a> {
    /// What was chosen.
    pub step: &'a Step,
    /// What it was chosen from.
    pub asked: &'a Asked,
    /// The virtual time at which it was.
    pub ms: u64,
    /// What happened until the next choice, mechanics too: the step itself, and whatever `main` did after it where it is no
    /// choice.
    pub entries: &'a [Entry],
}

/// A row of the table.
#[derive(Default)]
struct Row {
    step: String,
    ms: String,
    /// Whose cell, and what is in it.
    cell: Option<(Name, String)>,
    choice: String,
    woken: String,
}

impl<T> Witness<T> {
    pub(super) fn new(run: Run<T>, marks: Vec<Mark>) -> Self {
        Self { run, marks }
    }

    /// The whole schedule, also beyond the end of the word that was asked for.
    pub fn word(&self) -> Word {
        Word(self.marks.iter().map(|mark| mark.step.clone()).collect())
    }

    /// What happened before there was anything to choose.
    pub fn opening(&self) -> &[Entry] {
        &self.run.trace.entries()[..self.from(0)]
    }

    /// The steps of [`word`](Self::word), each with what stood to choose and what came of it: for a table of one's own.
    ///
    /// ```
    /// use async_kata::{explore, sim, tasks};
    ///
    /// let play = || async {
    ///     let pair = ["a", "b"].map(|name| tasks::spawn(name, async { sim::log("here") }));
    ///     for task in pair {
    ///         task.await.unwrap();
    ///     }
    /// };
    /// let witness = explore::every(play).witness(&"b a".parse().unwrap()).unwrap();
    /// let steps = witness.steps().into_iter().map(|taken| {
    ///     let story = taken.entries.iter().filter(|entry| entry.what.is_story());
    ///     let story: Vec<String> = story.map(|entry| format!("{} {}", entry.task, entry.what)).collect();
    ///     format!("{}: {}; {}", taken.step, story.join(", "), taken.asked)
    /// });
    /// let expected = [
    ///     "b: b (started), b here, b (ended); a, b could run there",
    ///     "a: a (started), a here, a (ended), main (ended); a could run there",
    /// ];
    /// assert!(steps.eq(expected));
    /// ```
    pub fn steps(&self) -> Vec<Taken<'_>> {
        let entries = self.run.trace.entries();
        let marks = self.marks.iter().enumerate();
        let steps = marks.map(|(nth, mark)| Taken {
            step: &mark.step,
            asked: &mark.asked,
            ms: mark.now.ms,
            entries: &entries[self.from(nth)..self.from(nth + 1)],
        });
        steps.collect()
    }

    /// How many entries there were when this step was taken.
    fn from(&self, nth: usize) -> usize {
        self.marks.get(nth).map_or(self.run.trace.entries().len(), |mark| mark.now.entries)
    }

    /// A row an entry, a column a task; with each step of the word, who could run there, whether it left somebody who could
    /// have gone on, and who had woken the one that did.
    ///
    /// ```
    /// use async_kata::{explore, host, sim, tasks};
    ///
    /// let play = || async {
    ///     let pair = ["a", "b"].map(|name| {
    ///         tasks::spawn(name, async {
    ///             sim::log("reads");
    ///             host::turn().await;
    ///             sim::log("writes");
    ///         })
    ///     });
    ///     for task in pair {
    ///         task.await.unwrap();
    ///     }
    /// };
    /// let witness = explore::every(play).witness(&"a b b a".parse().unwrap()).unwrap();
    /// assert_eq!(witness.table(), "\
    /// step  ms  main       a          b          could run         woken by
    ///        0  (started)  ·          ·
    ///    1   0  ·          (started)  ·          a, b
    ///        0  ·          reads      ·
    ///    2   0  ·          ·          (started)  b, a; preempts a
    ///        0  ·          ·          reads
    ///    3   0  ·          ·          writes     a, b              itself
    ///        0  ·          ·          (ended)
    ///    4   0  ·          writes     ·          a                 itself
    ///        0  ·          (ended)    ·
    ///        0  (ended)    ·          ·
    /// ");
    /// ```
    pub fn table(&self) -> String {
        self.table_of(usize::MAX)
    }

    /// As [`table`](Self::table), with no more rows than this; the rest is counted in a last line.
    pub fn table_of(&self, most: usize) -> String {
        let rows = self.rows();
        let mut tasks: Vec<&Name> = Vec::new();
        for (task, _) in rows.iter().filter_map(|row| row.cell.as_ref()) {
            if !tasks.contains(&task) {
                tasks.push(task);
            }
        }
        let mut head = vec!["step".into(), "ms".into()];
        head.extend(tasks.iter().map(ToString::to_string));
        head.extend(["could run".into(), "woken by".into()]);
        let mut table = vec![head];
        table.extend(rows.iter().take(most).map(|row| {
            let cell = |task: &&Name| match &row.cell {
                Some((own, text)) if own == *task => shortened(text),
                _ => "·".into(),
            };
            let mut cells = vec![row.step.clone(), row.ms.clone()];
            cells.extend(tasks.iter().map(cell));
            cells.extend([row.choice.clone(), row.woken.clone()]);
            cells
        }));
        let mut text = grid(2, table);
        if rows.len() > most {
            let _ = writeln!(text, "... and {} rows more", rows.len() - most);
        }
        text
    }

    /// Who woke the task that this step polls.
    fn woken(&self, nth: usize, name: &Name) -> String {
        let entries = self.run.trace.entries();
        let known = entries.iter().rposition(|entry| !entry.what.is_story()).unwrap_or(0);
        let begins = !self.marks[..nth].iter().any(|mark| matches!(&mark.step, Step::Poll(before) if before == name));
        if !begins && self.run.untold > 0 && self.from(nth) > known {
            return "?".into(); // beyond the mechanics that the trace had room for
        }
        woken_by(&entries[..self.from(nth)], name)
    }

    fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        tell(&mut rows, self.opening());
        let mut last: Option<&Name> = None;
        for (nth, taken) in self.steps().into_iter().enumerate() {
            let at = rows.len();
            let (choice, silent) = describe(&taken, last);
            tell(&mut rows, taken.entries);
            let speaks = rows.get(at).and_then(|row| row.cell.as_ref()).map(|(task, _)| task);
            // A step that says nothing has a row all the same.
            if silent.as_ref().is_none_or(|(task, _)| speaks != Some(task)) {
                let ms = taken.ms.to_string();
                rows.insert(at, Row { ms, cell: silent, ..Row::default() });
            }
            rows[at].step = (nth + 1).to_string();
            rows[at].choice = choice;
            if let Step::Poll(name) = taken.step {
                rows[at].woken = self.woken(nth, name);
            }
            match taken.step {
                Step::Poll(name) => last = Some(name),
                Step::Tick => last = None,
                Step::Pick(_) => {}
            }
        }
        rows
    }
}

/// What stood to choose, with what was left for it; and the cell of a step that says nothing.
fn describe(taken: &Taken<'_>, last: Option<&Name>) -> (String, Option<(Name, String)>) {
    match (taken.asked, taken.step) {
        (Asked::Turn(ready), Step::Poll(name)) => {
            let could = ready.iter().map(Name::as_str).collect::<Vec<_>>().join(", ");
            let left = last.filter(|last| *last != name && ready.contains(last));
            let left = left.map(|left| format!("; preempts {left}")).unwrap_or_default();
            (format!("{could}{left}"), Some((name.clone(), "(polled)".into())))
        }
        (Asked::Turn(ready), _) => {
            let could = ready.iter().map(Name::as_str).collect::<Vec<_>>().join(", ");
            (format!("{could}, but time passes"), None)
        }
        (Asked::Pick { n, why }, step) => {
            let nth = if let Step::Pick(nth) = step { *nth } else { 0 };
            (format!("pick:{nth}, the {} of {n} ({why})", nth_in_words(nth + 1)), None)
        }
        (Asked::Over, _) => (String::new(), None),
    }
}

/// Who woke this task, of what had happened when it was polled; nothing for a task that begins.
fn woken_by(before: &[Entry], task: &Name) -> String {
    // The first wake since its last poll began made it ready; it may have called its own waker in that poll.
    let polled = before.iter().rposition(|entry| entry.task == *task && entry.what == What::Polled);
    let since = polled.map_or(before.len(), |polled| polled + 1);
    let is_wake = |entry: &Entry| entry.task == *task && matches!(entry.what, What::Woken(_));
    let Some(at) = before[since..].iter().position(is_wake).map(|at| since + at) else {
        return String::new();
    };
    match &before[at].what {
        What::Woken(Some(by)) if by == task => "itself".into(),
        What::Woken(Some(by)) => by.to_string(),
        _ => woken_by_nobody(&before[..at], before[at].ms),
    }
}

/// Outside any poll a waker is called by the clock, which has moved then, or by the runtime because a task has ended.
fn woken_by_nobody(before: &[Entry], ms: u64) -> String {
    // Nor does a seat that is made wake anybody.
    match before.iter().rfind(|entry| !matches!(entry.what, What::Woken(None) | What::Spawned(_))) {
        Some(last) if last.ms < ms => "the clock".into(),
        Some(last) if matches!(last.what, What::Ended | What::Failed(_) | What::Cancelled) => {
            format!("the end of {}", last.task)
        }
        _ => "something outside".into(),
    }
}

/// A cell is a glance; what is longer stands in the trace, and a panic's message below the table.
fn shortened(text: &str) -> String {
    const MOST: usize = 40;
    if text.chars().count() <= MOST {
        return text.into();
    }
    text.chars().take(MOST - 1).chain(['…']).collect()
}

/// The story, a row an entry.
fn tell(rows: &mut Vec<Row>, entries: &[Entry]) {
    rows.extend(entries.iter().filter(|entry| entry.what.is_story()).map(|entry| Row {
        ms: entry.ms.to_string(),
        cell: Some((entry.task.clone(), entry.what.to_string())),
        ..Row::default()
    }));
}

impl<T> Witness<T> {
    /// Why the run ended as it did, where that is more than "done"; and which step closed the cycle, if there is one.
    pub fn why(&self) -> String {
        let places: String = self.run.unheard.iter().map(|panic| format!("  panicked at {panic}\n")).collect();
        if matches!(self.run.end, End::Done(_)) {
            let failed = self.run.failed().map(|(task, message)| format!("task {task} panicked: {message}\n"));
            return failed.collect::<String>() + &places;
        }
        let graph = self.run.end.wait_graph();
        let mut text = format!("{}\n", self.run.end);
        let stuck = if let End::Deadlock(stuck) | End::Horizon(stuck) = &self.run.end { &stuck[..] } else { &[] };
        if stuck.iter().any(|task| task.waits.is_empty()) {
            text.push_str(
                "  tokio's locks and channels do not report who holds them: use `async_kata::sync` in their place to see it. A \
                 wake from a real thread is not part of a run\n",
            );
        }
        if let Some(closed) = graph.closed {
            let _ = writeln!(text, "the cycle closed at step {}: {}", closed.step, graph.cycle_line());
        }
        text + &places
    }
}

impl<T> fmt::Display for Witness<T> {
    /// The table, and why the run ended as it did.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.table(), self.why())
    }
}

/// `1st`, `2nd`, `3rd`, `11th`.
fn nth_in_words(nth: usize) -> String {
    let ending = match (nth % 10, nth % 100) {
        (1, last) if last != 11 => "st",
        (2, last) if last != 12 => "nd",
        (3, last) if last != 13 => "rd",
        _ => "th",
    };
    format!("{nth}{ending}")
}
