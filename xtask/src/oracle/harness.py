"""Run the plays of one Python twin on CPython's real asyncio, in virtual time, and print what every task did.

    python -I -B -X utf8 harness.py TWIN.py

A *play* is a public `async def` at the top level of the twin, with one parameter, `log`. Each runs as the
task `main` of a fresh event loop. `log("read 0")` says something; that a task starts and ends is noted by the
loop. On stdout goes one JSON object and nothing else:

    {"python": "3.13.0", "plays": {"naive": {"end": "done", "stuck": [], "error": null,
        "entries": [{"ms": 0, "task": "main", "kind": "started", "what": ""}, ...]}}}

kinds   started, said, ended, failed (`what` is "ValueError: text"), cancelled
ends    done, failed (`error` is "ValueError: text"), deadlock (`stuck` names the tasks, eldest first); and
        three for what would go on for ever: flood (of entries), spin (at one instant), horizon (time runs on)
exit    0 all plays ran; 1 the twin or the call is wrong, one sentence on stderr; 70 this program is wrong

Virtual time: nobody ever waits. When no task can run, the clock jumps to the next timer. The threads of
`to_thread` and `run_in_executor` live in the same time. So a play takes milliseconds, and prints the same
bytes on every run. What never returns to the loop is not cut here: who starts this program sets it a limit.

Nothing here knows of Rust. What asyncio does is asyncio's own doing. The loop below changes where time comes
from, and puts the order of creation where CPython has an order of memory addresses (see "cures").
"""

import sys

if sys.version_info < (3, 12) or sys.implementation.name != "cpython":
    sys.exit(
        "harness.py: this is {} {}.{}, and the oracle is CPython 3.12 or newer: "
        "give the path of such a python".format(sys.implementation.name, *sys.version_info[:2])
    )

import asyncio
import collections.abc
import contextlib
import contextvars
import functools
import gc
import heapq
import inspect
import itertools
import json
import os
import random
import re
import selectors
import signal
import threading
import time
import traceback
import types
import weakref
from concurrent.futures import ThreadPoolExecutor

MAX_ENTRIES = 100_000  # more is a flood
MAX_TURNS = 100_000  # turns of the loop at one instant without an entry; more is a spin
MAX_JUMPS = 100_000  # moves of the clock without an entry; more is past the horizon, as is ...
HORIZON = 30 * 24 * 3600.0  # ... a later time, in seconds

# asyncio's own default pool has min(32, cores + 4) threads: plays with many jobs would depend on the machine.
POOL_SIZE = 32

AUTOMATIC_NAME = re.compile(r"Task-\d+|None")  # "None": CPython 3.13.0, when it has a task factory
ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")  # in the repr of an object; another one on every run


class Cut(BaseException):
    """The harness ends the play, with this end. Not an Exception, so `except Exception` lets it pass."""

    def __init__(self, end):
        super().__init__(end)
        self.end = end


class Wrong(BaseException):
    """The twin or the call is wrong: a sentence that ends with the cure."""


# ---- virtual time ----------------------------------------------------------------------------------------

_here = threading.local()  # .world: the world this thread belongs to, if any
_speaker = contextvars.ContextVar("speaker")  # whose line it is where no task runs: in callbacks and threads
_ruins = []  # the worlds of plays that were cut


class World:
    """The time of one play: it moves when nobody can run, and only as far as somebody sleeps.

    The threads of a play take turns: either the loop's thread runs, or one worker while the loop's thread
    waits for it to sleep or to finish. So a new job runs to its first sleep before `run_in_executor` returns.
    At one instant the sleeping threads wake first, in the order in which they fell asleep, then the timers of
    the loop. A worker that waits for anything but `time.sleep` is a step that never returns.
    """

    def __init__(self):
        self.loop = None
        self.now = 0.0  # seconds, always whole microseconds
        self.ruling = None  # the Cut or the Wrong that ended the play
        self.stuck = []  # the tasks that were not done then, eldest first
        self.hiring = False  # an executor may start a thread now
        self._turns = 0  # since the last entry or move of the clock
        self._jumps = 0  # since the last entry
        self._loop_thread = threading.get_ident()
        self._numbers = itertools.count()
        self._jobs = {}  # executor -> its unfinished jobs
        self._asleep = []  # a heap of (wake-up time, number, event): the workers in `time.sleep`
        self._changed = threading.Condition()  # guards _jobs and _asleep

    @contextlib.contextmanager
    def inhabited(self):
        """Meanwhile this thread has the world's time."""
        _here.world = self
        try:
            yield
        finally:
            _here.world = None

    def ms(self):
        """The time as entries have it: an int if it is a whole millisecond."""
        ms = round(self.now * 1000, 3)
        return int(ms) if ms == int(ms) else ms

    # -- the harness has the last word

    def stop(self, ruling):
        """End the play. From now on whoever logs, sleeps or turns the loop meets the ruling again."""
        if self.ruling is None:
            # Not one more line of the twin shall run. So its tasks are not closed but kept until the process
            # ends, and what asyncio says about such ruins is noise.
            self.stuck = list(asyncio.all_tasks(self.loop))
            _ruins.append(self)
            self.loop.set_exception_handler(lambda loop, context: None)
        self.ruling = ruling
        raise ruling

    def check(self):
        if self.ruling is not None:
            raise self.ruling

    def entry(self):
        """Something was written down: the play gets on."""
        self._turns = self._jumps = 0

    def turn(self):
        """The loop begins a turn."""
        self.check()
        self._turns += 1
        if self._turns > MAX_TURNS:
            self.stop(Cut("spin"))

    def _move(self, when):
        if when > self.now:
            self._turns = 0
            self._jumps += 1
            if when > HORIZON or self._jumps > MAX_JUMPS:
                self.stop(Cut("horizon"))
            self.now = when

    # -- the clock: only the loop's thread moves it

    def advance(self, when):
        """Move the clock to `when`. Threads that sleep no longer than that wake on the way, one by one."""
        self.check()
        while self._asleep and self._asleep[0][0] <= when:
            until, _, wake = heapq.heappop(self._asleep)
            self._move(until)
            wake.set()
            self.wait_for_workers()
        self._move(when)

    def jump(self, timeout):
        """No task can run: go to the loop's next timer, `timeout` seconds away, or to the next thread."""
        wakeups = [until for until, _, _ in self._asleep[:1]]
        if timeout is not None:
            wakeups.append(round(self.now + timeout, 6))
        if not wakeups:
            self.stop(Cut("deadlock"))
        self.advance(min(wakeups))

    def sleep(self, seconds):
        """`time.sleep`. On the loop's thread it blocks the loop, as in life: time passes, no task runs."""
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        until = round(self.now + seconds, 6)
        if threading.get_ident() == self._loop_thread:
            self.advance(until)
        elif until > self.now:
            wake = threading.Event()
            with self._changed:
                heapq.heappush(self._asleep, (until, next(self._numbers), wake))
                self._changed.notify_all()
            wake.wait()

    # -- the workers

    def hire(self, executor, function, args):
        """Submit a job; the asyncio future of its result."""
        if isinstance(executor, ThreadPoolExecutor):  # a job in another process takes no virtual time
            function, args = self._work, (_speaker.get(None), function, args)
        self.hiring = True
        try:
            job = executor.submit(function, *args)
        finally:
            self.hiring = False
        with self._changed:
            self._jobs.setdefault(executor, set()).add(job)
        # asyncio's callback comes first: a job counts as unfinished until the loop has its result.
        future = asyncio.wrap_future(job, loop=self.loop)
        job.add_done_callback(functools.partial(self._dismiss, executor))
        self.wait_for_workers()
        return future

    def _work(self, seat, function, args):
        _speaker.set(seat)
        with self.inhabited():
            return function(*args)

    def _dismiss(self, executor, job):
        with self._changed:
            self._jobs[executor].discard(job)
            self._changed.notify_all()

    def unfinished(self, executor):
        return list(self._jobs.get(executor, ()))

    def wait_for_workers(self):
        """Return when every worker sleeps or has finished. A job may still queue for a thread of its pool."""
        with self._changed:
            self._changed.wait_for(self._at_rest)

    def _at_rest(self):
        begun = sum(min(len(jobs), _pool_size(executor)) for executor, jobs in self._jobs.items())
        return begun == len(self._asleep)


def _pool_size(executor):
    return getattr(executor, "_max_workers", float("inf"))


def _make_time_virtual():
    """Give the module `time` to the worlds: the threads of a play see its time, other threads the real one.

    Before a twin is loaded, so that `from time import sleep` gets ours.
    """

    def clock(real, unit):
        def now():
            world = getattr(_here, "world", None)
            return real() if world is None else unit(world.now)

        return now

    for name in ("monotonic", "perf_counter", "time"):
        setattr(time, name, clock(getattr(time, name), float))
        name += "_ns"
        setattr(time, name, clock(getattr(time, name), lambda now: round(now * 1e6) * 1000))

    real_sleep = time.sleep

    def sleep(seconds):
        world = getattr(_here, "world", None)
        (real_sleep if world is None else world.sleep)(seconds)

    time.sleep = sleep

    real_start = threading.Thread.start

    def start(thread):
        world = getattr(_here, "world", None)
        if world is not None and not world.hiring:
            world.stop(Wrong("it starts a thread past the loop: use to_thread() or run_in_executor()"))
        real_start(thread)

    threading.Thread.start = start


class VirtualSelector(selectors.DefaultSelector):
    """The selector of a world: it looks, and never waits. The loop calls it once a turn, first of all."""

    world = before_turn = None

    def select(self, timeout=None):
        self.world.turn()
        if self.before_turn is not None:
            self.before_turn()
        ready = super().select(0)
        if not ready and (timeout is None or timeout > 0):
            self.world.jump(timeout)
            ready = super().select(0)  # a thread that woke may have sent its result
        return ready


class Deadline(float):
    """The time of a timer. Of two equal ones, the one that was set first comes first.

    Without: CPython compares times only, and fires equal timers in the order of its heap. Twelve equal sleeps
    end as 0 2 6 11 10 9 8 5 7 4 1 3 (on 3.12.1 and 3.13.0).
    """

    def __new__(cls, when, number):
        self = super().__new__(cls, when)
        self.number = number
        return self

    def __lt__(self, other):
        if isinstance(other, Deadline) and self == other:
            return self.number < other.number
        return float.__lt__(self, other)


class VirtualLoop(asyncio.SelectorEventLoop):
    """asyncio's own event loop, in a world. With a record, every new task gets its seat there."""

    def __init__(self, record=None):
        self.world = World()
        self._numbers = itertools.count()
        self._record = record
        selector = VirtualSelector()
        selector.world = self.world
        super().__init__(selector)
        self.world.loop = self
        self._clock_resolution = 1e-9  # the base class takes the real clock's, and fires timers early by it
        self._asyncgens = OldestFirst()
        if record is not None:
            record.world = self.world
            selector.before_turn = record.read_names
            self.set_task_factory(lambda loop, coro, **options: Task(coro, loop=loop, **options))

    def time(self):
        return self.world.now

    def call_at(self, when, callback, *args, context=None):
        # Whole microseconds: 0.1 + 0.2 and 0.3 are one instant.
        deadline = Deadline(round(when, 6), next(self._numbers))
        return super().call_at(deadline, callback, *args, context=context)

    def create_task(self, coro, **options):
        # Here, and not in the task factory, bodies are put on: a twin may set asyncio's eager factory.
        if self._record is None or not asyncio.iscoroutine(coro):
            return super().create_task(coro, **options)
        body = self._record.new_body(coro)
        task = super().create_task(body, **options)
        self._record.task_made(body, task)
        return task

    def run_in_executor(self, executor, func, *args):
        self._check_closed()
        if executor is None:
            self._check_default_executor()
            if self._default_executor is None:
                self.set_default_executor(ThreadPoolExecutor(POOL_SIZE, thread_name_prefix="asyncio"))
            executor = self._default_executor
        return self.world.hire(executor, func, args)

    async def shutdown_default_executor(self, timeout=None):
        """`asyncio.run` ends with it. Wait for the jobs that still run (asyncio itself: for five minutes)."""
        pool, self._default_executor = self._default_executor, None
        if pool is not None:
            jobs = [asyncio.wrap_future(job, loop=self) for job in self.world.unfinished(pool)]
            await asyncio.gather(*jobs, return_exceptions=True)
            pool.shutdown()
        await super().shutdown_default_executor()


# ---- cures -----------------------------------------------------------------------------------------------
#
# CPython keeps tasks in sets, and the order of a set of objects hangs on their addresses. "Without" says what
# was measured on plain asyncio, with eight tasks, in 50 processes that had first allocated a random amount of
# memory: the number of different orders on 3.12.1, and on 3.13.0.


class Task(asyncio.Task):
    """A task that knows its seat, and whose hash is its number.

    So a set of tasks that the twin itself makes has one order (without: 34 and 2). It is that of creation
    while the numbers are small, and wraps when they outgrow the set's table: for asyncio's sets see below.
    """

    def __init__(self, body, **options):
        self.seat = body.seat  # first, since asyncio puts the new task into a set of its own
        super().__init__(body, **options)

    def __hash__(self):
        return self.seat.number


class TaskSet(collections.abc.MutableSet):
    """A set in order of entry; the members of a plain set enter in order of creation."""

    def __init__(self, items=()):
        if isinstance(items, (set, frozenset)):
            items = sorted(items, key=self._creation)
        self._items = dict.fromkeys(items)

    @staticmethod
    def _creation(task):
        return task.seat.number if hasattr(task, "seat") else -1  # a plain future has no seat

    def __contains__(self, item):
        return item in self._items

    def __iter__(self):
        return iter(list(self._items))

    def __len__(self):
        return len(self._items)

    def __repr__(self):
        return f"{{{', '.join(map(repr, self._items))}}}"

    def add(self, item):
        self._items[item] = None

    def discard(self, item):
        self._items.pop(item, None)

    def copy(self):
        return TaskSet(self)

    # What a twin may call, beside the operators, on the sets that `wait` returns.
    union = collections.abc.MutableSet.__or__
    intersection = collections.abc.MutableSet.__and__
    difference = collections.abc.MutableSet.__sub__
    update = collections.abc.MutableSet.__ior__


class OldestFirst(weakref.WeakKeyDictionary):
    """The open async generators, in order of opening: `asyncio.run` closes them so (without: 8 and 17)."""

    def add(self, item):
        self[item] = None

    def discard(self, item):
        self.pop(item, None)


def _install_cures():
    # `asyncio.wait` returns sets (without: 37 and 9), and `as_completed` makes one of what it is given
    # (without: 48 and 46). Their module finds this name before the builtin.
    asyncio.tasks.set = TaskSet

    # A TaskGroup cancels its children in the order of a set (without: 32 and 46).
    plain_init = asyncio.TaskGroup.__init__

    def init(group):
        plain_init(group)
        group._tasks = TaskSet()

    asyncio.TaskGroup.__init__ = init

    # `runners._cancel_all_tasks`, the end of `asyncio.run`, cancels the members of this set in its order
    # (without: 50 and 49).
    plain_all_tasks = asyncio.all_tasks
    asyncio.all_tasks = asyncio.tasks.all_tasks = lambda loop=None: TaskSet(plain_all_tasks(loop))


# ---- the record: who did what, and when ------------------------------------------------------------------


class Seat:
    """A task's place in the record. It does not keep the task alive: neither does asyncio's loop."""

    def __init__(self, number, quiet):
        self.number = number
        self.quiet = quiet  # a task of asyncio's own: its start and end are nobody's business
        self.name = "asyncio" if quiet else None  # None until the loop's next turn


class Body(collections.abc.Coroutine):
    """The coroutine of a task, watched: it passes every step on, and notes the first one and the last.

    An object, and no `async def` around the coroutine: what is thrown in before the first step must reach the
    coroutine itself. Then a task that is cancelled so early leaves no entry and no "never awaited" warning,
    as it does without us. A step through a Body is a plain call: it costs no turn of the loop.
    """

    def __init__(self, coro, seat, record):
        self._coro = coro
        self._record = record
        self._started = False
        self.seat = seat

    def send(self, value):
        if not self._started:
            self._started = True
            _speaker.set(self.seat)
            asyncio.current_task().seat = self.seat  # an eager task is not one of ours
            self._record.add(self.seat, "started")
        return self._step(self._coro.send, value)

    def throw(self, *error):
        if not self._started:
            return self._coro.throw(*error)
        return self._step(self._coro.throw, *error)

    def _step(self, step, *args):
        try:
            return step(*args)
        except StopIteration:
            self._record.add(self.seat, "ended")
            raise
        except asyncio.CancelledError:
            self._record.add(self.seat, "cancelled")
            raise
        except BaseException as error:
            self._record.add(self.seat, "failed", describe(error))
            raise

    def close(self):
        self._coro.close()

    def __await__(self):
        return self._coro.__await__()

    def __getattr__(self, name):  # cr_frame, __qualname__ and such, for the `repr` of a task
        return getattr(self._coro, name)


class Record:
    """The entries of one play, and the names of its tasks."""

    def __init__(self):
        self.world = None
        self.closed = False
        self._loop_thread = threading.get_ident()
        self._numbers = itertools.count()
        self._entries = []  # (ms, seat, kind, what)
        self._nameless = []  # (body, task) of the tasks made in this turn
        self._names = set()

    def log(self, what):
        """What a play gets as its parameter."""
        if not isinstance(what, str):
            self.world.stop(Wrong(f'log() got {type(what).__name__} and not a text: write log(f"...")'))
        self.add(self._speaker(), "said", clean(what))

    def add(self, seat, kind, what=""):
        if self.closed or (seat.quiet and kind != "said"):
            return
        self.world.check()
        if len(self._entries) == MAX_ENTRIES:
            self.world.stop(Cut("flood"))
        self._entries.append((self.world.ms(), seat, kind, what))
        self.world.entry()

    def entries(self):
        return [
            {"ms": ms, "task": seat.name, "kind": kind, "what": what}
            for ms, seat, kind, what in self._entries
        ]

    def _speaker(self):
        """The seat of the current task; in a callback or a thread, that of the task that brought it about."""
        if threading.get_ident() == self._loop_thread:
            task = asyncio.current_task(self.world.loop)
            if task is not None:
                return self.seat_of(task)
        seat = _speaker.get(None)
        if seat is None:
            self.world.stop(Wrong("log() is called where no task of the play leads to: call it in a task"))
        return seat

    def seat_of(self, task):
        if not hasattr(task, "seat"):
            self.world.stop(Wrong("asyncio.Task() makes a task past the loop: use asyncio.create_task()"))
        return task.seat

    # -- new tasks

    def new_body(self, coro):
        maker = asyncio.current_task(self.world.loop)
        quiet = _is_of_asyncio(coro) if maker is None else self.seat_of(maker).quiet
        return Body(coro, Seat(next(self._numbers), quiet), self)

    def task_made(self, body, task):
        if not body.seat.quiet:
            self._nameless.append((body, task))

    def read_names(self):
        """Before each turn: name the tasks of the last one. CPython 3.12 names a task after it is made."""
        made, self._nameless = self._nameless, []
        for body, task in made:
            name = task.get_name()
            if AUTOMATIC_NAME.fullmatch(name):
                self.world.stop(
                    Wrong(
                        f"a task has no name, that of `{body.__qualname__}`: make it with "
                        'asyncio.create_task(..., name="...") before you give it to gather(), wait_for(), '
                        "shield() or as_completed()"
                    )
                )
            if name in self._names:
                self.world.stop(Wrong(f"two tasks are named `{name}`: give each a name of its own"))
            self._names.add(name)
            body.seat.name = name


def _is_of_asyncio(coro):
    """Does asyncio itself make a task of this coroutine? Asked where no task runs, so no task does."""
    frame = getattr(coro, "cr_frame", None)
    if frame is None:  # `aclose()` of an async generator that somebody dropped
        return True
    return frame.f_globals is globals() or frame.f_globals.get("__name__", "").startswith("asyncio.")


def clean(text):
    return ADDRESS.sub(" at 0x...", text)


def describe(error):
    text = clean(str(error))
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


# ---- from a twin to its report ---------------------------------------------------------------------------


def load(path):
    """Import the twin."""
    twin = types.ModuleType("twin")
    twin.__file__ = path
    sys.modules["twin"] = twin  # where dataclasses and pickle look it up
    try:
        with open(path, "rb") as file:
            # Under its bare name, which the `repr` of a coroutine shows: paths differ between machines.
            code = compile(file.read(), os.path.basename(path), "exec")
    except OSError as error:
        raise Wrong(f"it cannot be read ({error.strerror}): give the path of a twin, a .py file")
    except (SyntaxError, ValueError) as error:
        raise Wrong(f"it is not Python ({error}): correct it")
    try:
        exec(code, twin.__dict__)
    except BaseException as error:
        raise Wrong(f"its import fails ({describe(error)}): leave imports and definitions at the top level")
    return twin


def plays_of(twin):
    """The plays by name, in order of definition."""
    plays = {}
    for name, value in vars(twin).items():
        is_async = inspect.iscoroutinefunction(value) or inspect.isasyncgenfunction(value)
        is_function = isinstance(value, types.FunctionType)
        is_imported = is_function and value.__module__ != twin.__name__
        if name.startswith("_") or not is_async or is_imported:
            continue
        if not is_function or inspect.isasyncgenfunction(value) or value.__name__ != name:
            raise Wrong(
                f"`{name}` is async and yet no play, no `async def {name}(log)` without `yield`: "
                "begin its name with an underscore"
            )
        parameters = list(inspect.signature(value).parameters)
        if parameters != ["log"]:
            raise Wrong(
                f"`{name}` takes ({', '.join(parameters)}) and a play takes (log): "
                "begin the name of a helper with an underscore"
            )
        plays[name] = value
    if not plays:
        raise Wrong("it has no play: write `async def naive(log)`")
    return plays


def run_play(play):
    """Run one play as `asyncio.run` does, and report it."""
    random.seed(0)  # a twin may roll dice, and the same ones every time
    record = Record()
    runner = asyncio.Runner(loop_factory=lambda: VirtualLoop(record))
    loop = runner.get_loop()
    end, stuck, error = "done", [], None
    with loop.world.inhabited():
        try:
            try:
                main = loop.create_task(play(log=record.log), name="main")
                loop.run_until_complete(main)
            except (Cut, Wrong):
                raise
            except BaseException as problem:
                end, error = "failed", describe(problem)
            runner.close()  # cancels the tasks that are left over, and waits for them
        except Cut as cut:
            end, error = cut.end, None
        except Wrong:
            raise
        except BaseException as problem:  # the closing itself failed
            end, error = "failed", describe(problem)
        record.read_names()
        record.closed = True
        if end == "deadlock":
            stuck = [record.seat_of(task).name for task in loop.world.stuck]
        gc.collect()  # what asyncio says of exceptions nobody asked for, it says now and not in the next play
    return {"end": end, "stuck": stuck, "error": error, "entries": record.entries()}


def report(path):
    """Run all plays of the twin at `path`; the JSON."""
    result = {"python": sys.version.split()[0], "plays": {}}
    for name, play in plays_of(load(path)).items():
        try:
            result["plays"][name] = run_play(play)
        except Wrong as wrong:
            raise Wrong(f"play `{name}`: {wrong}")
    return json.dumps(result, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def main(arguments):
    """Print the report, or say on stderr why there is none; the exit code."""
    out, sys.stdout = sys.stdout.buffer, sys.stderr  # what a twin prints is not the report
    if len(arguments) != 1:
        print("harness.py: it takes one twin: call it as harness.py TWIN.py", file=sys.stderr)
        return 1
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends the process; asyncio would tell the play of it
    gc.disable()  # else a task that nobody holds vanishes at some moment; a twin may call gc.collect() itself
    _make_time_virtual()
    _install_cures()
    try:
        text = report(arguments[0])
    except Wrong as wrong:
        sentence = " ".join(str(wrong).split())  # an error in it may have lines
        print(f"harness.py: {os.path.basename(arguments[0])}: {sentence}", file=sys.stderr)
        return 1
    out.write(text.encode("utf-8", "replace") + b"\n")
    out.flush()
    return 0


if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
    except BaseException:
        traceback.print_exc()
        code = 70
    # Not an ordinary exit: it would wait for the threads of plays that were cut, and finish off their tasks.
    sys.stderr.flush()
    os._exit(code)
