"""Two tasks read a number, look away, and write it back with one added.

`naive`: both read the same number, so one of the two additions is lost.
`fixed`: a lock, held from the read to the write, lets the second read come after the first write.
"""

import asyncio


async def naive(log):
    counter = 0

    async def add_one():
        nonlocal counter
        seen = counter
        log(f"read {seen}")
        await asyncio.sleep(0)
        counter = seen + 1
        log(f"wrote {seen + 1}")

    a = asyncio.create_task(add_one(), name="a")
    b = asyncio.create_task(add_one(), name="b")
    await a
    await b
    log(f"counter is {counter}")


async def fixed(log):
    counter = 0
    lock = asyncio.Lock()

    async def add_one():
        nonlocal counter
        async with lock:
            seen = counter
            log(f"read {seen}")
            await asyncio.sleep(0)
            counter = seen + 1
            log(f"wrote {seen + 1}")

    a = asyncio.create_task(add_one(), name="a")
    b = asyncio.create_task(add_one(), name="b")
    await a
    await b
    log(f"counter is {counter}")
