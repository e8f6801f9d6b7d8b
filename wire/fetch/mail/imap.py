"""IMAP (RFC 3501, 9051): what a mailbox holds, its messages, and where they go; each command within its bounds.

Law: knows no feed and no store. Nothing that the server says is trusted: its numbers are read with patterns, its words
are shown and obeyed in nothing. Reading changes nothing in a mailbox (BODY.PEEK, EXAMINE). Raises `Failed` for whatever
goes wrong, with words that hold no secret.
"""

import imaplib
import re
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self, TypeVar

from wire.fetch.failures import Failed
from wire.fetch.mail.answers import (
    DELIMITER,
    SHORT,
    SIZE,
    TOGETHER,
    UID,
    copied,
    moment,
    quoted,
    records,
    set_of,
    trouble,
    words,
)
from wire.fetch.mail.line import GREETING, Line
from wire.model import Failure, MailPlace

T = TypeVar("T")
Answer = tuple[str, list[Any]]

PACE = 50_000
"""Bytes a second, at which the slowest server that is put up with sends."""
LISTED = 32_000_000
"""Bytes of a list of all numbers in a mailbox: some three million messages."""
NAP = 1_000
"""Bytes that the answer to one message's size and time may have."""
BYE = 0.5
"""Seconds for saying goodbye, whose answer nobody waits for."""
IDLED = 1_000_000
"""Bytes that a server may send of changes while it is listened to."""

_CAME = re.compile(rb"\* \d+ EXISTS\b", re.IGNORECASE)


class Listed(NamedTuple):
    """A message, as its mailbox lists it."""

    uid: int
    size: int
    """Bytes, as the server counts them (RFC822.SIZE)."""
    arrived: int
    """Seconds since 1970 (INTERNALDATE); 0: the server does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """How a mailbox's server is reached."""

    place: MailPlace
    user: str
    password: str = field(repr=False)
    tls: ssl.SSLContext
    private: bool
    """Whether it may be at any address."""
    clear: bool
    """Whether mail and password may travel without TLS."""
    timeout: float
    """Seconds for connecting, and for each command."""


class Session:
    """A login, as a context manager; not for several threads, but for `cut`."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._line: Line | None = None
        self._using = threading.Lock()
        self._ended = False
        self.validity = 0
        """Of the numbers in the mailbox that is open (UIDVALIDITY)."""
        self._delimiter: str | None = None

    def __enter__(self) -> Self:
        try:
            self._call(self._connect, doing="connecting")
        except Failed:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def listen(self, mailbox: str) -> bool:
        """Log in and open a mailbox to be read; False: its server does not tell of new messages (IDLE, RFC 2177)."""
        self.__enter__()
        self.open(mailbox, reading=True)
        return "IDLE" in self._able

    def close(self) -> None:
        """Say goodbye where nothing is under way; else break off, and what is ends with an error. From any thread."""
        if self._using.acquire(blocking=False):
            try:
                if not self._ended:
                    self._goodbye()
                self._let_go()
            finally:
                self._using.release()
            return
        self._ended = True
        if self._line is not None:
            self._line.cut()

    def _goodbye(self) -> None:
        self._ended = True
        with suppress(*_ERRORS):
            if self._line is not None:
                self._line.allow(BYE, GREETING)
                self._line.send(b"BYE1 LOGOUT\r\n")

    def _let_go(self) -> None:
        if self._line is not None:
            self._line.shutdown()

    # --- the way in -----------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        door, place = self._door, self._door.place
        at_once = door.tls if place.secure else None
        clear = door.clear and not place.secure
        self._line = line = Line(tls=at_once, private=door.private, clear=clear)
        if self._ended:
            line.cut()
        line.greet(place.host, place.port, door.timeout)
        if not line.protected and "STARTTLS" in line.capabilities and not clear:
            line.allow(door.timeout, GREETING)
            line.secure(door.tls)
        if not line.protected and not clear:
            raise Failed(Failure.TLS, f"{place.host} offers no TLS (STARTTLS), and nothing is sent to it in the clear")
        line.allow(door.timeout, GREETING)
        if line.state != "AUTH":
            self._login(line)
        line.allow(door.timeout, GREETING)
        self._able = set(map(str.upper, line.capabilities)) | words(line.capability())

    def _login(self, line: Line) -> None:
        user, password = self._door.user, self._door.password
        try:
            if "AUTH=PLAIN" in line.capabilities:  # letters beyond ASCII are defined there alone
                line.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
            elif "LOGINDISABLED" in line.capabilities:
                raise Failed(Failure.ACCESS, f"{line.host} lets nobody in by a password here")
            else:
                line.login(user, password)
        except imaplib.IMAP4.abort:
            raise
        except (imaplib.IMAP4.error, UnicodeError) as error:
            said = "" if isinstance(error, UnicodeError) else f": {self._shown(error)}"
            message = f"{line.host} refuses user and password{said}"
            raise Failed(Failure.ACCESS, message) from None  # not chained: it may hold what was sent

    # --- a mailbox ------------------------------------------------------------------------------------------------

    def open(self, mailbox: str, *, reading: bool) -> None:
        """Open a mailbox; where it is for `reading`, nothing in it can change."""
        self._run("select", quoted(mailbox), reading, what=f"the mailbox {mailbox} can't be opened")
        validity = self._code("UIDVALIDITY")
        if not validity or not validity.isdigit():
            raise Failed(Failure.PROTOCOL, f"{self._host} gives messages no numbers that last (UIDVALIDITY)")
        self.validity = int(validity)

    def numbers(self, first: int = 1) -> list[int]:
        """The numbers of all messages from `first` on that nobody has marked as deleted, in their order."""
        data = self._uid("SEARCH", f"UID {first}:*", "UNDELETED", most=LISTED, what="the mailbox can't be searched")
        found = {int(each) for line in data if isinstance(line, bytes) for each in line.split() if each.isdigit()}
        return sorted(each for each in found if each >= first)  # `n:*` names the last one whatever its number is

    def listed(self, uids: Sequence[int]) -> Iterator[Listed]:
        """Size and time of messages, in their order; of those that have gone, nothing."""
        for start in range(0, len(uids), TOGETHER):
            some = uids[start : start + TOGETHER]
            most = GREETING + NAP * len(some)
            data = self._uid(
                "FETCH", set_of(some), "(UID RFC822.SIZE INTERNALDATE)", most=most, what="no list of messages"
            )
            found = {}
            for text, _ in records(data):
                if (uid := UID.search(text)) and (size := SIZE.search(text)):
                    found[int(uid[1])] = Listed(int(uid[1]), int(size[1]), moment(text))
            yield from (found[uid] for uid in some if uid in found)

    def bodies(self, uids: Sequence[int], *, most: int, expected: int) -> dict[int, bytes]:
        """Messages whole, by number, or their first `most` bytes; of those that have gone, nothing.

        `expected`: bytes of all of them, as listed. A server may err in that, but not without bounds.
        """
        bound = min(2 * expected + 1_000_000, (most + NAP) * len(uids) + GREETING)
        data = self._uid(
            *("FETCH", set_of(uids), f"(UID BODY.PEEK[]<0.{most}>)"),
            most=max(bound, most + GREETING) if len(uids) == 1 else bound,
            seconds=expected / PACE,
            what=f"message {uids[0]} can't be read" if len(uids) == 1 else "messages can't be read",
        )
        found = {}
        for text, body in records(data):
            short = SHORT.search(text)
            if (uid := UID.search(text)) and (body is not None or short):
                said = re.sub(rb"\\(.)", rb"\1", short[1] or b"") if short else b""
                found[int(uid[1])] = said if body is None else body
        return found

    # --- where messages go ----------------------------------------------------------------------------------------

    def below(self, mailbox: str, name: str) -> str:
        """The name of a mailbox as the server writes it; `name`: from another one, or from the root where it begins
        with a slash; its steps parted by slashes."""
        if self._delimiter is None:
            answer = self._run("list", '""', '""', what="the server names no mailboxes")
            found = next((each for line in answer if (each := DELIMITER.match(line or b""))), None)
            self._delimiter = (found[1][-1:].decode("ascii", "replace") if found and found[1] else "") or "/"
        steps = [] if name.startswith("/") else mailbox.split(self._delimiter)
        for step in name.split("/"):
            if step == "..":
                steps = steps[:-1]
            elif step not in {"", "."}:
                steps.append(step)
        return self._delimiter.join(steps)

    def move(self, uids: Sequence[int], mailbox: str) -> dict[int, tuple[int, int]]:
        """Move messages into another mailbox, made where it is missing; gives what the server says of where they are
        now, validity and number, by their old numbers."""
        what = f"messages can't be moved to {mailbox}"
        self._line_().response("COPYUID")
        command = "MOVE" if "MOVE" in self._able else "COPY"
        try:
            self._uid(command, set_of(uids), quoted(mailbox), what=what)
        except _No:
            self._create(mailbox)
            self._uid(command, set_of(uids), quoted(mailbox), what=what)
        moved = copied(self._code("COPYUID") or b"")
        if command == "COPY":
            self.remove(uids)
        return moved

    def _create(self, mailbox: str) -> None:
        with suppress(_No):  # it may be there, and something else be wrong
            self._run("create", quoted(mailbox), what=f"the mailbox {mailbox} can't be made")
            self._run("subscribe", quoted(mailbox), what="")

    def remove(self, uids: Sequence[int]) -> None:
        """Remove messages. Without UIDPLUS they are marked, and gone when the mailbox is next cleared: to clear it
        here would remove what others have marked."""
        self._uid("STORE", set_of(uids), "+FLAGS.SILENT", r"(\Deleted)", what="messages can't be marked as deleted")
        if "UIDPLUS" in self._able:
            self._uid("EXPUNGE", set_of(uids), what="messages can't be removed")

    def wait(self, seconds: float) -> bool:
        """Wait until a message comes into the open mailbox, at most so long; says whether one has (RFC 2177)."""
        return bool(self._call(self._idle, seconds, doing="waiting for mail"))

    def _idle(self, seconds: float) -> bool:
        line, came = self._line_(), False
        line.allow(self._door.timeout, IDLED)
        line.send(b"IDLE1 IDLE\r\n")
        while not (said := line.readline()).startswith(b"+"):
            if not said or said.startswith(b"IDLE1 "):
                raise Failed(Failure.PROTOCOL, f"{line.host} does not let us wait for mail (IDLE)")
            came = came or bool(_CAME.match(said))
        line.allow(seconds, IDLED)
        try:
            while not came:
                if not (said := line.readline()) or said.upper().startswith(b"* BYE"):
                    raise Failed(Failure.CONNECT, f"{line.host} has closed the connection")
                came = bool(_CAME.match(said))
        except TimeoutError:
            pass
        line.allow(self._door.timeout, IDLED)
        line.send(b"DONE\r\n")
        while (said := line.readline()) and not said.startswith(b"IDLE1 "):
            came = came or bool(_CAME.match(said))
        return came

    # --- commands -------------------------------------------------------------------------------------------------

    @property
    def _host(self) -> str:
        return self._door.place.host

    def _line_(self) -> Line:
        if self._line is None:
            raise RuntimeError("a Session is used inside `with`")
        return self._line

    def _code(self, name: str) -> bytes | None:
        """What the last answer says in brackets under a name."""
        said: Any = self._line_().response(name)[1]
        last = said[-1] if said else None
        return last if isinstance(last, bytes) else None

    def _uid(self, command: str, *args: str, what: str, most: int = GREETING, seconds: float = 0.0) -> list[Any]:
        return self._run("uid", command, *args, what=what, most=most, seconds=seconds)

    def _run(self, name: str, *args: object, what: str, most: int = GREETING, seconds: float = 0.0) -> list[Any]:
        """One command; gives what the server says. Raises `_No` where it refuses."""
        line = self._line_()

        def run() -> Answer:
            line.allow(self._door.timeout + seconds, most)
            answer: Answer = getattr(line, name)(*args)
            return answer

        kind, data = self._call(run, doing=what)
        if kind != "OK":
            raise _No(Failure.SPOOL, f"{what}: {self._shown(data[-1] if data else '')}")
        return data

    def _call(self, function: Callable[..., T], *args: object, doing: str) -> T:
        """Call what talks to the server; whatever goes wrong becomes `Failed`."""
        with self._using:
            try:
                if self._ended:
                    raise ConnectionAbortedError
                return function(*args)
            except Failed:
                raise
            except _ERRORS as error:
                raise self._failed(error, doing) from None  # not chained: imaplib's hold what was sent
            finally:
                if self._ended:
                    self._let_go()

    def _failed(self, error: BaseException, doing: str) -> Failed:
        if isinstance(error, imaplib.IMAP4.error) and (said := self._last_word()):
            return Failed(Failure.CONNECT, f"{self._host} has closed the connection: {self._shown(said)}")
        if self._ended and not isinstance(error, imaplib.IMAP4.readonly):
            return Failed(Failure.CONNECT, f"the connection to {self._host} was ended")
        failure, words = trouble(error, doing, self._shown)
        return Failed(failure, words.replace("{host}", self._host))

    def _last_word(self) -> object:
        """What the server said when it closed the connection, if it did."""
        said = self._line.untagged_responses.get("BYE") if self._line else None
        return said[-1] if said else None

    def _shown(self, said: object) -> str:
        """What a server says, in one line without the password."""
        said = said.args[0] if isinstance(said, Exception) and said.args else said
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        text = text.replace(self._door.password, "…") if len(self._door.password) > 3 else text
        return " ".join("".join(each if each.isprintable() else " " for each in text).split())[:160]


class _No(Failed):
    """The server refuses a command."""


_ERRORS = (imaplib.IMAP4.error, OSError, ValueError, LookupError, AttributeError)
"""What imaplib raises for what a server says; some of it by accident."""
