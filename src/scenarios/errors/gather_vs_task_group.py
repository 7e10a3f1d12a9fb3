"""The bank refuses, and the order is rolled back: who tells the writer?

`naive`: `gather` hands the error on at once, and the writer goes on.
`fixed`: a `TaskGroup` cancels the writer, and waits for its end first.
"""

import asyncio


class Order:
    written = False


async def _bank(log):
    await asyncio.sleep(0)
    log("refuses")
    raise ValueError("no money")


async def _writer(log, order):
    for _ in range(4):
        await asyncio.sleep(0)
    order.written = True
    log("wrote")


async def naive(log):
    order = Order()
    both = [
        asyncio.create_task(_bank(log), name="bank"),
        asyncio.create_task(_writer(log, order), name="writer"),
    ]
    try:
        await asyncio.gather(*both)
    except ValueError as error:
        log(f"rolls back: {error}")
        order.written = False
    await asyncio.sleep(0.001)


async def fixed(log):
    order = Order()
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_bank(log), name="bank")
            group.create_task(_writer(log, order), name="writer")
    except* ValueError as group:
        log(f"rolls back: {group.exceptions[0]}")
        order.written = False
    await asyncio.sleep(0.001)
