//! The 106 statements that the book is to show: what asyncio's tutorial claims, as it really is.
//!
//! The tutorial was taken apart into statements small enough to be tried one at a time, and each was tried on CPython
//! 3.13. Where it was wrong or vague, the text here says what happened instead; where it left out what a learner will
//! meet, a statement was added. A scenario names those that it shows, so that whatever nobody shows yet can be counted.
//! In Ukrainian they stand in `statements.uk.md`, a line each.

use super::Lang;
use super::lang::item;

/// The statements in Ukrainian.
const UK: &str = include_str!("statements.uk.md");

/// One statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statement {
    /// A letter for the tutorial's section and a number: `P7`.
    pub id: &'static str,
    /// What is true, in one sentence.
    pub text: &'static str,
}

impl Statement {
    /// What is true, in this language. Code words are in backticks in Ukrainian.
    ///
    /// ```
    /// use async_kata::scenarios::{self, Lang};
    ///
    /// let once = scenarios::statements().iter().find(|statement| statement.id == "P3").unwrap();
    /// assert_eq!(once.text_in(Lang::En), once.text);
    /// assert!(once.text_in(Lang::Uk).starts_with("Чекати на корутину можна лише раз"));
    /// ```
    pub fn text_in(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.text,
            Lang::Uk => item(UK, "- ", self.id).unwrap_or(self.text),
        }
    }
}

/// All statements, in order.
pub fn statements() -> &'static [Statement] {
    &STATEMENTS
}

const fn s(id: &'static str, text: &'static str) -> Statement {
    Statement { id, text }
}

const STATEMENTS: [Statement; 106] = [
    // A. Asynchrony
    s("A1", "While one task waits, others run: waits that overlap take as long as the longest, not as their sum."),
    // B. Coroutines
    s("B1", "Calling an async function runs none of its body; it makes a coroutine, to be awaited or scheduled."),
    s("B2", "A suspended coroutine resumes where it stopped, with its local variables as they were."),
    s("B3", "Other tasks get a turn only when this one really suspends, and not every await suspends."),
    s("B4", "A coroutine that never suspends can be run by send(None) alone; one that sleeps needs an event loop."),
    s("B5", "Coroutines are cheap: ten thousand that sleep for a second take one second and no extra thread."),
    // D. The parts of asyncio
    s("D1", "A finished future does not call its callbacks at once: the loop does, in order, on its next turn."),
    s("D2", "A future holds a result or an exception; reading too early or setting twice is InvalidStateError."),
    s("D3", "A task is a future, so several tasks may await it, and each receives the same result."),
    s("D4", "By default a task does not start when it is created, but in the next iteration of the loop."),
    s("D5", "With the eager task factory, new in Python 3.12, a task runs at once, up to its first suspension."),
    s("D6", "gather() and as_completed() accept bare coroutines; wait() raises TypeError unless given tasks."),
    s("D7", "asyncio.run() is the way into a program; called while a loop is running, it raises RuntimeError."),
    s("D8", "run_forever() does not return when all the tasks have ended: it idles until the loop is stopped."),
    // E. async and await
    s("E1", "await belongs inside async def; in an ordinary function it is a SyntaxError."),
    s("E2", "Coroutines, futures and tasks can be awaited, and so can any object of a class with __await__."),
    s("E3", "Coroutines are written with async def; the old decorator asyncio.coroutine is gone since Python 3.11."),
    s("E4", "A blocking call inside async code stops every task of the loop until it returns."),
    // F. The event loop
    s("F1", "The loop runs callbacks one at a time, in the order in which they were scheduled."),
    s("F2", "An idle loop does not spin: it sleeps in its selector until a timer is due or a descriptor is ready."),
    s("F3", "Callbacks of call_later() run in the order of their deadlines; between equal ones no order is promised."),
    s("F4", "select() refuses a descriptor numbered 1024 or above, even if it is the only one."),
    s("F5", "asyncio takes the best selector that the system has; on Linux that is epoll."),
    // G. Waiting for many descriptors
    s("G1", "poll() takes descriptors of any number, so the limit of select() does not exist for it."),
    s("G2", "epoll reports only what is ready, and by default repeats itself as long as data is left unread."),
    s("G3", "epoll refuses regular files with EPERM, and reports a pipe at end of file as ready again and again."),
    // H. Await alone is not concurrency
    s("H1", "Coroutines awaited one after another do not overlap: delays of 1, 3 and 2 seconds take 6."),
    s("H2", "Awaiting a coroutine enters it directly, like a call; the loop is not asked until something suspends."),
    // I. Ways to run things together
    s("I1", "create_task, gather, TaskGroup, as_completed and wait all overlap work, in the same total time."),
    // J. Tasks
    s("J1", "create_task() only schedules: the task starts when its creator first suspends."),
    s("J2", "Tasks that are all created before the first is awaited overlap: 1, 3 and 2 seconds take 3."),
    s("J3", "A task that nobody awaits may never finish: when main returns, asyncio.run() cancels what is left."),
    s("J4", "Outside a TaskGroup, a task that fails leaves the other tasks alone."),
    s("J5", "Awaiting a failed task raises the task's exception, so that is where to handle it."),
    s("J6", "If nobody awaits a failed task, its exception is only logged, when the task is garbage-collected."),
    s("J7", "The loop has only weak references to its tasks: keep your own, or a waiting task can disappear."),
    s("J8", "Tasks awaited one by one in a for loop give results in the order of the list, not as they finish."),
    s("J9", "A cancelled task does not hold up the program, however long it still had to sleep."),
    s("J10", "cancel() only asks: CancelledError is thrown on a later turn, and the task may await its clean-up."),
    s("J11", "A task can catch CancelledError and carry on."),
    s("J12", "A task that is cancelled before its first step runs none of its body."),
    s("J13", "When a task that awaits another is cancelled, the other is cancelled too."),
    // K. Task groups
    s("K1", "A TaskGroup waits at the end of its async with block until all its tasks are done."),
    s("K2", "When a task of a TaskGroup fails, the group cancels the others and raises an ExceptionGroup."),
    s("K3", "No task outlives its TaskGroup: the group waits even for one that puts off its cancellation."),
    s("K4", "A TaskGroup reports all exceptions of its tasks in one ExceptionGroup, even those during cancellation."),
    s("K5", "An exception in the body of a TaskGroup cancels its tasks and comes out in an ExceptionGroup."),
    s("K6", "Cancelling a single task of a TaskGroup disturbs neither the group nor the other tasks."),
    s("K7", "When a task fails, the TaskGroup of Python 3.13 leaves its parent's cancelling() count at zero."),
    // L. gather
    s("L1", "gather() runs awaitables together and returns their results in the order of its arguments."),
    s("L2", "When one awaitable fails, gather() raises at once, and the others run on."),
    s("L3", "After gather() has raised, the other results can be had only from tasks that you made yourself."),
    s("L4", "If main ends because gather() raised, asyncio.run() cancels the awaitables still running."),
    s("L5", "Once gather() has raised, another exception among its awaitables is lost without a warning."),
    s("L6", "Cancelling gather() cancels all its awaitables that are not finished."),
    s("L7", "When one awaitable of gather() is cancelled, gather() raises CancelledError and the others run on."),
    s("L8", "With return_exceptions=True, gather() returns exceptions among the results, each in its place."),
    s("L9", "return_exceptions=True is no shelter when gather() itself is cancelled: it raises CancelledError."),
    s("L10", "gather() of nothing gives an empty list at once."),
    s("L11", "An awaitable that is given to gather() twice runs once, and its result appears twice."),
    // M. wait_for, as_completed, wait
    s("M1", "When its time is up, wait_for() cancels the work and raises the built-in TimeoutError."),
    s("M2", "Since Python 3.12, wait_for() runs a coroutine in the caller's own task, not in a new one."),
    s("M3", "wait_for() waits until the cancelled work has cleaned up, so it may take longer than its timeout."),
    s("M4", "If the work suppresses its cancellation, wait_for() returns its late value and raises no TimeoutError."),
    s("M5", "Work that ends exactly at the deadline of wait_for() usually times out: that timer was set first."),
    s("M6", "wait_for() with timeout 0 raises TimeoutError, and a coroutine's body never starts."),
    s("M7", "wait_for() around gather() cancels every awaitable that is unfinished at the deadline."),
    s("M8", "wait_for() around shield(task) can time out without cancelling the task."),
    s("M9", "as_completed() hands out results in the order in which the work finishes."),
    s("M10", "as_completed() gives coroutines in a plain for loop; since Python 3.13, async for gives the tasks."),
    s("M11", "as_completed() goes on with the rest after one awaitable has raised."),
    s("M12", "When the time of as_completed() is up, the next await raises TimeoutError, but the tasks run on."),
    s("M13", "wait() returns two sets, done and pending, and raises none of the tasks' exceptions."),
    s("M14", "When wait() times out it raises nothing and cancels nothing, unlike wait_for(): pending tasks run on."),
    s("M15", "wait() with FIRST_COMPLETED returns as soon as one task is done."),
    s("M16", "wait() with FIRST_EXCEPTION returns at the first exception, cancellations aside, or when all are done."),
    s("M17", "Cancelling a task that is blocked in wait() leaves alone the tasks it waits for."),
    // N. Threads and processes
    s("N1", "to_thread() moves a blocking function into another thread, so the loop stays free for other tasks."),
    s("N2", "Calling to_thread() starts nothing: it returns a coroutine, and the thread's work begins on await."),
    s("N3", "to_thread() uses the loop's default thread pool; calls beyond its number of workers queue up."),
    s("N4", "Cancelling to_thread() does not interrupt its function, and at exit asyncio.run() still waits for it."),
    s("N5", "Context variables travel with to_thread() into the thread, and exceptions travel back."),
    s("N6", "Work that keeps the CPU busy goes to other processes: run_in_executor() with a ProcessPoolExecutor."),
    // P. Pitfalls
    s("P1", "A coroutine that was called but never awaited does nothing, and Python only prints a warning."),
    s("P2", "Calling a coroutine object is a TypeError; merely forgetting to schedule it raises nothing."),
    s("P3", "A coroutine can be awaited only once: the second await raises RuntimeError."),
    s("P4", "When main returns too early, other tasks are cancelled at their await; their finally blocks still run."),
    s("P5", "Before it returns, main can wait() for all_tasks(), but must leave its own task out."),
    s("P6", "A task that calls wait() on all_tasks(), with itself among them, waits for ever."),
    s("P7", "Tasks that read shared data, await, and then write lose each other's updates."),
    s("P8", "With no await between reading and writing, no other task can come in between."),
    s("P9", "A Lock held from the read to the write prevents lost updates, even with an await in between."),
    s("P10", "Two tasks that take two locks in opposite order can block each other for ever, and no error says so."),
    s("P11", "A Lock is not reentrant: a task that acquires it again while holding it waits for ever."),
    s("P12", "Releasing a Lock that nobody holds is a RuntimeError; releasing one that another task holds is not."),
    s("P13", "A Lock is handed on in order of arrival; a running task cannot overtake one that waits."),
    s("P14", "set() with clear() right after it wakes all who wait on the Event; who comes later has missed it."),
    s("P15", "A Semaphore of two lets two tasks in at a time; the next enters when one leaves."),
    s("P16", "A Semaphore can be released beyond its initial value; a BoundedSemaphore raises ValueError instead."),
    s("P17", "put() on a full Queue waits for room, which slows the producer down; items leave as they came in."),
    s("P18", "Queue.join() waits until task_done() was called for every item: one call forgotten, and it hangs."),
    s("P19", "Condition.wait() gives up the lock and retakes it on waking; notify() needs the lock, or it raises."),
    s("P20", "A bare except or except BaseException swallows CancelledError; except Exception lets it through."),
    s("P21", "When tasks await each other in a circle, cancelling one of them ends in a RecursionError."),
    // Q. How many threads
    s("Q1", "All tasks of a loop run in one thread of one process."),
    s("Q2", "asyncio starts no worker thread until to_thread(), run_in_executor() or a DNS lookup needs one."),
];
