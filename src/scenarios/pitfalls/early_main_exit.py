"""A program ends when its main function returns, whatever its other tasks are doing.

`naive`: main waits for a while that is long enough for one task and too short for the other.
`fixed`: main waits for the tasks themselves.
"""

import asyncio


async def naive(log):
    quick = asyncio.create_task(_save(log, 0.005), name="quick")
    slow = asyncio.create_task(_save(log, 0.020), name="slow")
    await asyncio.sleep(0.010)
    log("returns")


async def fixed(log):
    quick = asyncio.create_task(_save(log, 0.005), name="quick")
    slow = asyncio.create_task(_save(log, 0.020), name="slow")
    await quick
    await slow
    log("returns")


async def _save(log, seconds):
    try:
        log("saving")
        await asyncio.sleep(seconds)
        log("saved")
    finally:
        log("closes")
