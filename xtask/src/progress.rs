//! A line that says how far a long search is, on a terminal.

use std::cell::{Cell, RefCell};
use std::io::{self, IsTerminal, Write};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// Whatever is over by then needs no line.
const FIRST: Duration = Duration::from_secs(1);
const EVERY: Duration = Duration::from_millis(250);

/// Counts schedules, and shows the count from time to time.
pub(crate) struct Progress {
    /// `None`: nobody watches.
    out: Option<RefCell<Box<dyn Write>>>,
    begun: Instant,
    next: Cell<Duration>,
    schedules: Cell<usize>,
    failing: Cell<usize>,
}

impl Progress {
    /// On stderr if it is a terminal; a pipe or a log gets nothing.
    pub(crate) fn new() -> Self {
        let stderr = io::stderr();
        Self::on(if stderr.is_terminal() { Some(Box::new(stderr)) } else { None })
    }

    fn on(out: Option<Box<dyn Write>>) -> Self {
        let (schedules, failing) = (Cell::new(0), Cell::new(0));
        Self { out: out.map(RefCell::new), begun: Instant::now(), next: Cell::new(FIRST), schedules, failing }
    }

    /// One schedule more.
    pub(crate) fn count(&self, passes: bool) {
        self.count_at(passes, self.begun.elapsed());
    }

    fn count_at(&self, passes: bool, elapsed: Duration) {
        self.schedules.set(self.schedules.get() + 1);
        self.failing.set(self.failing.get() + usize::from(!passes));
        if elapsed >= self.next.get() {
            self.next.set(elapsed + EVERY);
            let (schedules, failing) = (self.schedules.get(), self.failing.get());
            self.show(&format!("\r\u{1b}[K{schedules} schedules, {failing} fail, {} s", elapsed.as_secs()));
        }
    }

    /// Takes the line away again, if there is one.
    pub(crate) fn finish(&self) {
        if self.next.get() > FIRST {
            self.show("\r\u{1b}[K");
        }
    }

    fn show(&self, line: &str) {
        if let Some(out) = &self.out {
            let mut out = out.borrow_mut();
            let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush()); // nobody there: nothing lost
        }
    }
}

/// A line on stderr if something takes longer than a moment: also in a pipe, where a long silence would look like a hang.
pub(crate) struct Notice {
    _over: mpsc::Sender<()>,
}

impl Notice {
    /// Says this in a while, unless it is dropped before.
    pub(crate) fn after(line: &'static str) -> Self {
        let (over, wait) = mpsc::channel::<()>();
        std::thread::spawn(move || {
            if wait.recv_timeout(FIRST * 3) == Err(mpsc::RecvTimeoutError::Timeout) {
                crate::out::complain(line);
            }
        });
        Self { _over: over }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::rc::Rc;

    #[derive(Clone, Default)]
    struct Shared(Rc<RefCell<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What is shown while schedules end at these moments, in milliseconds.
    fn shown(moments: &[u64]) -> String {
        let out = Shared::default();
        let progress = Progress::on(Some(Box::new(out.clone())));
        moments.iter().for_each(|ms| progress.count_at(ms % 2 == 0, Duration::from_millis(*ms)));
        progress.finish();
        String::from_utf8(out.0.take()).expect("it writes text")
    }

    #[test]
    fn a_short_search_shows_nothing_and_a_long_one_a_line_now_and_then() {
        assert_eq!(shown(&[1, 500, 999]), "");
        let expected = "\r\u{1b}[K2 schedules, 1 fail, 1 s\r\u{1b}[K4 schedules, 2 fail, 2 s\r\u{1b}[K";
        assert_eq!(shown(&[1, 1000, 1001, 2500]), expected);
    }

    #[test]
    fn where_nobody_watches_nothing_is_shown() {
        let progress = Progress::on(None);
        progress.count_at(true, Duration::from_secs(9));
        progress.finish();
        assert_eq!(progress.schedules.get(), 1);
    }
}
