"""Credentials, headers, query and proxy of a feed: where its secrets stand, and what they are.

Law: a secret never stands in feeds.toml, and belongs to one feed: what `[defaults]` gave would go to every publisher.
Headers that the fetcher needs for itself can't be set.
"""

import base64
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from wire.access import Access, Secret, origin_of
from wire.config.files import TomlFile
from wire.config.lines import Place
from wire.config.secrets import found, pointer
from wire.errors import ConfigError
from wire.model import Feed, mailbox_of, place_of

KEYS = (
    *("headers", "query", "basic", "bearer", "cookie", "proxy"),
    *("user", "password", "private_key", "passphrase"),
)
"""The keys of a feed that are read here."""

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}", re.ASCII)
"""A token (RFC 9110 §5.6.2)."""
_VALUE = re.compile(r"[\x21-\x7e]([\x20-\x7e\t]{0,8000}[\x21-\x7e])?")
_TELLING = re.compile(r"auth|cookie|credential|key|passw|pwd|secret|session|sig\b|signature|token", re.IGNORECASE)
_QUERY_SECRETS = re.compile(
    r"(access|auth|api|app|client|private|session)?[-_]?(token|key|secret|password|passwd|pwd)(?<!^key)", re.IGNORECASE
)
_OURS = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "content-type",
        "cookie",
        "expect",
        "host",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "range",
        "referer",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Header names that decide how the answer is read, are asked for by other keys, or that etiquette forbids."""


def split(table: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A feed's table in two: the keys that are read here, and the others."""
    return {k: v for k, v in table.items() if k in KEYS}, {k: v for k, v in table.items() if k not in KEYS}


def stated(table: Mapping[str, Any], place: Place, file: TomlFile, problems: list[ConfigError]) -> dict[str, Any]:
    """The fields of `Feed` that hold what `table` says of access."""
    fields: dict[str, Any] = {}
    readers: Mapping[str, Callable[[Any, Place, TomlFile], Any]] = {
        "headers": _headers,
        "query": _query,
        "proxy": _proxy,
        "user": _user,
    }
    for key, value in table.items():
        try:
            fields[key] = readers.get(key, pointer)(value, (*place, key), file)
        except ConfigError as error:
            problems.append(error)
    if "basic" in fields and "bearer" in fields:
        problems.append(file.problem((*place, "bearer"), "stands beside basic: a request is authorized in one way"))
    if {"basic", "bearer"} & fields.keys() and "authorization" in map(str.lower, fields.get("headers", {})):
        problems.append(file.problem((*place, "headers"), "name Authorization, which basic and bearer stand for"))
    return fields


def _headers(value: object, place: Place, file: TomlFile) -> dict[str, str | Secret]:
    if not isinstance(value, dict):
        raise file.problem(place, 'should be a table: { "X-Name" = "value", "X-Key" = { env = "NAME" } }')
    headers: dict[str, str | Secret] = {}
    for name, each in value.items():
        here = (*place, name)
        if not _NAME.fullmatch(name):
            raise file.problem(here, "is no name for a header")
        if name.lower() in _OURS:
            other = ": write cookie = …" if name.lower() == "cookie" else ""
            raise file.problem(here, f"this header can't be set{other}")
        if isinstance(each, str) and not _TELLING.search(name):
            headers[name] = _sound(each, here, file)
        else:
            headers[name] = pointer(each, here, file)
    return headers


def _query(value: object, place: Place, file: TomlFile) -> dict[str, Secret]:
    if not isinstance(value, dict):
        raise file.problem(place, 'should be a table: { "api_key" = { env = "NAME" } }')
    return {name: pointer(each, (*place, name), file) for name, each in value.items()}


def _user(value: object, place: Place, file: TomlFile) -> str | Secret:
    return _login(value, place, file) if isinstance(value, str) else pointer(value, place, file)


def _login(value: str, place: Place, file: TomlFile) -> str:
    if not value or not value.isprintable():
        raise file.problem(place, "should be a line of printable text")
    return value


def _proxy(value: object, place: Place, file: TomlFile) -> str | Secret:
    if isinstance(value, str):
        if "@" in value:
            raise file.problem(place, "holds a user or password: point to the whole URL with env or file")
        return _proxy_url(value, place, file)
    return pointer(value, place, file)


def _proxy_url(url: str, place: Place, file: TomlFile) -> str:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where it is no port
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        sound = False
    if not sound or re.search(r"[\s\x00-\x1f]", url):
        raise file.problem(place, "should be the http:// or https:// URL of a proxy")
    return url


def _sound(value: str, place: Place, file: TomlFile) -> str:
    if not _VALUE.fullmatch(value):
        raise file.problem(place, "should be a line of printable ASCII, of 8,000 characters at most")
    return value


# --- what stands there ------------------------------------------------------------------------------------------------


def access_of(
    feed: Feed, file: TomlFile, environ: Mapping[str, str], *, inherited: bool, problems: list[ConfigError]
) -> Access:
    """What goes with the requests of `feed`; `inherited`: its proxy is the one of `[defaults]`."""
    secrets: set[str] = set()

    def value_of(given: str | Secret, *place: str) -> str:
        where = (("defaults",) if inherited and place[0] == "proxy" else ("feeds", feed.key)) + place
        if isinstance(given, str):
            return given
        try:
            value = found(given, where, file, environ)
            checked = _CHECKED.get(place[0], _sound)(value, where, file)
        except ConfigError as error:
            problems.append(error)
            return ""
        secrets.update(_parts(value, place[0]))
        return checked

    headers = [(name, value_of(given, "headers", name)) for name, given in feed.headers.items()]
    if feed.basic:
        pair = value_of(feed.basic, "basic")
        if pair and ":" not in pair:
            problems.append(file.problem(("feeds", feed.key, "basic"), "should lead to user:password"))
        headers.append(("Authorization", "Basic " + _base64(pair)))  # RFC 7617
    if feed.bearer:
        headers.append(("Authorization", "Bearer " + value_of(feed.bearer, "bearer")))  # RFC 6750
    if feed.cookie:
        headers.append(("Cookie", value_of(feed.cookie, "cookie")))
    return Access(
        origin=origin_of(feed.url),
        headers=tuple(headers),
        query=tuple((name, value_of(given, "query", name)) for name, given in feed.query.items()),
        proxy=value_of(feed.proxy, "proxy") if feed.proxy else None,
        user=value_of(feed.user, "user") if feed.user else _named(feed),
        password=value_of(feed.password, "password") if feed.password else "",
        private_key=value_of(feed.private_key, "private_key") if feed.private_key else "",
        passphrase=value_of(feed.passphrase, "passphrase") if feed.passphrase else "",
        known_hosts=_path(feed, "known_hosts", file, problems),
        ca_file=_path(feed, "ca_file", file, problems),
        secrets=frozenset(secrets - {""}),
    )


def _named(feed: Feed) -> str:
    """Who logs in, as the URL has it; nobody where that is wrong, which is told elsewhere."""
    with suppress(ValueError):
        if feed.in_mailbox:
            return mailbox_of(feed.url).user
        return place_of(feed.url).user if feed.spooled else ""
    return ""


_CHECKED: Mapping[str, Callable[[str, Place, TomlFile], str]] = {
    "proxy": _proxy_url,
    "user": _login,
    "password": _login,
    "passphrase": _login,
    "private_key": lambda value, *_: value,
}
"""All others are values of headers."""


def _path(feed: Feed, name: str, file: TomlFile, problems: list[ConfigError]) -> Path | None:
    """A file that a key of a feed names, or one of `[defaults]`; it has to be there."""
    written = getattr(feed, name)
    if written is None:
        return None
    path = file.path.parent / str(written)
    if not path.is_file():
        own = name in file.tables["feeds"][feed.key]
        where = ("feeds", feed.key, name) if own else ("defaults", name)
        problems.append(file.problem(where, f"{path} is not there, or is no file"))
    return path


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _parts(value: str, key: str) -> set[str]:
    """What must not be seen of a secret: itself, and the forms and parts of it that travel."""
    match key:
        case "basic":
            return {value, _base64(value), value.partition(":")[2]}
        case "cookie":
            return {value, *(pair.partition("=")[2].strip() for pair in value.split(";"))}
        case "proxy":
            password = unquote(urlsplit(value).password or "")
            return {password, urlsplit(value).password or ""}
        case "private_key":
            return set()  # no message holds one
        case _:
            return {value}


def telling(url: str) -> str | None:
    """The first parameter in a URL's query that is named as secrets are, and has a value."""
    names = (name for name, value in parse_qsl(urlsplit(url).query) if value)
    return next((name for name in names if _QUERY_SECRETS.fullmatch(name)), None)
