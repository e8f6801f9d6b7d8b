"""What IMAP servers say, as values, and names as they travel (RFC 3501, 4315).

Law: functions of what was said. Nothing in it is trusted: numbers are read with patterns, and what does not fit is not
there.
"""

import base64
import imaplib
import re
import ssl
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from wire.model import Failure

TOGETHER = 500
"""Messages that one command names."""
_MONTHS = {name: at for at, name in enumerate(b"JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(), 1)}
_NEXT = re.compile(rb"\d+ \(")
UID = re.compile(rb"\bUID (\d{1,10})\b", re.IGNORECASE)
SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,15})\b", re.IGNORECASE)
_DATE = re.compile(rb'\bINTERNALDATE "([ \d]\d)-([A-Z]{3})-(\d{4}) (\d\d:\d\d:\d\d [+-]\d{4})"', re.IGNORECASE)
SHORT = re.compile(rb'BODY\[\](?:<0>)? (?:NIL|"((?:[^"\\]|\\.)*)")', re.IGNORECASE)
_COPIED = re.compile(rb"(\d{1,10}) ([\d,:]+) ([\d,:]+)")
DELIMITER = re.compile(rb'\([^)]*\) (?:NIL|"(\\?[^"])") ', re.IGNORECASE)


def trouble(error: BaseException, doing: str, shown: Callable[[object], str]) -> tuple[Failure, str]:
    """What an error of a connection's means, in words; `{host}` stands for the server's name."""
    match error:
        case imaplib.IMAP4.readonly():
            found = Failure.SPOOL, 'the mailbox can only be read: leave messages in it (taken = "keep")'
        case TimeoutError():
            found = Failure.TIMEOUT, f"{{host}} is too slow ({doing})"
        case ssl.SSLCertVerificationError():
            found = Failure.TLS, f"no secure connection to {{host}}: {error.verify_message}"
        case ssl.SSLError():
            found = Failure.TLS, f"no secure connection to {{host}}: {error.reason or error}"
        case imaplib.IMAP4.abort() if re.search("EOF|unterminated", str(error)):
            found = Failure.TRUNCATED, f"{{host}} broke the connection ({doing})"
        case imaplib.IMAP4.error():
            found = Failure.PROTOCOL, f"{{host}} answers in a way that is no IMAP ({doing}): {shown(error)}"
        case OSError():
            found = Failure.CONNECT, f"no connection to {{host}} ({doing}): {error.strerror or error}"
        case _:
            found = Failure.PROTOCOL, f"{{host}} answers in a way that can't be read ({doing})"
    return found


def words(answer: tuple[str, list[Any]]) -> set[str]:
    return {word.upper() for line in answer[1] for word in (line or b"").decode("ascii", "replace").split()}


def set_of(uids: Iterable[int]) -> str:
    """Numbers as IMAP writes a set of them."""
    parts: list[list[int]] = []
    for uid in sorted(uids):
        if parts and parts[-1][1] == uid - 1:
            parts[-1][1] = uid
        else:
            parts.append([uid, uid])
    return ",".join(str(low) if low == high else f"{low}:{high}" for low, high in parts)


def _members(text: bytes) -> list[int]:
    """The numbers of a set, at most so many as one command names."""
    found: list[int] = []
    for part in text.split(b","):
        low, _, high = part.partition(b":")
        if not low.isdigit() or (high and not high.isdigit()) or len(found) > TOGETHER:
            return []
        first, last = sorted((int(low), int(high or low)))
        found += range(first, min(last, first + TOGETHER) + 1)
    return found


def copied(said: bytes) -> dict[int, tuple[int, int]]:
    """COPYUID (RFC 4315): validity, the old numbers, the new ones in their order."""
    if not (found := _COPIED.fullmatch(said)):
        return {}
    old, new = _members(found[2]), _members(found[3])
    return {one: (int(found[1]), other) for one, other in zip(old, new, strict=True)} if len(old) == len(new) else {}


def records(data: Collection[Any]) -> Iterator[tuple[bytes, bytes | None]]:
    """The answers to a FETCH, each as its text and its first literal; imaplib gives them cut into pieces."""
    text, body = b"", None
    for each in data:
        piece, literal = each if isinstance(each, tuple) else (each or b"", None)
        if _NEXT.match(piece):
            if text:
                yield text, body
            text, body = piece, literal
        else:
            text, body = text + b" " + piece, literal if body is None else body
    if text:
        yield text, body


def moment(text: bytes) -> int:
    found = _DATE.search(text)
    if not found or found[2].upper() not in _MONTHS:
        return 0
    day, month, year, rest = found.groups()
    try:
        at = datetime.strptime(
            f"{int(year):04}-{_MONTHS[month.upper()]:02}-{int(day):02} {rest.decode()}", "%Y-%m-%d %H:%M:%S %z"
        )
    except ValueError:
        return 0
    return max(0, int(at.timestamp()))


def quoted(mailbox: str) -> str:
    """A mailbox's name as it travels: modified UTF-7 (RFC 3501 §5.1.3), in quotes."""
    out: list[str] = []
    other: list[str] = []

    def flush() -> None:
        if other:
            out.append("&" + base64.b64encode("".join(other).encode("utf-16-be"), b"+,").rstrip(b"=").decode() + "-")
            other.clear()

    for letter in mailbox:
        if " " <= letter <= "~":
            flush()
            out.append("&-" if letter == "&" else letter)
        else:
            other.append(letter)
    flush()
    return '"' + "".join(out).replace("\\", "\\\\").replace('"', '\\"') + '"'
