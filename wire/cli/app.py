"""What commands share: the application, the options that all take, the opened database, the two ways of printing.

Law: knows no command.
"""

import json
import math
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from wire import __version__, config
from wire.config import Settings
from wire.store import Store

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Polls press wires, recognises copies of the same copy, keeps one story with all its versions.",
)

ConfigDir = Annotated[
    Path | None,
    typer.Option("--config", metavar="DIR", help="Config folder; else $WIRE_CONFIG, ./config, /etc/wire."),
]
Database = Annotated[
    str | None,
    typer.Option("--database", metavar="URL", help=r"Database; else \[store] url, else $WIRE_DATABASE_URL."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

out = Console(highlight=False, soft_wrap=False)
err = Console(stderr=True, highlight=False)


def _version(wanted: bool) -> None:
    if wanted:
        out.print(f"wire {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    _version_wanted: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def open_files() -> None:
    """Let this process open as many files as it may: each request under way, and each kept connection, is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):  # what can't be raised is as high as it gets
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def load(directory: Path | None, database: str | None) -> Settings:
    """The settings that a command runs on."""
    return config.load(config.find(directory, os.environ), environ=os.environ, database=database)


@contextmanager
def opened(directory: Path | None, database: str | None) -> Iterator[tuple[Settings, Store]]:
    """The settings, and the database that they name."""
    settings = load(directory, database)
    store = Store.open(settings.store)
    try:
        yield settings, store
    finally:
        store.close()


def print_json(value: object) -> None:
    """One JSON document on stdout; records become objects, times ISO 8601."""
    print(json.dumps(plain(value), ensure_ascii=False, indent=2))  # noqa: T201 - not wrapped, not coloured


def plain(value: object) -> Any:
    """Records, tuples and times as JSON knows them; what is infinite is null."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(each) for each in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Path):
        return os.fsencode(value).decode(errors="replace")
    return None if isinstance(value, float) and not math.isfinite(value) else value
