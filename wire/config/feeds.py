"""The feeds that an operator wants polled.

Law: what can be known to be wrong without asking a server is a problem here: two feeds on one URL, an agency that no
profile describes, a URL that can't be polled or that carries a password.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from wire.access import Access
from wire.config import access, spools
from wire.config.files import TomlFile, dotted, unknown
from wire.config.values import build
from wire.errors import ConfigError
from wire.model import Feed

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", re.ASCII)
ITS_OWN = (
    *("key", "url", "verify_tls", "headers", "query", "basic", "bearer", "cookie"),
    *("user", "password", "private_key", "passphrase"),
)
"""The keys that can't stand in `[defaults]`: a credential for all would go to every publisher."""
_NO_URL = "should be an http:// or https:// URL"
_SAMPLE = {"key": "sample", "url": "https://example.com/", "source": "sample"}


def feeds_of(file: TomlFile, agencies: Collection[str], problems: list[ConfigError]) -> tuple[Feed, ...]:
    """Lay each `[feeds.KEY]` over `[defaults]`; in the order of the file."""
    file.only(["defaults", "feeds"], problems)
    defaults = file.table("defaults", problems)
    tables = file.tables_of("feeds", problems)
    message = "belongs to one feed: write it below [feeds.KEY]"
    problems += [file.problem(("defaults", name), message) for name in ITS_OWN if name in defaults]
    defaults = {name: value for name, value in defaults.items() if name not in ITS_OWN}
    common, plain = access.split(defaults)
    sample = build(Feed, {"defaults": {**_SAMPLE, **plain}})
    problems += [file.problem(one.place, one.message) for one in sample.wrong]
    common = access.stated(common, ("defaults",), file, problems)

    own: dict[str, dict[str, Any]] = {}
    rest: dict[str, dict[str, Any]] = {}
    for key, table in tables.items():
        given, rest[key] = access.split(table)
        own[key] = {**common, **access.stated(given, ("feeds", key), file, problems)}
    built = build(Feed, {key: {**plain, **table, "key": key} for key, table in rest.items()})
    for one in built.wrong:
        name, *names = one.place
        if not names or names[0] not in defaults or names[0] in tables[str(name)]:
            problems.append(file.problem(("feeds", *one.place), one.message))
    feeds = tuple(replace(feed, **own[key]) for key, feed in built.records.items())
    for feed in feeds:
        wrong = [*faults(feed, agencies), *spools.misplaced(feed, tables[feed.key])]
        for name, message in wrong:
            inherited = name in defaults and name not in tables[feed.key]
            problems.append(file.problem(("defaults", name) if inherited else ("feeds", feed.key, name), message))
    problems += _twice(feeds, file)
    return feeds


def accesses_of(
    feeds: Iterable[Feed], file: TomlFile, environ: Mapping[str, str], problems: list[ConfigError]
) -> dict[str, Access]:
    """What goes with the requests of each enabled feed that says so, by key."""
    found = {}
    for feed in feeds:
        if feed.enabled and feed.has_access and not feed.in_folder:
            written = file.tables["feeds"][feed.key]
            found[feed.key] = access.access_of(feed, file, environ, inherited="proxy" not in written, problems=problems)
    return found


def faults(feed: Feed, agencies: Collection[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with one feed, by field."""
    if not KEY.fullmatch(feed.key):
        yield "key", "a feed's key is made of letters, digits, dots, dashes and underscores, at most 64"
    if fault := url_fault(feed.url):
        yield "url", fault
    if not feed.source.strip():
        yield "source", "is empty"
    if feed.language is not None and not _LANGUAGE.fullmatch(feed.language):
        yield "language", 'should be a BCP 47 tag such as "en" or "pt-BR"'
    if feed.agency is not None and feed.agency not in agencies:
        yield "agency", "no such agency profile: " + unknown(feed.agency, agencies)
    if feed.spooled:
        yield from spools.faults(feed)


def url_fault(url: str) -> str | None:
    """What is wrong with a feed's URL, in words; None: nothing."""
    if _spooled(url):
        return spools.url_fault(url)
    fault = web_fault(url)
    return (
        f"{fault}, or a folder's: file:///…, sftp://…, ftps://…, s3://…, or a mailbox's: imaps://…"
        if fault == _NO_URL
        else fault
    )


def web_fault(url: str) -> str | None:
    """The same where only a server will do."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where it is no port
    except ValueError as error:
        return f"is no URL: {error}"
    if parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"[\s\x00-\x1f]", url):
        return _NO_URL
    if "@" in parts.netloc:
        return "carries a user or password, which would be stored and shown: point to it with basic"
    if name := access.telling(url):
        return f"carries a secret ({name}), which would be stored and shown: point to it with query"
    return None


def _twice(feeds: tuple[Feed, ...], file: TomlFile) -> Iterator[ConfigError]:
    """Enabled feeds on one URL would take everything in twice."""
    first: dict[str, Feed] = {}
    for feed in feeds:
        if not feed.enabled or url_fault(feed.url):
            continue
        other = first.setdefault(_plain(feed.url), feed)
        if other is not feed:
            where = dotted(("feeds", other.key))
            message = f"is polled already by {where} on line {file.line(('feeds', other.key))}"
            yield file.problem(("feeds", feed.key, "url"), message)


def _plain(url: str) -> str:
    """The URL as a server sees it: scheme and host without case, no fragment, no default port, never an empty path."""
    if _spooled(url):
        return spools.plain(url)
    parts = urlsplit(url)
    port = "" if parts.port in {None, {"http": 80, "https": 443}[parts.scheme]} else f":{parts.port}"
    return urlunsplit((parts.scheme, f"{parts.hostname}{port}", parts.path or "/", parts.query, ""))


def _spooled(url: str) -> bool:
    return Feed(key="", url=url, source="").spooled


def same_place(url: str) -> str:
    """What two spellings of one address have in common: neither the scheme nor a slash at the end counts."""
    return _plain(url).partition("://")[2].rstrip("/")
