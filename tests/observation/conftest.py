"""For the tests of metrics and traces: a server without a worker, and one with settings of its own."""

from tests.server.conftest import make_server, quiet

__all__ = ["make_server", "quiet"]
