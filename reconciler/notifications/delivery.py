"""Delivering a message, whatever carries it: a few tries, and an error that does not show its address."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from reconciler.errors import LiveError, Throttled, Undelivered, Unreachable
from reconciler.http.retry import NoAnswer, TruncatedAnswer, wait_after, worth_retrying
from reconciler.startup import dataclass

_LONGEST_REST: Final = 5.0  # seconds that a server may ask to be left alone


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The seconds for one try, and the number of further tries. A receiver delays a run by about 25 seconds at most."""

    timeout: float = 10.0
    retries: int = 1


def deliver(receiver: str, attempt: Callable[[], Awaitable[None]], patience: RetryPolicy) -> None:
    """Deliver a message by `attempt`, which raises LiveError where no server took it. It may arrive twice: where no
    answer came, it is sent again.

    Raises Undelivered, which calls the receiver as it may be shown.
    """
    try:
        asyncio.run(_tried(attempt, patience))
    except LiveError as error:
        passing = isinstance(error, NoAnswer | TruncatedAnswer | Throttled)
        missed = "was not reached" if isinstance(error, Unreachable) else "did not take the message"
        raise Undelivered(f"{receiver} {missed}: {error}.", for_good=not passing) from None


async def _tried(attempt: Callable[[], Awaitable[None]], patience: RetryPolicy) -> None:
    tries = 0
    while True:
        try:
            return await attempt()
        except LiveError as error:
            rest = (error.retry_after or 0) if isinstance(error, Throttled) else 0
            if tries >= patience.retries or not worth_retrying(error) or rest > _LONGEST_REST:
                raise
        await asyncio.sleep(max(rest, wait_after(tries)))
        tries += 1
