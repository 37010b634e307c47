"""Run a coroutine in a test, whatever else runs in this process."""

import asyncio


def run(coroutine):
    """What the coroutine returns.

    A browser test in this process leaves its loop running, but for the moment at rest.
    """
    others = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        return asyncio.run(coroutine)
    finally:
        asyncio._set_running_loop(others)
