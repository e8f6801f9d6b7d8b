"""Mailboxes on a real server that a test fills, and what stands in them."""

import imaplib
import re
import ssl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.mail.dovecot import PASSWORD, Dovecot
from wire.fetch.mail.imap import Door, Session
from wire.fetch.mail.mailbox import Mailbox
from wire.model import Feed, mailbox_of


def message(headline: str, *, guid: str | None = None, body: str | None = None) -> bytes:
    """A press release, as it is sent."""
    name = guid or headline.replace(" ", ".").lower()
    text = body or f"{headline} and what else there is to say of it, which is not much.\n"
    head = (
        f"From: Press <press@agency.example>\nTo: wire@desk.example\nSubject: {headline}\nMessage-ID: <{name}@agency>\n"
    )
    return (head + "Date: Sun, 1 Mar 2026 11:00:00 +0000\n\n" + text).replace("\n", "\r\n").encode()


@dataclass(frozen=True, kw_only=True)
class Post:
    """What belongs to one user."""

    server: Dovecot
    user: str

    def url(self, mailbox: str = "INBOX", *, scheme: str = "imaps") -> str:
        return self.server.url(self.user, mailbox, scheme=scheme)

    @contextmanager
    def client(self, mailbox: str | None = None) -> Iterator[imaplib.IMAP4]:
        """Another client, in a mailbox where one is named."""
        with self.server.client(self.user) as client:
            if mailbox:
                assert client.select(f'"{mailbox}"')[0] == "OK"
            yield client

    def put(self, *bodies: bytes, mailbox: str = "INBOX") -> None:
        """Messages that come in."""
        with self.client() as client:
            for body in bodies:
                assert client.append(f'"{mailbox}"', "", "", body)[0] == "OK"

    def fill(self, bodies: Iterable[bytes], mailbox: str = "INBOX") -> None:
        """Very many messages, by one connection."""
        with self.client() as client:
            for body in bodies:
                assert client.append(mailbox, "", "", body)[0] == "OK"

    def count(self, mailbox: str) -> int:
        """Messages in a mailbox; 0 where there is none of that name."""
        with self.server.client(self.user) as client:
            kind, data = client.select(f'"{mailbox}"', readonly=True)
            return int(data[0] or b"0") if kind == "OK" else 0

    def make(self, mailbox: str) -> None:
        """A mailbox; where there was one of that name, another one."""
        with self.client() as client:
            client.delete(f'"{mailbox}"')
            assert client.create(f'"{mailbox}"')[0] == "OK"

    def subjects(self, mailbox: str = "INBOX") -> list[str]:
        """Of the messages in a mailbox, by number."""
        return [found for found, _ in self.found(mailbox)]

    def flags(self, mailbox: str = "INBOX") -> list[str]:
        return [flags for _, flags in self.found(mailbox)]

    def found(self, mailbox: str) -> list[tuple[str, str]]:
        with self.server.client(self.user) as client:
            if client.select(f'"{mailbox}"', readonly=True)[0] != "OK":
                return []
            if client.search(None, "ALL")[1] == [b""]:
                return []
            _, data = client.fetch("1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
        pairs = [each for each in data if isinstance(each, tuple)]
        flags = [re.search(rb"FLAGS \(([^)]*)\)", head) for head, _ in pairs]
        return [
            (text.decode().removeprefix("Subject: ").strip(), found[1].decode() if found else "")
            for found, (_, text) in zip(flags, pairs, strict=True)
        ]

    def door(self, mailbox: str = "INBOX", *, scheme: str = "imaps", **fields: Any) -> Door:
        """How the mailbox is reached when all is well."""
        given: dict[str, Any] = {
            "place": mailbox_of(self.url(mailbox, scheme=scheme)),
            "user": self.user,
            "password": PASSWORD,
            "tls": ssl.create_default_context(cafile=self.server.ca),
            "private": True,
            "clear": False,
            "timeout": 5.0,
        }
        return Door(**{**given, **fields})

    @contextmanager
    def session(self, mailbox: str = "INBOX", *, reading: bool = False, **fields: Any) -> Iterator[Session]:
        with Session(self.door(mailbox, **fields)) as session:
            session.open(mailbox, reading=reading)
            yield session

    @contextmanager
    def place(self, mailbox: str = "INBOX", *, max_bytes: int = 1_000_000, **fields: Any) -> Iterator[Mailbox]:
        """The mailbox as a place, opened."""
        feed = Feed(key="box", url=self.url(mailbox), source="Box", **fields)
        place = Mailbox(feed, self.door(mailbox), max_bytes)
        try:
            place.open()
            yield place
        finally:
            place.close()


def names(files: Sequence[object]) -> list[str]:
    """Of files."""
    return [getattr(file, "name") for file in files]  # noqa: B009 - files and messages alike
