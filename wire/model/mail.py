"""Where a mailbox is.

Law: data only.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlsplit

MAILBOXES = {"imap": 143, "imaps": 993}
"""Schemes of mailboxes, each with its port (RFC 8314, 3501)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPlace:
    """A mailbox on a server, and whose it is."""

    host: str
    port: int
    secure: bool
    """Whether TLS is spoken from the first byte on; else it is switched on after the greeting."""
    user: str
    """As the URL has it; empty: it names none."""
    mailbox: str
    """As its server has it, its levels parted as the server parts them."""

    @property
    def where(self) -> str:
        """The same text for every way to write one mailbox."""
        user = f"{self.user}@" if self.user else ""
        return f"{'imaps' if self.secure else 'imap'}://{user}{self.host}:{self.port}/{self.mailbox}"


def in_mailbox(url: str) -> bool:
    """Whether it is the URL of a mailbox."""
    return url.partition(":")[0].lower() in MAILBOXES


@lru_cache(maxsize=256)
def mailbox_of(url: str) -> MailPlace:
    """The mailbox that a feed's URL names. Raises ValueError with what is wrong, in words.

    The path is the mailbox, INBOX where it is empty. What is special is percent-encoded, `@` in a user as %40.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise ValueError("has a port that is none") from None
    if parts.scheme not in MAILBOXES or not parts.hostname or re.search(r"[\s\x00-\x1f\x7f]", url):
        raise ValueError('should be a mailbox, such as "imaps://wire@mail.example.com/INBOX"')
    if parts.password is not None:
        raise ValueError("carries a password, which would be stored and shown: point to it with password")
    if parts.query or parts.fragment or ";" in parts.path:
        raise ValueError("holds more than a mailbox: write ? as %3F, # as %23, ; as %3B where they belong to its name")
    try:
        user, mailbox = unquote(parts.username or "", errors="strict"), unquote(parts.path[1:], errors="strict")
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8 where it is percent-encoded") from None
    if re.search(r"[\x00-\x1f\x7f]", user + mailbox):
        raise ValueError("has a control character in it")
    return MailPlace(
        host=parts.hostname,
        port=port or MAILBOXES[parts.scheme],
        secure=parts.scheme == "imaps",
        user=user,
        mailbox="INBOX" if mailbox.upper() in {"", "INBOX"} else mailbox,  # whose name has no case (RFC 3501 §5.1)
    )
