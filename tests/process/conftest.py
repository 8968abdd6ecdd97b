"""For the tests of processes: a server without a worker, and a way behind its back."""

from tests.server.conftest import behind, quiet

__all__ = ["behind", "quiet"]
