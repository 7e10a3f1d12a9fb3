"""The caller waits 10 ms for what takes 20.

`naive`: the deadline cancels the work.
`fixed`: behind a shield the work goes on, and the caller comes back for its result.
"""

import asyncio


async def _save(log):
    log("begins")
    await asyncio.sleep(0.020)
    log("saved")
    return 7


async def naive(log):
    task = asyncio.create_task(_save(log), name="save")
    try:
        await asyncio.wait_for(task, 0.010)
    except TimeoutError:
        log("is late")
    await asyncio.sleep(0.020)
    log("found nothing")


async def fixed(log):
    task = asyncio.create_task(_save(log), name="save")
    try:
        await asyncio.wait_for(asyncio.shield(task), 0.010)
    except TimeoutError:
        log("is late")
    log(f"found {await task}")
