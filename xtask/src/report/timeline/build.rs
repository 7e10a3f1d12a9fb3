//! From a run's entries to the steps of its picture, in one pass.

use super::steps::{Anchor, Close, Column, Hold, Line, Note, Part, Rest, State, Steps, Wake};
use crate::report::model::{Entry, Run, one_line};

/// The steps of a run. Tasks that `like` has too keep its order of lanes: so two schedules of one play are compared.
pub(crate) fn steps(run: &Run, like: Option<&Steps>) -> Steps {
    let mut builder = Builder::default();
    for task in like.iter().flat_map(|like| &like.lanes) {
        if run.entries.iter().any(|entry| entry.task == *task) {
            builder.lane(task);
        }
    }
    let is_life = |entry: &Entry| matches!(entry.kind, "polled" | "rested" | "ended" | "failed");
    // After the last sign of life only destructors speak. Whom those wake never runs, so such wakes are not drawn.
    let last = run.entries.iter().rposition(is_life).map_or(0, |last| last + 1);
    // Of a run that goes on beyond its picture that is not known yet.
    let alive = if run.left_out > 0 { run.entries.len() } else { last };
    for (nth, entry) in run.entries.iter().enumerate() {
        if nth == alive {
            builder.stop(run);
        }
        builder.take(entry, nth < alive);
    }
    if run.entries.len() == alive {
        builder.stop(run);
    }
    builder.finish()
}

#[derive(Default)]
struct Builder {
    steps: Steps,
    lanes: Vec<Lane>,
    now: u64,
    n_turns: usize,
    /// The part that is being told: an index into `steps.parts`.
    open: Option<usize>,
    /// Whether that part is a poll that has not returned.
    polling: bool,
}

/// What is known of a task while its entries pass by.
#[derive(Default)]
struct Lane {
    waiting_for: Vec<String>,
    woke_itself: bool,
    rest: Option<(Anchor, State)>,
}

impl Builder {
    fn take(&mut self, entry: &Entry, alive: bool) {
        let lane = self.lane(&entry.task);
        self.move_clock(entry.ms);
        let mut woken_by = None;
        match entry.kind {
            "started" => drop(self.part(lane)),
            "polled" => self.polled(lane),
            "rested" => self.rested(lane),
            "said" => self.part(lane).lines.push(Line::Said(one_line(&entry.what))),
            "ended" => self.close(lane, Close::Ended),
            "failed" => self.close(lane, Close::Failed(one_line(&entry.what))),
            "cancelled" => self.close(lane, Close::Cancelled),
            "left-over" => self.close(lane, Close::LeftOver),
            "waits" => self.lanes[lane].waiting_for.push(one_line(&entry.what)),
            "leaves" => self.leaves(lane, &one_line(&entry.what)),
            "holds" => self.holds(lane, &one_line(&entry.what)),
            "frees" => self.frees(lane, &one_line(&entry.what)),
            "woken" if alive => woken_by = self.woken(lane, &entry.what),
            _ => {}
        }
        let stands_in_a_step = woken_by.as_deref() != Some(CLOCK) && self.n_turns > 0;
        self.steps.notes.push(Note { step: stands_in_a_step.then_some(self.n_turns), woken_by });
    }

    /// The task's lane; its number fits `steps.lanes` and `lanes` alike.
    fn lane(&mut self, task: &str) -> usize {
        self.steps.lanes.iter().position(|lane| lane == task).unwrap_or_else(|| {
            self.steps.lanes.push(task.into());
            self.lanes.push(Lane::default());
            self.lanes.len() - 1
        })
    }

    fn last_column(&self) -> usize {
        self.steps.columns.len().saturating_sub(1)
    }

    /// Between polls the clock jumps. Inside one it moves only where the thread is blocked.
    fn move_clock(&mut self, ms: u64) {
        let by = ms.saturating_sub(self.now);
        self.now += by;
        match self.open.filter(|_| self.polling).and_then(|open| self.steps.parts.get_mut(open)) {
            _ if by == 0 => {}
            Some(part) => part.lines.push(Line::Blocked(by)),
            None => self.steps.columns.push(Column::Jump { by }),
        }
    }

    /// The part of this lane that is being told, or a new one.
    fn part(&mut self, lane: usize) -> &mut Part {
        let open = self.open.filter(|open| self.steps.parts.get(*open).is_some_and(|part| part.lane == lane));
        let at = open.unwrap_or_else(|| {
            if !self.may_share_a_column() {
                self.n_turns += 1;
                self.steps.columns.push(Column::Turn { step: self.n_turns, ms: self.now });
            }
            let column = self.last_column();
            self.stop_resting(lane, Anchor::Left(column));
            self.steps.parts.push(Part { column, lane, polled: false, lines: Vec::new(), close: None });
            self.steps.parts.len() - 1
        });
        self.open = Some(at);
        &mut self.steps.parts[at]
    }

    /// Left-overs without last words do not need a step each.
    fn may_share_a_column(&self) -> bool {
        let is_turn = matches!(self.steps.columns.last(), Some(Column::Turn { .. }));
        let mut here = self.steps.parts.iter().filter(|part| part.column == self.last_column());
        is_turn && here.all(|part| part.close == Some(Close::LeftOver) && part.lines.is_empty() && !part.polled)
    }

    fn polled(&mut self, lane: usize) {
        let fresh = |part: &Part| part.lane == lane && !part.polled && part.lines.is_empty() && part.close.is_none();
        self.open = self.open.filter(|open| self.steps.parts.get(*open).is_some_and(fresh));
        self.part(lane).polled = true;
        self.polling = true;
    }

    fn rested(&mut self, lane: usize) {
        let from = Anchor::Right(self.last_column());
        let known = &mut self.lanes[lane];
        let ready = std::mem::take(&mut known.woke_itself);
        let state = if ready { State::Ready } else { State::Waits(known.waiting_for.join(", ")) };
        known.rest = Some((from, state));
        (self.open, self.polling) = (None, false);
    }

    fn close(&mut self, lane: usize, how: Close) {
        self.part(lane).close = Some(how);
        (self.open, self.polling) = (None, false);
    }

    fn leaves(&mut self, lane: usize, thing: &str) {
        let waiting_for = &mut self.lanes[lane].waiting_for;
        if let Some(at) = waiting_for.iter().position(|waits| waits == thing) {
            waiting_for.remove(at);
        }
    }

    /// A guard may be given back while another task is polled; only a destructor's doing needs a column of its own.
    fn column_of(&mut self, lane: usize) -> usize {
        if !self.polling {
            self.part(lane);
        }
        self.last_column()
    }

    fn holds(&mut self, lane: usize, thing: &str) {
        let from = self.column_of(lane);
        let held = self.steps.holds.iter().filter(|hold| hold.thing == thing && hold.to.is_none());
        let taken: Vec<usize> = held.map(|hold| hold.unit).collect();
        let unit = (0..).find(|unit| !taken.contains(unit)).unwrap_or_default();
        self.steps.holds.push(Hold { thing: thing.into(), unit, lane, from, to: None });
    }

    fn frees(&mut self, lane: usize, thing: &str) {
        let column = self.column_of(lane);
        let is_it = |hold: &&mut Hold| hold.lane == lane && hold.thing == thing && hold.to.is_none();
        if let Some(hold) = self.steps.holds.iter_mut().find(is_it) {
            hold.to = Some(column);
        }
    }

    /// Draws the arrow. Returns who woke, where the entry does not say.
    fn woken(&mut self, lane: usize, by: &str) -> Option<String> {
        if !by.is_empty() {
            let from = self.lane(by);
            if from == lane {
                self.lanes[lane].woke_itself = self.polling;
            } else {
                self.wake(Some(from), lane, Anchor::Wake(self.last_column()));
            }
            return None;
        }
        let last = self.last_column();
        match (self.cause(lane), self.steps.columns.last()) {
            (Cause::Clock, Some(Column::Jump { .. })) => self.wake(None, lane, Anchor::Wake(last)),
            (Cause::Clock, _) => self.wake(None, lane, Anchor::After(last)),
            (Cause::EndOf(from), _) => {
                self.wake(Some(from), lane, Anchor::Wake(last));
                return self.steps.lanes.get(from).map(|task| format!("the end of {task}"));
            }
            (Cause::Unknown, _) => {
                self.becomes_ready(lane, Anchor::After(last));
                return None;
            }
        }
        Some(CLOCK.into())
    }

    /// Nobody's poll called this waker: the clock did, or the runtime, because a task had ended that this one waits for.
    /// Nothing is guessed: of a wait that nobody reported, who ended it is not known.
    fn cause(&self, lane: usize) -> Cause {
        let last = self.steps.parts.last().filter(|part| part.column == self.last_column() && part.close.is_some());
        let over = last.and_then(|part| Some((part.lane, format!("task {}", self.steps.lanes.get(part.lane)?))));
        let waiting_for = &self.lanes[lane].waiting_for;
        match over {
            _ if matches!(self.steps.columns.last(), Some(Column::Jump { .. })) => Cause::Clock,
            Some((from, task)) if waiting_for.contains(&task) => Cause::EndOf(from),
            _ if waiting_for.iter().any(|thing| thing.starts_with(CLOCK)) => Cause::Clock,
            _ => Cause::Unknown,
        }
    }

    fn wake(&mut self, from: Option<usize>, to: usize, at: Anchor) {
        let wake = Wake { from, to, at };
        if !self.steps.wakes.contains(&wake) {
            self.steps.wakes.push(wake);
        }
        self.becomes_ready(to, at);
    }

    /// A second wake changes nothing: it was ready before.
    fn becomes_ready(&mut self, lane: usize, at: Anchor) {
        if matches!(self.lanes[lane].rest, Some((_, State::Waits(_)))) {
            self.stop_resting(lane, at);
            self.lanes[lane].rest = Some((at, State::Ready));
        }
    }

    fn stop_resting(&mut self, lane: usize, to: Anchor) {
        if let Some((from, state)) = self.lanes[lane].rest.take() {
            self.steps.rests.push(Rest { lane, from, to, state });
        }
    }

    /// A run that `main` did not end shows where it was stopped, unless its picture ends before.
    fn stop(&mut self, run: &Run) {
        let end = run.end.name.as_str();
        if run.left_out > 0 {
            self.steps.columns.push(Column::More { entries: run.left_out });
        } else if !matches!(end, "done" | "panicked") {
            self.steps.columns.push(Column::Stop { why: end.into() });
        } else {
            return;
        }
        self.open = None;
    }

    fn finish(mut self) -> Steps {
        for lane in 0..self.lanes.len() {
            self.stop_resting(lane, Anchor::Right(self.last_column()));
        }
        self.steps
    }
}

/// How a wait for the clock begins, wherever one is named.
const CLOCK: &str = "the clock";

enum Cause {
    Clock,
    EndOf(usize),
    Unknown,
}
