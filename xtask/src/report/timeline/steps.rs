//! What a picture says before it has a size: lanes, columns, and what lies between them.

/// A picture without sizes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Steps {
    /// The tasks, in order of appearance.
    pub lanes: Vec<String>,
    pub columns: Vec<Column>,
    /// What the tasks do in those columns.
    pub parts: Vec<Part>,
    /// What a task does while it is not polled.
    pub rests: Vec<Rest>,
    pub wakes: Vec<Wake>,
    pub holds: Vec<Hold>,
    /// For each entry, where it stands and who is behind it.
    pub notes: Vec<Note>,
    /// After each step, who could go on and what there was: step 1 first.
    pub moments: Vec<Moment>,
}

/// What there is between one step and the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Moment {
    /// The run queue when the next step begins, its head first: the head is whose step that will be, in the paused order.
    pub ready: Vec<usize>,
    /// How far the clock jumped before that step, in milliseconds, because nobody could run.
    pub jump: u64,
    /// Who waits for the clock, and until when: the nearest first.
    pub timers: Vec<(u64, usize)>,
    /// Who holds what, and the line that took it, where that is known.
    pub holds: Vec<Held>,
    /// Who waits for anything else, and for what: who began first comes first.
    pub waits: Vec<(usize, String)>,
}

/// One unit of something, in somebody's hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub thing: String,
    pub lane: usize,
    /// `src/x.rs:31`.
    pub at: Option<String>,
}

/// One logical step, or a stop between two of them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Column {
    /// Somebody's turn. Tasks that are dropped one after the other share one.
    Turn { step: usize, ms: u64 },
    /// The clock jumps, for nothing could run.
    Jump { by: u64 },
    /// The run was stopped here, and this is why.
    Stop { why: String },
    /// The picture ends here, and the run does not.
    More { entries: u64 },
}

/// What one task does in one turn.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub column: usize,
    pub lane: usize,
    /// It was polled. If not it was dropped, and its destructors speak.
    pub polled: bool,
    pub lines: Vec<Line>,
    pub close: Option<Close>,
}

/// A line of text in a box.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    Said(String),
    /// The thread was blocked for so many milliseconds, inside the poll.
    Blocked(u64),
}

/// How a task was over.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Close {
    Ended,
    Failed(String),
    Cancelled,
    LeftOver,
}

/// A place on the x axis, relative to a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Left(usize),
    /// Just before the right edge: where arrows leave and arrive.
    Wake(usize),
    Right(usize),
    /// Between this column and the next.
    After(usize),
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rest {
    pub lane: usize,
    pub from: Anchor,
    pub to: Anchor,
    pub state: State,
}

/// What a task that is not polled can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It could run.
    Ready,
    /// It waits: for these, or, if there is none, for something that is not known.
    Waits(Vec<String>),
}

/// An arrow: from a lane, or from the time axis.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wake {
    pub from: Option<usize>,
    pub to: usize,
    pub at: Anchor,
    /// It makes the task, instead of waking it.
    pub spawns: bool,
}

/// A unit of something is held, from one column to another.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Hold {
    pub thing: String,
    /// Which of its units, from 0.
    pub unit: usize,
    pub lane: usize,
    pub from: usize,
    /// `None`: it was never given back.
    pub to: Option<usize>,
    /// The line that took it, where that is known.
    pub at: Option<String>,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Note {
    /// The step, from 1. What the clock does stands in none.
    pub step: Option<usize>,
    /// Who woke, where the entry does not say it itself.
    pub woken_by: Option<String>,
}

/// Lane colours, besides the grey of the first lane, which is `main`'s.
const N_COLOURS: usize = 6;

impl Steps {
    /// The class of a task's colours.
    pub(crate) fn colour(&self, task: &str) -> String {
        let lane = self.lanes.iter().position(|lane| lane == task);
        lane.map_or_else(String::new, colour)
    }
}

/// The class of a lane's colours.
pub(crate) fn colour(lane: usize) -> String {
    let nth = if lane == 0 { 0 } else { 1 + (lane - 1) % N_COLOURS };
    format!("t{nth}")
}

/// Of one task in one step: who, what is said, and how it was over.
pub(crate) type Seen<'a> = (&'a str, &'a [Line], &'a Option<Close>);

impl Steps {
    /// How many steps there are.
    pub(crate) fn n_steps(&self) -> usize {
        self.moments.len()
    }

    /// What somebody sees in this step (from 1), without mechanics: who, when, what is said, and how it was over.
    pub(crate) fn seen_in(&self, step: usize) -> Option<(u64, Vec<Seen<'_>>)> {
        let is_it = |column: &Column| matches!(column, Column::Turn { step: this, .. } if *this == step);
        let at = self.columns.iter().position(is_it)?;
        let Some(Column::Turn { ms, .. }) = self.columns.get(at) else { return None };
        let parts = self.parts.iter().filter(|part| part.column == at);
        let seen = parts.map(|part| (self.lanes.get(part.lane).map_or("", String::as_str), &*part.lines, &part.close));
        Some((*ms, seen.collect()))
    }

    /// The first step in which two runs are not alike; `None` if they are from beginning to end.
    pub(crate) fn first_difference(&self, other: &Steps) -> Option<usize> {
        (1..=self.n_steps().max(other.n_steps())).find(|step| self.seen_in(*step) != other.seen_in(*step))
    }
}

impl Wake {
    /// Whether the arrow passes over this lane, on its way to another.
    pub(crate) fn crosses(&self, lane: usize) -> bool {
        match self.from {
            None => lane < self.to,
            Some(from) => from.min(self.to) < lane && lane < from.max(self.to),
        }
    }
}
