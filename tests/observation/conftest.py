"""For the tests of metrics and traces: servers with settings of their own."""

from tests.server.conftest import make_server

__all__ = ["make_server"]
