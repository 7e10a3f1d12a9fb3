"""How many turns of the loop CPython takes between two moments: a JSON object, one number for each row.

A row marks the moment `a`, and, somewhere else, the moment `b`; its number is how many iterations of the event loop lie
between. No row waits for the clock, so none needs a clock of its own. `tests/it/tasks/hops.rs` has the same rows.
"""

import asyncio
import json

ROWS = {}


class CountingLoop(asyncio.SelectorEventLoop):
    turns = 0

    def _run_once(self):
        self.turns += 1
        super()._run_once()


def row(name):
    def measure(play):
        loop = CountingLoop()
        marks = {}

        def a():
            marks["a"] = loop.turns

        def b():
            marks.setdefault("b", loop.turns)

        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(play(a, b))
        ROWS[name] = marks["b"] - marks["a"]

    return measure


async def settle():
    for _ in range(6):
        await asyncio.sleep(0)


async def for_ever():
    await asyncio.get_running_loop().create_future()


def spawn(coroutine):
    return asyncio.create_task(coroutine)


async def returns(a):
    await settle()
    a()


async def fails(a):
    await settle()
    a()
    raise ValueError


async def nothing():
    pass


async def marked(awaitable, b):
    try:
        await awaitable
    except BaseException:
        b()
        raise
    b()


async def ended():
    task = spawn(nothing())
    await settle()
    return task


@row("turn")
async def _(a, b):
    a()
    await asyncio.sleep(0)
    b()


@row("spawn: first step")
async def _(a, b):
    async def first():
        b()

    a()
    await spawn(first())


@row("task returns: who awaits it")
async def _(a, b):
    await spawn(returns(a))
    b()


@row("task returns: two who await it, the second")
async def _(a, b):
    task = spawn(returns(a))
    first, second = spawn(marked(task, lambda: None)), spawn(marked(task, b))
    await first
    await second


@row("task that has ended: who awaits it")
async def _(a, b):
    task = await ended()
    a()
    await task
    b()


@row("gather: last one returns")
async def _(a, b):
    await asyncio.gather(spawn(returns(a)))
    b()


@row("gather: first one fails")
async def _(a, b):
    try:
        await asyncio.gather(spawn(fails(a)), spawn(for_ever()))
    except ValueError:
        b()


@row("gather of all results: last one fails")
async def _(a, b):
    await asyncio.gather(spawn(fails(a)), return_exceptions=True)
    b()


@row("gather of tasks that have ended")
async def _(a, b):
    task = await ended()
    a()
    await asyncio.gather(task)
    b()


@row("gather of nothing")
async def _(a, b):
    a()
    await asyncio.gather()
    b()


@row("group: last child returns")
async def _(a, b):
    async with asyncio.TaskGroup() as group:
        group.create_task(returns(a))
    b()


@row("group: all children have ended")
async def _(a, b):
    async with asyncio.TaskGroup() as group:
        group.create_task(nothing())
        await settle()
        a()
    b()


@row("group: child fails, the sibling is cancelled")
async def _(a, b):
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails(a))
            group.create_task(marked(for_ever(), b))
    except* ValueError:
        pass


@row("group: child fails, the body is cancelled")
async def _(a, b):
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails(a))
            await marked(for_ever(), b)
    except* ValueError:
        pass


@row("group: only child fails, the group returns")
async def _(a, b):
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails(a))
    except* ValueError:
        b()


@row("group: child fails, siblings end, the group returns")
async def _(a, b):
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails(a))
            group.create_task(for_ever())
    except* ValueError:
        b()


@row("wait: all have ended")
async def _(a, b):
    await asyncio.wait([spawn(returns(a))])
    b()


@row("wait: the first has ended")
async def _(a, b):
    await asyncio.wait([spawn(for_ever()), spawn(returns(a))], return_when=asyncio.FIRST_COMPLETED)
    b()


@row("wait: the first has failed")
async def _(a, b):
    await asyncio.wait([spawn(for_ever()), spawn(fails(a))], return_when=asyncio.FIRST_EXCEPTION)
    b()


@row("wait for tasks that have ended")
async def _(a, b):
    task = await ended()
    a()
    await asyncio.wait([task])
    b()


@row("as_completed: the next has ended")
async def _(a, b):
    async for _ in asyncio.as_completed([spawn(returns(a))]):
        b()


@row("as_completed: it had ended before")
async def _(a, b):
    task = await ended()
    a()
    async for _ in asyncio.as_completed([task]):
        b()


@row("shield: the task returns")
async def _(a, b):
    task = spawn(returns(a))
    await asyncio.shield(task)
    b()


@row("shield of a task that has ended")
async def _(a, b):
    task = await ended()
    a()
    await asyncio.shield(task)
    b()


@row("wait_for: first step of a coroutine")
async def _(a, b):
    async def first():
        b()

    a()
    await asyncio.wait_for(first(), 1000)


@row("wait_for: a coroutine returns")
async def _(a, b):
    await asyncio.wait_for(returns(a), 1000)
    b()


@row("wait_for: a task returns")
async def _(a, b):
    await asyncio.wait_for(spawn(returns(a)), 1000)
    b()


@row("wait_for of zero: the task that it cancels ends")
async def _(a, b):
    async def ends():
        try:
            await for_ever()
        finally:
            a()

    task = spawn(ends())
    await settle()
    try:
        await asyncio.wait_for(task, 0)
    except TimeoutError:
        b()


@row("to_thread: a function that returns at once")
async def _(a, b):
    loop = asyncio.get_running_loop()
    hire = loop.run_in_executor

    def at_once(executor, function, *args):
        job = hire(executor, function, *args)
        loop._default_executor.submit(lambda: None).result()  # the thread has finished when the loop goes on
        return job

    await asyncio.to_thread(lambda: None)  # the pool has a thread
    loop._default_executor._max_workers = 1
    loop.run_in_executor = at_once
    a()
    await asyncio.to_thread(lambda: None)
    b()


@row("cancel: the body is dropped")
async def _(a, b):
    task = spawn(marked(for_ever(), b))
    await settle()
    a()
    task.cancel()
    await settle()


@row("Lock: free")
async def _(a, b):
    lock = asyncio.Lock()
    a()
    await lock.acquire()
    b()


async def hand_over(waiting, act, a, b):
    task = spawn(marked(waiting, b))
    await settle()
    a()
    act()
    await task


@row("Lock: release to the next")
async def _(a, b):
    lock = asyncio.Lock()
    await lock.acquire()
    await hand_over(lock.acquire(), lock.release, a, b)


@row("Semaphore: release to the next")
async def _(a, b):
    semaphore = asyncio.Semaphore(0)
    await hand_over(semaphore.acquire(), semaphore.release, a, b)


@row("Event: set to who waits")
async def _(a, b):
    event = asyncio.Event()
    await hand_over(event.wait(), event.set, a, b)


@row("Condition: notify, the lock free at once")
async def _(a, b):
    condition = asyncio.Condition()

    async def waits():
        async with condition:
            await condition.wait()
            b()

    task = spawn(waits())
    await settle()
    async with condition:
        a()
        condition.notify()
    await task


@row("Queue: put to who gets")
async def _(a, b):
    queue = asyncio.Queue()
    await hand_over(queue.get(), lambda: queue.put_nowait(1), a, b)


@row("Queue: get to who puts")
async def _(a, b):
    queue = asyncio.Queue(1)
    queue.put_nowait(0)
    await hand_over(queue.put(1), queue.get_nowait, a, b)


@row("Queue: task_done to who joins")
async def _(a, b):
    queue = asyncio.Queue()
    queue.put_nowait(0)
    queue.get_nowait()
    await hand_over(queue.join(), queue.task_done, a, b)


@row("Barrier: the last comes, the first goes on")
async def _(a, b):
    barrier = asyncio.Barrier(2)
    task = spawn(marked(barrier.wait(), b))
    await settle()
    a()
    await barrier.wait()
    await task


async def cancelled(through, a, b):
    task = spawn(marked(through, b))
    await settle()
    a()
    task.cancel()
    await settle()


@row("cancel through a task: the outer one ends")
async def _(a, b):
    await cancelled(spawn(for_ever()), a, b)


@row("cancel through a gather: the outer one ends")
async def _(a, b):
    await cancelled(asyncio.gather(spawn(for_ever()), spawn(for_ever())), a, b)


@row("cancel through a group: the outer one ends")
async def _(a, b):
    async def outer():
        async with asyncio.TaskGroup() as group:
            group.create_task(for_ever())

    await cancelled(outer(), a, b)


print(json.dumps(ROWS, indent=1))
