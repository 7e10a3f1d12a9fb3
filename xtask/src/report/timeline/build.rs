//! From a run's entries to the steps of its picture, in one pass.

use super::awaited::is_awaited_in_line;
use super::moments::Waiting;
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
    let alive = run.alive();
    for (nth, entry) in run.entries.iter().enumerate() {
        if nth == alive {
            builder.stop(run);
        }
        if entry.kind == "spawned" && is_awaited_in_line(&run.entries, nth) {
            builder.note(None);
            continue;
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
    /// Who can run, in the order in which they became able to: as tokio's run queue has them.
    queue: Vec<usize>,
    lanes: Vec<Lane>,
    now: u64,
    n_turns: usize,
    n_waits: usize,
    /// The part that is being told: an index into `steps.parts`.
    open: Option<usize>,
    /// Whether that part is a poll that has not returned.
    polling: bool,
    /// The polls around it.
    outer: Vec<usize>,
}

/// What is known of a task while its entries pass by.
#[derive(Default)]
struct Lane {
    /// With the number of the wait: who began first stands first in line.
    waiting_for: Vec<(usize, String)>,
    /// What it has left since its last poll: the end of a task is told after it is no longer waited for.
    left: Vec<String>,
    woke_itself: bool,
    is_over: bool,
    rest: Option<(Anchor, State)>,
}

impl Lane {
    fn things(&self) -> impl Iterator<Item = &String> {
        self.waiting_for.iter().map(|(_, thing)| thing)
    }
}

impl Builder {
    fn take(&mut self, entry: &Entry, alive: bool) {
        let lane = self.lane(&entry.task);
        self.move_clock(entry.ms);
        let mut woken_by = None;
        match &*entry.kind {
            "spawned" => self.spawned(lane, &entry.what),
            "started" => drop(self.part(lane)),
            "polled" => self.polled(lane),
            "rested" => self.rested(lane),
            "said" => self.part(lane).lines.push(Line::Said(one_line(&entry.what))),
            "ended" => self.close(lane, Close::Ended),
            "failed" => self.close(lane, Close::Failed(one_line(&entry.what))),
            "cancelled" => self.close(lane, Close::Cancelled),
            "left-over" => self.close(lane, Close::LeftOver),
            "waits" => {
                self.n_waits += 1;
                self.lanes[lane].waiting_for.push((self.n_waits, one_line(&entry.what)));
            }
            "leaves" => self.leaves(lane, &one_line(&entry.what)),
            "holds" => self.holds(lane, &one_line(&entry.what), entry.at.clone()),
            "frees" => self.frees(lane, &one_line(&entry.what)),
            "woken" if alive => woken_by = self.woken(lane, &entry.what),
            // Of destructors' doing after the end: it is in no step.
            "woken" => return self.steps.notes.push(Note::default()),
            _ => {}
        }
        self.note(woken_by);
    }

    fn note(&mut self, woken_by: Option<String>) {
        let stands_in_a_step = woken_by.as_deref() != Some(CLOCK) && self.n_turns > 0;
        self.steps.notes.push(Note { step: stands_in_a_step.then_some(self.n_turns), woken_by });
    }

    /// The spawner's arrow. `main`, which nobody spawns, is simply there.
    fn spawned(&mut self, lane: usize, by: &str) {
        if by.is_empty() {
            return;
        }
        let from = self.lane(by);
        let at = Anchor::Wake(self.last_column());
        self.steps.wakes.push(Wake { from: Some(from), to: lane, at, spawns: true });
        self.lanes[lane].rest = Some((at, State::Ready));
        self.queue.push(lane);
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
            None => {
                self.steps.columns.push(Column::Jump { by });
                self.steps.clock_jumps(by, &self.queue);
            }
        }
    }

    /// Who waits for what, for as long as he is not in the run queue.
    fn turn_is_over(&mut self) {
        let waits = |(lane, known): &(usize, &Lane)| !known.is_over && !self.queue.contains(lane);
        let waiting = self.lanes.iter().enumerate().filter(waits);
        let waiting = waiting.flat_map(|(lane, known)| known.waiting_for.iter().map(move |wait| (lane, wait)));
        let waiting = waiting.map(|(lane, (since, thing))| Waiting { since: *since, lane, thing: thing.clone() });
        self.steps.turn_is_over(waiting.collect(), &self.queue);
    }

    /// The part of this lane that is being told, or a new one.
    fn part(&mut self, lane: usize) -> &mut Part {
        let open = self.open.filter(|open| self.steps.parts.get(*open).is_some_and(|part| part.lane == lane));
        let at = open.unwrap_or_else(|| {
            if !self.may_share_a_column() {
                self.n_turns += 1;
                self.steps.next_turn(&self.queue);
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
        // A seat that is polled within another's poll: that one goes on when this has returned.
        self.outer.extend(self.interrupted_by(lane));
        let fresh = |part: &Part| part.lane == lane && !part.polled && part.lines.is_empty() && part.close.is_none();
        self.open = self.open.filter(|open| self.steps.parts.get(*open).is_some_and(fresh));
        self.part(lane).polled = true;
        self.lanes[lane].left.clear();
        self.queue.retain(|ready| *ready != lane);
        self.polling = true;
    }

    fn rested(&mut self, lane: usize) {
        let from = Anchor::Right(self.last_column());
        let known = &mut self.lanes[lane];
        let ready = std::mem::take(&mut known.woke_itself);
        if ready {
            self.queue.push(lane);
        }
        let state = if ready { State::Ready } else { State::Waits(known.things().cloned().collect()) };
        known.rest = Some((from, state));
        self.returns();
        self.turn_is_over();
    }

    fn close(&mut self, lane: usize, how: Close) {
        let interrupted = self.interrupted_by(lane);
        self.part(lane).close = Some(how);
        self.lanes[lane].is_over = true;
        self.queue.retain(|ready| *ready != lane);
        match interrupted {
            // Dropped in the middle of another's poll.
            Some(open) => self.open = Some(open),
            None => self.returns(),
        }
        self.turn_is_over();
    }

    /// The part of a poll that has not returned, if it is another lane's.
    fn interrupted_by(&self, lane: usize) -> Option<usize> {
        let is_others = |open: &usize| self.steps.parts.get(*open).is_some_and(|part| part.lane != lane);
        self.open.filter(|open| self.polling && is_others(open))
    }

    /// A poll has returned: to the one around it, if there is one.
    fn returns(&mut self) {
        self.open = self.outer.pop();
        self.polling = self.open.is_some();
    }

    fn leaves(&mut self, lane: usize, thing: &str) {
        let waiting_for = &mut self.lanes[lane].waiting_for;
        if let Some(at) = waiting_for.iter().position(|(_, waits)| waits == thing) {
            let (_, thing) = waiting_for.remove(at);
            self.lanes[lane].left.push(thing);
        }
    }

    /// A guard may be given back while another task is polled; only a destructor's doing needs a column of its own.
    fn column_of(&mut self, lane: usize) -> usize {
        if !self.polling {
            self.part(lane);
        }
        self.last_column()
    }

    fn holds(&mut self, lane: usize, thing: &str, at: Option<String>) {
        let from = self.column_of(lane);
        let held = self.steps.holds.iter().filter(|hold| hold.thing == thing && hold.to.is_none());
        let taken: Vec<usize> = held.map(|hold| hold.unit).collect();
        let unit = (0..).find(|unit| !taken.contains(unit)).unwrap_or_default();
        self.steps.holds.push(Hold { thing: thing.into(), unit, lane, from, to: None, at });
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
        let mut waiting_for = self.lanes[lane].things();
        match over {
            _ if matches!(self.steps.columns.last(), Some(Column::Jump { .. })) => Cause::Clock,
            Some((from, task))
                if self.lanes[lane].things().chain(&self.lanes[lane].left).any(|thing| *thing == task) =>
            {
                Cause::EndOf(from)
            }
            _ if waiting_for.any(|thing| thing.starts_with(CLOCK)) => Cause::Clock,
            _ => Cause::Unknown,
        }
    }

    fn wake(&mut self, from: Option<usize>, to: usize, at: Anchor) {
        let wake = Wake { from, to, at, spawns: false };
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
            self.queue.push(lane);
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
