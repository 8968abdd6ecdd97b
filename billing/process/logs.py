"""How a process writes its log: events of ours and records of libraries in one format, times in UTC."""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.types import Processor

NOISY = ("arq",)  # at INFO it tells of each job, and of a sweep each second


def configure_logs(level: str, form: str) -> None:
    """Write what is of a level and above to stdout, as lines of "text" or "json".

    A traceback shows no values, as a password may be among them.
    """
    threshold = logging.getLevelNamesMapping()[level]
    # The frame of a line, the same for events and records.
    frame: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    rendered = _json() if form == "json" else _text()
    structlog.configure(
        processors=[*frame, *rendered],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*frame, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
        )
    )
    logging.basicConfig(level=threshold, handlers=[handler], force=True)
    for name in NOISY:
        logging.getLogger(name).setLevel(threshold if threshold <= logging.DEBUG else max(threshold, logging.WARNING))


def _json() -> list[Processor]:
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)]


def _text() -> list[Processor]:
    return [
        structlog.dev.ConsoleRenderer(
            colors=sys.stdout.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
        )
    ]
