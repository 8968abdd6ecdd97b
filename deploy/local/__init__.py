"""The parts prorata runs on, started on one machine for trying out, development and tests.

`python -m deploy.local up` keeps them running; `python -m deploy.local run -- COMMAND` lends a database and a
queue to one command.
"""

from deploy.local.errors import AccountError, ChildError, LocalError, MissingProgramError
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.processes import ChildProcess
from deploy.local.stack import Stack
from deploy.local.stores import Stores
from deploy.local.valkey import EmbeddedValkey

__all__ = [
    "AccountError",
    "ChildError",
    "ChildProcess",
    "EmbeddedPostgres",
    "EmbeddedValkey",
    "LocalError",
    "MissingProgramError",
    "Stack",
    "Stores",
]
