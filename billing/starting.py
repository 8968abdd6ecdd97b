"""Why a process can not start."""

from __future__ import annotations


class CanNotStart(Exception):  # noqa: N818 - says what is wrong
    """A process can not start as it is configured: the message names the variables at fault and says what to do."""
