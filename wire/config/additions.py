"""Feeds added to feeds.toml, by a program instead of by hand.

Law: what stands in the file stays, byte for byte: tables are appended and nothing else is done. The result is checked
like any config before it takes the old one's place, whole or not at all. No credential is ever written.
"""

import json
import os
import re
import shutil
import tempfile
import tomllib
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from wire.config.feeds import KEY, faults, feeds_of, same_place, web_fault
from wire.config.files import TomlFile, dotted, read
from wire.config.values import build
from wire.errors import ConfigError, InputError
from wire.model import Feed
from wire.parse.opml import Listed

KEY_LENGTH = 64
_SETTINGS: Mapping[str, Callable[[str], object]] = {
    "enabled": {"true": True, "false": False}.get,
    "rank": int,
    "language": str,
    "agency": str,
    "interval": float,
    "adaptive": {"true": True, "false": False}.get,
    "max_interval": float,
}
"""What a list may say of a feed, and how it is read; never what opens a door (`allow_private`)."""
_ODD = re.compile(r"[^a-z0-9]+")
_SCHEME = re.compile(r"feed:(?://)?(https?://)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """A feed that is added."""

    key: str
    url: str
    source: str
    folder: str
    """Where the list has it; empty: nowhere."""
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A feed of the list that is not added."""

    title: str
    url: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would be done to a feeds.toml."""

    path: Path
    before: TomlFile
    text: str
    """To be appended; empty: nothing is added."""
    added: tuple[Addition, ...]
    passed_over: tuple[PassedOver, ...]


def plan(folder: Path, listed: Sequence[Listed], agencies: Collection[str], *, folders_are_sources: bool) -> Plan:
    """What adding `listed` to the feeds.toml in `folder` would do. Raises ConfigError where that file is wrong."""
    problems: list[ConfigError] = []
    file = read(folder / "feeds.toml", problems)
    feeds = feeds_of(file, agencies, problems)
    _refuse(problems)
    keys, places = {feed.key.lower() for feed in feeds}, {same_place(feed.url): feed.key for feed in feeds}
    added: list[Addition] = []
    passed_over: list[PassedOver] = []
    for each in listed:
        url = _SCHEME.sub(lambda found: found[1] or "http://", each.url, count=1)
        fault = _fault(url, places)
        if fault:
            passed_over.append(PassedOver(title=each.title, url=_without_user(url), reason=fault))
            continue
        addition = _addition(each, url, keys, agencies, folders_are_sources=folders_are_sources)
        keys.add(addition.key.lower())
        places[same_place(url)] = addition.key
        added.append(addition)
    text = "".join(map(_table, added))
    made = Plan(path=file.path, before=file, text=text, added=tuple(added), passed_over=tuple(passed_over))
    _checked(made, agencies)
    return made


def write(planned: Plan) -> None:
    """Do it. Raises InputError where the file can't be written, or has been changed since the plan was made."""
    path = planned.path.resolve()
    now = read(path, [])
    if now.text != planned.before.text:
        raise InputError(f"{planned.path} has been changed meanwhile: nothing was written")
    new = ""
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            new = file.name
            file.write(_result(planned, path))
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, new)
            with suppress(PermissionError):  # a user who may write the folder, and does not own the file
                shutil.chown(new, path.stat().st_uid, path.stat().st_gid)
        else:
            Path(new).chmod(0o644)
        Path(new).replace(path)
    except OSError as error:
        with suppress(OSError):
            Path(new).unlink()
        raise InputError(f"{planned.path} can't be written: {error.strerror}") from error


def _result(planned: Plan, path: Path) -> str:
    before = path.read_bytes().decode("utf-8") if path.exists() else ""  # with its own line ends and byte order mark
    return before + "\n" * bool(before and not before.endswith("\n")) + planned.text


def _checked(planned: Plan, agencies: Collection[str]) -> None:
    text = f"{planned.before.text}\n{planned.text}"
    problems: list[ConfigError] = []
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"tables can't be appended to it ({error}): write each feed as [feeds.KEY]"
        raise ConfigError(message, path=str(planned.path)) from error
    feeds_of(TomlFile(path=planned.path, text=text, tables=tables), agencies, problems)
    _refuse(problems)


def _refuse(problems: Sequence[ConfigError]) -> None:
    if problems:
        raise problems[0]


def _fault(url: str, places: Mapping[str, str]) -> str | None:
    if fault := web_fault(url):
        return fault
    known = places.get(same_place(url))
    return known and f"is there already: {dotted(('feeds', known))}"


def _addition(
    each: Listed, url: str, keys: Collection[str], agencies: Collection[str], *, folders_are_sources: bool
) -> Addition:
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    folder = each.folders[-1] if each.folders and folders_are_sources else ""
    own = each.own
    return Addition(
        key=_key(own.get("key", ""), each.title, host, keys),
        url=url,
        source=" ".join(own.get("source", "").split()) or folder or each.title or host,
        folder="" if "source" in own else " / ".join(each.folders),
        settings=_settings(each, agencies),
    )


def _settings(each: Listed, agencies: Collection[str]) -> dict[str, Any]:
    """What the list says of a feed, as far as it fits: a setting that does not is left out."""
    said = {"language": each.language} if each.language else {}
    fits: dict[str, Any] = {}
    for name, text in {**said, **each.own}.items():
        if name in _SETTINGS:
            with suppress(ValueError):
                value = _SETTINGS[name](text)
                if _fits({name: value}, agencies):
                    fits[name] = value
    return fits


def _fits(setting: Mapping[str, object], agencies: Collection[str]) -> bool:
    sample = {"key": "sample", "url": "https://example.com/", "source": "sample"}
    built = build(Feed, {"sample": {**sample, **setting}})
    return not built.wrong and not list(faults(built.records["sample"], agencies))


def _key(own: str, title: str, host: str, taken: Collection[str]) -> str:
    """Its own key where that is free; else one made of the title, or of the host; unlike all others in any case."""
    if KEY.fullmatch(own) and own.lower() not in taken:
        return own
    base = next((key for text in (own, title, host) if (key := _slug(text))), "feed")
    key, number = base, 1
    while key in taken:
        number += 1
        tail = f"-{number}"
        key = base[: KEY_LENGTH - len(tail)] + tail
    return key


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _ODD.sub("-", plain).strip("-")[:KEY_LENGTH].strip("-")


def _table(addition: Addition) -> str:
    said = {"url": addition.url, "source": addition.source, **addition.settings}
    lines = [f"\n# {addition.folder}"] if addition.folder else [""]
    lines.append(f"[{dotted(('feeds', addition.key))}]")
    lines += [f"{name} = {_toml(value)}" for name, value in said.items()]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    """A text, number or truth as TOML: of these, JSON and TOML are one."""
    return json.dumps(value, ensure_ascii=False)


def _without_user(url: str) -> str:
    return re.sub(r"(?<=//)[^/?#]*@", "…@", url)
