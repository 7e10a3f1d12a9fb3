"""An async function is called. When does its body run?

`naive`: never, because nobody awaits the coroutine that the call has made. Python warns when it throws it away.
`fixed`: when the coroutine is awaited, not when the function is called.
`spawned`: when main gives up its turn, because the coroutine is now a task. Calling it a second time does not start it.
"""

import asyncio
import warnings


async def naive(log):
    saved = asyncio.Event()
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        _save(log, saved)
    for warning in heard:
        log(f"{warning.category.__name__}: {warning.message}")
    _look(log, saved)


async def fixed(log):
    saved = asyncio.Event()
    saving = _save(log, saved)
    log("has called")
    await saving
    _look(log, saved)


async def spawned(log):
    saved = asyncio.Event()
    saving = _save(log, saved)
    try:
        saving()
    except TypeError as error:
        log(f"TypeError: {error}")
    asyncio.create_task(saving, name="save")
    log("has spawned")
    await saved.wait()
    _look(log, saved)


async def _save(log, saved):
    log("saves")
    saved.set()


def _look(log, saved):
    log("finds it saved" if saved.is_set() else "finds nothing")
