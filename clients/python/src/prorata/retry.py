"""When a call is tried again, and after what time.

That is safe: reads have no effect, writes carry a request id, usage records are their own keys.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

import grpc

from prorata.errors import ProrataError

_RANDOM = random.SystemRandom()
_MOST_DOUBLINGS = 64


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """How often and how soon a call is tried again. The call's deadline bounds it all."""

    max_attempts: int = 8
    """The most attempts, the first one counted; a stream that follows is tried again without end."""
    first_delay_seconds: float = 0.1
    """About the pause before the second attempt; it doubles with each further one."""
    max_delay_seconds: float = 5.0
    """The longest pause, unless the server asks for a longer one."""
    on_follow_again: Callable[[ProrataError, float], None] | None = None
    """Told why a stream that follows broke off, and after how many seconds it is tried again."""

    def delay_seconds(
        self, error: ProrataError, failed_attempts: int, *, follows: bool = False, renewed: bool = False
    ) -> float | None:
        """The pause before the next attempt, with jitter; None when the call is not to be tried again.

        `renewed` tells that the call failed for a credential that will be another one.
        """
        if not (renewed or is_transient(error)) or (failed_attempts >= self.max_attempts and not follows):
            return None
        doublings = min(failed_attempts - 1, _MOST_DOUBLINGS)
        backoff = min(self.first_delay_seconds * 2.0**doublings, self.max_delay_seconds)
        jittered = backoff * _RANDOM.uniform(0.5, 1.0)
        if error.retry_delay_seconds is None:
            return jittered
        return error.retry_delay_seconds + jittered / 2


def is_transient(error: ProrataError) -> bool:
    """Whether the call may succeed later: UNAVAILABLE, or RESOURCE_EXHAUSTED that says when."""
    if error.code is grpc.StatusCode.RESOURCE_EXHAUSTED:
        return error.retry_delay_seconds is not None
    return error.code is grpc.StatusCode.UNAVAILABLE
