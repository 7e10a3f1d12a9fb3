"""Two tasks need the same two locks.

`naive`: in opposite order, with a turn between, so each gets one and waits for the other.
`fixed`: in the same order.
"""

import asyncio


async def _takes(log, first, second):
    name, lock = first
    async with lock:
        log(f"took {name}")
        await asyncio.sleep(0)
        name, lock = second
        async with lock:
            log(f"took {name}")


async def naive(log):
    account, book = ("account", asyncio.Lock()), ("log", asyncio.Lock())
    a = asyncio.create_task(_takes(log, account, book), name="a")
    b = asyncio.create_task(_takes(log, book, account), name="b")
    await a
    await b
    log("both are through")


async def fixed(log):
    account, book = ("account", asyncio.Lock()), ("log", asyncio.Lock())
    a = asyncio.create_task(_takes(log, account, book), name="a")
    b = asyncio.create_task(_takes(log, account, book), name="b")
    await a
    await b
    log("both are through")
