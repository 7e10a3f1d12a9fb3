"""A transfer takes longer than its caller waits: where does the money stay?

`naive`: `wait_for` cancels the transfer half-way.
`gathered`: it cancels whatever a `gather` has not finished.
`fixed`: the transfer cleans up when it is cancelled, and `wait_for` waits for that.
"""

import asyncio

PATIENCE = 0.010


class Bank:
    total = 100


async def _transfer(log, bank, seconds):
    bank.total -= 10
    log("took 10")
    await asyncio.sleep(seconds)
    bank.total += 10
    log("gave 10")


async def naive(log):
    bank = Bank()
    task = asyncio.create_task(_transfer(log, bank, 0.020), name="transfer")
    try:
        await asyncio.wait_for(task, PATIENCE)
    except TimeoutError:
        log("is late")
    log(f"has {bank.total} in all")


async def gathered(log):
    bank = Bank()
    both = [
        asyncio.create_task(_transfer(log, bank, 0.005), name="quick"),
        asyncio.create_task(_transfer(log, bank, 0.020), name="slow"),
    ]
    try:
        await asyncio.wait_for(asyncio.gather(*both), PATIENCE)
    except TimeoutError:
        log("is late")
    log(f"has {bank.total} in all")


async def fixed(log):
    bank = Bank()

    async def careful():
        try:
            await _transfer(log, bank, 0.020)
        except asyncio.CancelledError:
            await asyncio.sleep(0.005)
            bank.total += 10
            log("puts back 10")
            raise

    task = asyncio.create_task(careful(), name="transfer")
    try:
        await asyncio.wait_for(task, PATIENCE)
    except TimeoutError:
        log("is late")
    log(f"has {bank.total} in all")
