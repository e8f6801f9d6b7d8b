"""Feeds whose files are taken from folders: what can be known to be wrong with one, and which keys say nothing of it.

Law: asks no disk and no server: a folder may be mounted later.
"""

from collections.abc import Collection, Iterator, Mapping
from urllib.parse import urlsplit

from wire.model import Feed, mailbox_of, place_of
from wire.model.mail import MAILBOXES, in_mailbox
from wire.model.spool import REMOTE, SPOOLS

_WEB = frozenset({"http", "https"})
_FILES = frozenset(SPOOLS)
_SETTLING = frozenset(SPOOLS - {"s3"})
_MAIL = frozenset(MAILBOXES)
_LOGIN = frozenset(REMOTE) | _MAIL
KEYS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("adaptive", "max_interval", "proxy", "headers", "query", "basic", "bearer", "cookie"), _WEB),
    **dict.fromkeys(("interval", "timeout", "allow_private"), _WEB | REMOTE | _MAIL),
    **dict.fromkeys(("verify_tls",), _WEB | _MAIL | {"ftps", "s3"}),
    **dict.fromkeys(("order",), _FILES),
    **dict.fromkeys(("taken", "done", "failed", "done_kept", "failed_kept"), _FILES | _MAIL),
    **dict.fromkeys(("settle",), _SETTLING),
    **dict.fromkeys(("user", "password"), _LOGIN),
    **dict.fromkeys(("private_key", "passphrase", "known_hosts"), frozenset({"sftp"})),
    **dict.fromkeys(("ca_file",), _MAIL | {"ftps", "s3"}),
    **dict.fromkeys(("cleartext",), frozenset({"imap"})),
    **dict.fromkeys(("endpoint", "region"), frozenset({"s3"})),
}
"""Of the keys that say something of some feeds alone, the schemes of those."""


def url_fault(url: str) -> str | None:
    """What is wrong with the URL of a spool, in words; None: nothing."""
    try:
        (mailbox_of if in_mailbox(url) else place_of)(url)
    except ValueError as error:
        return str(error)
    return None


def plain(url: str) -> str:
    """The same text for every way to write one place."""
    if in_mailbox(url):
        return mailbox_of(url).where
    place = place_of(url)
    return f"{place.where}/{place.pattern}"


def faults(feed: Feed) -> Iterator[tuple[str, str]]:
    """What is wrong with one feed, by field."""
    for name, folder in (("done", feed.done), ("failed", feed.failed)):
        steps = folder.rstrip("/").split("/")
        if not folder.strip() or "\0" in folder or steps[-1] in {"", ".", ".."} or ".presswire" in steps:
            yield name, 'should be a folder: its name in the watched one, or a path, such as "../done"'
    if feed.done.rstrip("/") == feed.failed.rstrip("/"):
        yield "failed", "is the folder of the files that were taken (done)"
    if feed.in_folder:
        return
    if feed.in_mailbox:
        yield from _mail_faults(feed)
        return
    in_url = not url_fault(feed.url) and place_of(feed.url).user
    if in_url and feed.user:
        yield "user", "stands in url as well"
    if feed.url.startswith("sftp:") and not (in_url or feed.user):
        yield "url", 'names nobody who logs in: "sftp://USER@…", or write user = "…"'
    if feed.url.startswith("sftp:") and not (feed.password or feed.private_key):
        yield "url", "needs something to log in with: point to it with private_key or password"
    if feed.passphrase and not feed.private_key:
        yield "passphrase", "opens nothing: there is no private_key"
    if bool(feed.user or in_url) != bool(feed.password) and feed.url.startswith(("ftp", "s3:")):
        yield ("password" if feed.password else "url"), "user and password go together"
    if feed.endpoint is not None and not _endpoint(feed.endpoint):
        yield "endpoint", 'should be the http:// or https:// URL of a server, such as "https://minio.example.com"'


def _mail_faults(feed: Feed) -> Iterator[tuple[str, str]]:
    in_url = not url_fault(feed.url) and mailbox_of(feed.url).user
    if in_url and feed.user:
        yield "user", "stands in url as well"
    if not (in_url or feed.user):
        yield "url", 'names nobody who logs in: "imaps://USER@…" (with %40 for an @ in it), or write user = "…"'
    if not feed.password:
        yield "url", "needs a password to log in with: point to it with password"


def _endpoint(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where it is no port
    except ValueError:
        return False
    plain = parts.path in {"", "/"} and not parts.query and not parts.fragment and "@" not in parts.netloc
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and plain and url.isprintable()


def misplaced(feed: Feed, written: Collection[str]) -> Iterator[tuple[str, str]]:
    """Of the keys that stand below a feed, those that say nothing of it."""
    scheme = feed.url.partition(":")[0].lower()
    for name in written:
        if scheme not in KEYS.get(name, {scheme}):
            yield name, _says_nothing(name, scheme)


def _says_nothing(name: str, scheme: str) -> str:
    match scheme, name:
        case "file", "adaptive" | "max_interval" | "interval":
            why = "of a watched folder, which is looked into every [schedule] scan (wire.toml)"
        case "file", _:
            why = "of a watched folder: no server is asked"
        case _, "adaptive" | "max_interval" if scheme in REMOTE:
            why = "of a folder on another machine, which is looked into every interval"
        case "imap" | "imaps", "adaptive" | "max_interval":
            why = "of a mailbox, which is looked into every interval, and when its server tells of mail"
        case "imap" | "imaps", "order" | "settle":
            why = "of a mailbox: messages are whole when they are there, and are taken by their numbers"
        case "imap" | "imaps", _:
            why = f"of {scheme}:// (but of {', '.join(sorted(KEYS[name]))})"
        case "s3", "settle":
            why = "of objects: they are whole when they are there"
        case _ if scheme in REMOTE:
            why = f"of {scheme}:// (but of {', '.join(sorted(KEYS[name]))})"
        case _, "user" | "password":
            why = "of a feed that is asked for by HTTP, which has basic"
        case _:
            why = "of a feed that a server is asked for: it is for watched folders (url = file:…)"
    return f"says nothing {why}"
