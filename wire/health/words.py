"""Words that an operator can act on: what failed, since when, what to do.

Law: every `Failure` has its advice; what to do is one line, and never "check the logs" where more can be said.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from wire.model import Failure
from wire.words import span


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that is wrong with a feed."""

    what: str
    since: str
    do: str

    def __str__(self) -> str:
        return f"{self.what}, {self.since}" if self.since else self.what


_STATUS = {
    401: "credentials are missing or no longer valid: renew them with the publisher",
    402: "access is sold: ask the publisher, or set enabled = false",
    403: "put a contact into [fetch] user_agent and ask the publisher to let us in; a longer interval may end it",
    404: "look for the feed's new address on the publisher's site and put it into url, or set enabled = false",
    407: "a proxy between us and the publisher wants credentials: ask who runs your network",
    410: "the publisher has removed the feed: look for another one, or set enabled = false",
    429: "nothing at once, we slow down by ourselves; if it stays, a longer interval, or [schedule] spacing_of",
    451: "barred for legal reasons: ask the publisher, or set enabled = false",
}
_DO = {
    Failure.DNS: "check the host's name in url; where `getent hosts {host}` fails on other machines as well, the "
    "publisher's domain is gone or broken: wait, or ask",
    Failure.ADDRESS: "if it is meant to be inside your network, set allow_private = true on the feed; else ask the "
    "publisher why its name leads there",
    Failure.CONNECT: "try `curl -I https://{host}/` here and elsewhere: where only others get through, a firewall or a "
    "block stands between; else wait",
    Failure.TLS: "the certificate does not hold: tell the publisher; if only this machine refuses it, update its "
    "ca-certificates",
    Failure.TIMEOUT: "if the feed is slow as a rule, give it a longer timeout; else wait",
    Failure.REDIRECTS: "open url in a browser: take the address where that ends into url, or tell the publisher",
    Failure.TOO_LARGE: "look what the address gives; if it really is the feed, raise [fetch] max_bytes",
    Failure.TRUNCATED: "wait: the server or a proxy breaks off; if it stays, tell the publisher",
    Failure.ENCODING: "the body is packed in a broken way: tell the publisher",
    Failure.PROTOCOL: "the server speaks broken HTTP: tell the publisher; if url is right, wait",
    Failure.NOT_A_FEED: "open url in a browser: a login, a block page or a moved feed shows there; put the right "
    "address into url",
    Failure.BROKEN: "the document is damaged: run it through a feed validator and tell the publisher",
    Failure.WORKER: "the document costs too much to read; if it is honest, raise cpu or memory in [worker]",
    Failure.ACCESS: "do what the message says: user, password or key are not at hand, or the server no longer takes "
    "them (docs/spools.md); nothing is lost meanwhile",
    Failure.SPOOL: "do what the message says: the folder has to be there, and its owner, group and mode have to let "
    "the daemon read in it and move files out of it (docs/spools.md); nothing is lost meanwhile",
    Failure.FAULT: "a fault of this program's: report it, with the trace that is logged as poll.fault",
}
_MAIL = {
    Failure.ACCESS: "put the right user and password where the feed points to, and reload (docs/mail.md); mail waits",
    Failure.TLS: "do what the message says: a server with a certificate of its own needs ca_file (docs/mail.md)",
    Failure.SPOOL: "do what the message says (docs/mail.md); mail waits in the mailbox meanwhile",
}
_REFUSED = "the server refuses the request: check url, then ask the publisher"
_SERVER = "wait: the publisher's server fails, and is asked again by itself; if it stays for days, tell them"


def advice(failure: str | None, status: int | None, url: str) -> str:
    """What to do about a failure."""
    try:
        known = Failure(failure or "")
    except ValueError:
        return "look at `last_error`; `wire poll KEY` asks again at once"
    if known in _MAIL and url.startswith(("imap:", "imaps:")):
        return _MAIL[known]
    if known is Failure.STATUS and status is not None:
        return _STATUS.get(status) or (_SERVER if status >= 500 else _REFUSED)
    return _DO.get(known, _REFUSED).replace("{host}", urlsplit(url).hostname or "")


def trouble(
    *,
    failure: str | None,
    status: int | None,
    last_error: str | None,
    since: datetime | None,
    failures: int,
    last_ok_at: datetime | None,
    url: str,
    now: datetime,
) -> Trouble:
    """What failed, since when, and what to do; `since`: the first failed poll of those in a row."""
    kind, _, message = (last_error or "").partition(": ")
    polls = "1 poll" if failures == 1 else f"{failures} polls in a row"
    ago = "" if since is None else f"since {moment(since)} ({span((now - since).total_seconds())})"
    ever = "" if last_ok_at else "it has never worked"
    return Trouble(
        what=message or kind or "the last poll failed",
        since=", ".join(each for each in (ago, polls, ever) if each),
        do=advice(failure or kind, status, url),
    )


def moment(at: datetime) -> str:
    """A time to the minute, UTC."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def pause(usual: float | None, quiet: float) -> str:
    """A silence: `usually every 6 min, nothing for 4 h`."""
    return f"usually every {span(usual)}, nothing for {span(quiet)}" if usual else f"nothing for {span(quiet)}"


SILENT = "open the publisher's site: if it has news that the feed lacks, tell them; on a holiday, wait"
GAPPING = "entries leave the document before they are seen: shorten interval, or set max_interval, on this feed"
GONE = "the publisher has removed it (410): find another one, or set enabled = false; `wire poll {feed}` asks again"
QUARANTINED = "look at its document (`wire feed {feed} --quarantined FILE`), report it; `wire poll {feed}` tries again"
REFUSED_MAIL = (
    "look at message {file} where messages that fail go; put it back into the mailbox once that is mended, or tell who "
    "sends it (`wire feed KEY` lists the last ones)"
)
REFUSED = (
    "look at {file} and at {file}.reason beside it, in the folder for failed files; put it back once that is mended, "
    "or tell who sends it (`wire feed KEY` lists the last ones)"
)
MOVED = "take the new address into url in feeds.toml, which loses nothing"
LINE = (
    "look at this machine's network, its resolver and its firewall; feeds are not held to blame and go on by themselves"
)
STORE = "free the disk, start the database server, or mend what the message says; polling goes on by itself then"
DISK = "free some space, or move the database: once the disk is full nothing new is taken"
READER = "let that reader end its transaction, and give it a snapshot to read ([store] snapshot); the WAL is cut then"
KILLED = "take it off where you have published it; `wire story {story}` lists who carried it"
