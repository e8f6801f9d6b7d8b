"""Config files and environment → frozen settings: the only reader of config, and (`additions`) the only writer.

Law: types, ranges and defaults are those of the policies and records themselves; here they are only filled. Whatever is
wrong is a `ConfigError` that names file, line and key, and no error ever shows the value of a secret.

::

    wire.toml      [store] [fetch] … ──▶ policies          ┐
    agencies.toml  shipped, operator's on top ──▶ profiles ├─▶ Settings
    feeds.toml     [defaults] under [feeds.KEY] ──▶ feeds  ┘
"""

from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

from wire.access import Access
from wire.config import alerts
from wire.config.agencies import profiles_of
from wire.config.database import database_url
from wire.config.feeds import accesses_of, feeds_of
from wire.config.files import TomlFile, read
from wire.config.values import build
from wire.errors import ConfigError
from wire.model import Feed
from wire.policy import (
    AgencyProfile,
    AlertPolicy,
    ArticlePolicy,
    CanonicalPolicy,
    ClusterPolicy,
    DaemonPolicy,
    FetchPolicy,
    ListenPolicy,
    RetentionPolicy,
    SchedulePolicy,
    SpoolPolicy,
    StorePolicy,
    WebSubPolicy,
    WorkerPolicy,
)

PLACES = (Path("config"), Path("/etc/wire"))
FILES = ("wire.toml", "feeds.toml", "agencies.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that an operator can say."""

    path: Path | None
    """Folder that it was read from; None: only defaults and environment."""
    daemon: DaemonPolicy
    listen: ListenPolicy
    websub: WebSubPolicy
    store: StorePolicy
    fetch: FetchPolicy
    schedule: SchedulePolicy
    spool: SpoolPolicy
    article: ArticlePolicy
    worker: WorkerPolicy
    cluster: ClusterPolicy
    canonical: CanonicalPolicy
    retention: RetentionPolicy
    alerts: AlertPolicy
    feeds: tuple[Feed, ...]
    """In the order of the file, the disabled ones too."""
    access: Mapping[str, Access]
    """By key of the enabled feeds that need one."""
    agencies: tuple[AgencyProfile, ...]


SECTIONS: Mapping[str, type[Any]] = {
    name: hint for name, hint in get_type_hints(Settings).items() if isinstance(hint, type) and is_dataclass(hint)
}
"""The tables of wire.toml and the policy that each fills."""


def find(explicit: Path | None, environ: Mapping[str, str]) -> Path:
    """Choose the config folder: the one given, else $WIRE_CONFIG, else ./config, else /etc/wire.

    What was asked for must hold a config file; of the last two, the first that does is taken.
    """
    asked = explicit or (Path(environ["WIRE_CONFIG"]) if environ.get("WIRE_CONFIG") else None)
    if asked:
        if not asked.is_dir():
            origin = "--config" if explicit else "$WIRE_CONFIG"
            raise ConfigError(f"there is no such folder ({origin})", path=str(asked))
        if not any((asked / name).exists() for name in FILES):
            raise ConfigError(f"holds none of {', '.join(FILES)}", path=str(asked))
        return asked
    for place in PLACES:
        if any((place / name).is_file() for name in FILES):
            return place
    looked = " nor ".join(str(place.absolute()) for place in PLACES)
    raise ConfigError(f"no config: neither --config nor $WIRE_CONFIG is given, and neither {looked} has a {FILES[0]}")


def load(directory: Path | None, *, environ: Mapping[str, str], database: str | None = None) -> Settings:
    """Read a config folder; None: defaults and environment alone.

    A file that is missing stands for its defaults, a missing folder is an error. `database` is a URL that outranks file
    and environment.
    Raises the first problem as ConfigError and says how many more there are.
    """
    settings, problems = _load(directory, environ, database)
    if settings:
        return settings
    first, more = problems[0], len(problems) - 1
    tail = f" (and {more} more: `wire check` lists them)" if more else ""
    raise ConfigError(first.message + tail, path=first.path, line=first.line)


def check(directory: Path | None, *, environ: Mapping[str, str], database: str | None = None) -> list[ConfigError]:
    """Give every problem of a config folder, in the order of files and lines; empty: `load` will take it."""
    return _load(directory, environ, database)[1]


def shipped() -> Path:
    """Give the folder of the config files that come with this release."""
    package = Path(__file__).parent.parent
    installed = package / "_config"
    return installed if installed.is_dir() else package.parent / "config"


def _load(
    directory: Path | None, environ: Mapping[str, str], database: str | None
) -> tuple[Settings | None, list[ConfigError]]:
    problems: list[ConfigError] = []
    if directory and not directory.is_dir():
        problems.append(ConfigError("there is no such folder", path=str(directory)))
    wire, feeds, agencies = (
        read(directory / name, problems) if directory else TomlFile(path=Path(name), text="", tables={})
        for name in FILES
    )
    policies = _policies(wire, environ, database, problems)
    if wire.table("websub", []).get("callback") and not wire.table("listen", []).get("address"):
        problems.append(wire.problem(("websub", "callback"), "leads nowhere: [listen] address is empty"))
    base = read(shipped() / FILES[2], problems)
    profiles = profiles_of(base, agencies, problems)
    known = {key for file in (base, agencies) for key in file.tables_of("agencies", [])}
    polled = feeds_of(feeds, known, problems)
    access = accesses_of(polled, feeds, environ, problems)
    if problems:
        order = [str(file.path) for file in (wire, feeds, agencies, base)]
        single = {str(one): one for one in problems}.values()
        return None, sorted(single, key=lambda one: (order.index(one.path) if one.path in order else -1, one.line or 0))
    return Settings(path=directory, feeds=polled, access=access, agencies=profiles, **policies), []


def _policies(
    file: TomlFile, environ: Mapping[str, str], database: str | None, problems: list[ConfigError]
) -> dict[str, Any]:
    file.only(SECTIONS, problems)
    policies = {}
    for name, kind in SECTIONS.items():
        table = file.table(name, problems)
        if name == "store":
            table = _settled(table, file, environ, database, problems)
        if name == "alerts":
            table = alerts.settled(table, file, environ, problems)
        if not table:
            policies[name] = kind()
            continue
        built = build(kind, {name: table})
        problems += [file.problem(one.place, one.message) for one in built.wrong]
        policies.update(built.records)
    return policies


def _settled(
    store: dict[str, Any], file: TomlFile, environ: Mapping[str, str], database: str | None, problems: list[ConfigError]
) -> dict[str, Any]:
    """Give `[store]` with its URL settled."""
    rest = {key: value for key, value in store.items() if key != "url"}
    try:
        url = database_url(store.get("url"), file, environ, database)
    except ConfigError as error:
        problems.append(error)
        return rest
    return {**rest, "url": url} if url else rest
