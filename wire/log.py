"""How log lines look: a fixed event name plus keys, to stderr, as text for people or JSON for machines.

Law: set up once, by a command; every other module only asks structlog for a logger.
"""

import logging
import sys
from typing import Literal

import structlog


def configure(*, level: str = "info", style: Literal["auto", "text", "json"] = "auto") -> None:
    """Send log lines of `level` and above to stderr in `style`; auto: text on a terminal, else JSON."""
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
        if style == "json" or (style == "auto" and not sys.stderr.isatty())
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
