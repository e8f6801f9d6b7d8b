"""A mailbox as a place where messages wait: each is a file whose name is its number (UID, RFC 3501 §2.3.1.1).

Law: reads without a mark (BODY.PEEK); changes nothing but what `taken` asks for, and no message but those that were
dealt with. A number means a message only together with the validity of the mailbox (UIDVALIDITY), which is the file's
tag: where that has changed, every message waits anew, and the hash of its bytes tells whether it was taken. What can't
be listed or moved raises SpoolError; a message that its server can't give costs itself alone.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from wire.errors import SpoolError
from wire.fetch.failures import Failed
from wire.fetch.mail.answers import TOGETHER
from wire.fetch.mail.imap import Door, Listed, Session
from wire.fetch.place import PIECE, Denied, Known, Left, Refused, Settling, Waiting, unreadable
from wire.model import Failure, Feed, SpoolFile

AHEAD, AHEAD_BYTES = 50, 4_000_000
"""Messages, and bytes of them, that are asked for at once."""
WHOLE = 50
"""Looks after which a mailbox that messages stay in is listed from its beginning again."""


@dataclass(slots=True)
class Memory:
    """What one look leaves to the next; without it, the next one is as right, and slower."""

    validity: int = 0
    below: int = 0
    """Messages with numbers up to this one were all dealt with, and stay."""
    looks: int = 0
    """Since the mailbox was listed from its beginning."""
    suspects: Counter[int] = field(default_factory=Counter)
    """How often the connection broke in the midst of a message, by number: such are asked for last, each alone."""


class Mailbox:
    """A feed's mailbox (`Place`)."""

    remote = True
    at_once = 1

    def __init__(self, feed: Feed, door: Door, max_bytes: int) -> None:
        self.feed, self._door, self._max_bytes, self._memory = feed, door, max_bytes, Memory()
        self._session = Session(door)
        self._order: list[SpoolFile] = []
        """What waits, from the message that is read next."""
        self._ahead: dict[SpoolFile, bytes | Refused | Left] = {}
        """What was read before it was asked for."""
        self._expected: dict[bool, list[int]] = {}
        """Numbers of messages that are to be put away next: of those that were taken, and of the others."""
        self._away: dict[int, str | None] = {}
        """What has been put away before it was asked for: where it is."""
        self._at = ""
        """The mailbox that is open."""
        self._own = 0
        """Validity of the feed's own."""
        self._there: frozenset[int] | None = None
        """Numbers of all messages in it, as they were in this look."""
        self._broken = False
        """Whether the connection broke while messages were read."""
        self._unread = False
        """Whether messages wait that this look does not come to."""

    @property
    def where(self) -> str:
        """Server, user and mailbox."""
        return f"{self._door.user} {self._door.place.where}"

    @property
    def moves(self) -> bool:
        """Whether messages leave the mailbox when they are taken."""
        return self.feed.afterwards != "keep"

    def open(self) -> None:
        """Log in, and open the mailbox; only to be read where messages stay in it."""
        with self._talking():
            self._session.__enter__()
            self._enter(self._door.place.mailbox)
            self._own = self._session.validity

    def close(self) -> None:
        """Log out where nothing is under way, else break off."""
        self._session.close()

    # --- what waits -----------------------------------------------------------------------------------------------

    def waiting(self, known: Known, settling: Settling, limit: int) -> Waiting:
        """The first messages that were not dealt with, by number; suspects last. A message that is there is whole."""
        memory = settling.memory
        if not isinstance(memory, Memory) or memory.validity != self._own:
            memory = Memory(validity=self._own)
        settling.memory = self._memory = memory
        memory.looks += 1
        if self.moves or memory.looks >= WHOLE:
            memory.below, memory.looks = 0, 0
        with self._talking():
            uids = self._session.numbers(memory.below + 1)
            uids.sort(key=memory.suspects.__getitem__)
            found = list(islice(self._unknown(uids, known), limit + 1))
            if not found and uids and not self.moves:
                memory.below = max(uids)
        files, more = found[:limit], len(found) > limit
        self._unread = more
        self._order = files
        left = len(uids) - uids.index(int(files[-1].name)) - 1 if more else 0
        return Waiting(files=tuple(files), more=left, settling=0, settled_in=None, odd=())

    def _unknown(self, uids: Sequence[int], known: Known) -> Iterator[SpoolFile]:
        for start in range(0, len(uids), PIECE):
            some = [self._file(each) for each in self._session.listed(uids[start : start + PIECE])]
            passed = known(some)
            yield from (file for file in some if file.name not in passed)

    def _file(self, listed: Listed) -> SpoolFile:
        modified = listed.arrived * 1_000_000_000
        return SpoolFile(name=str(listed.uid), size=listed.size, modified=modified, tag=str(self._own))

    # --- one message ----------------------------------------------------------------------------------------------

    def read(self, file: SpoolFile) -> bytes | Refused | Left:
        """All of a message; those that wait behind it are asked for with it."""
        if refused := unreadable(file, self._max_bytes):
            return refused
        if file not in self._ahead and not self._broken:
            self._ahead = {}
            try:
                with self._talking():
                    self._enter(self._door.place.mailbox)
                    self._read([file, *self._behind(file)])
            except SpoolError as error:  # what was read so far is taken all the same
                self._unread = self._broken = True
                return Left(problem=str(error))
        return self._ahead.pop(file, Left(problem=None))

    def _behind(self, file: SpoolFile) -> list[SpoolFile]:
        """Messages that will be asked for next, as many as are read at once."""
        try:
            at = self._order.index(file)
        except ValueError:
            return []
        self._order = self._order[at + 1 :]
        some, size = list[SpoolFile](), file.size
        for each in self._order[: AHEAD - 1]:
            size += each.size
            if size > AHEAD_BYTES or int(file.name) in self._memory.suspects:
                break
            if int(each.name) not in self._memory.suspects and not unreadable(each, self._max_bytes):
                some.append(each)
        return some

    def _read(self, files: Sequence[SpoolFile]) -> None:
        by_uid, memory = {int(file.name): file for file in files}, self._memory
        try:
            most, expected = self._max_bytes + 1, sum(file.size for file in files)
            bodies = self._session.bodies(list(by_uid), most=most, expected=expected)
        except Failed as error:
            if error.failure is not Failure.SPOOL:
                memory.suspects.update(by_uid.keys())  # the connection is gone, and one of them may be why
                raise
            if len(files) == 1:
                self._ahead[files[0]] = Left(problem=str(error))
                return
            for file in files:  # the server refuses one of them
                self._read([file])
            return
        for uid in bodies:
            del memory.suspects[uid]
        for uid, file in by_uid.items():
            self._ahead[file] = found = self._whole(file, bodies.get(uid))
            self._unread = self._unread or isinstance(found, Left)

    def _whole(self, file: SpoolFile, body: bytes | None) -> bytes | Refused | Left:
        if body is None:
            there = list(self._session.listed([int(file.name)]))
            return Left(problem=f"message {file.shown} is listed, and not given by its server" if there else None)
        if not body.strip():
            return Refused(reason="the message is empty")
        if len(body) > self._max_bytes:
            return Refused(reason=f"a message of more than {self._max_bytes:,} bytes ([spool] max_bytes)")
        return body

    def stands(self, file: SpoolFile) -> bool:
        """Whether a message is in the mailbox under its number, which is never given to another one."""
        if file.tag != str(self._own):
            return False
        if self._there is None:
            with self._talking():
                self._enter(self._door.place.mailbox)
                self._there = frozenset(self._session.numbers())
        return int(file.name) in self._there

    def alike(self, file: SpoolFile) -> SpoolFile | None:
        """The same; of an earlier validity, what may be among the messages that are still to be compared."""
        return file if self.stands(file) or (file.tag != str(self._own) and self._unread) else None

    # --- where messages go ----------------------------------------------------------------------------------------

    def leftovers(self) -> list[SpoolFile]:
        """None: a message is in one mailbox or in another."""
        return []

    def put_back(self, file: SpoolFile) -> None:
        """Never asked for, as nothing is left over."""

    def expect(self, files: Sequence[tuple[SpoolFile, str | None]]) -> None:
        """They go together, by one command for each place where they go."""
        self._expected = {reason is None: [] for _, reason in files}
        for file, reason in files:
            if file.tag == str(self._own):
                self._expected[reason is None].append(int(file.name))
        self._away = {}

    def put_away(self, file: SpoolFile, reason: str | None, now: datetime, *, leftover: bool = False) -> str | None:  # noqa: ARG002 - as every place
        """Move or remove a message that was dealt with; gives where it is now, as `VALIDITY.UID`, if that is told."""
        if not self.moves or file.tag != str(self._own):
            return None
        uid, good = int(file.name), reason is None
        if uid not in self._away:
            some = self._expected.pop(good, [])
            self._leave(some[:TOGETHER] if uid in some[:TOGETHER] else [uid], good=good)
            self._expected[good] = [each for each in some[TOGETHER:] if each not in self._away]
        return self._away.pop(uid, None)

    def _leave(self, uids: Sequence[int], *, good: bool) -> None:
        with self._talking():
            self._enter(self._door.place.mailbox)
            if good and self.feed.afterwards == "remove":
                self._session.remove(uids)
                copied: dict[int, tuple[int, int]] = {}
            else:
                copied = self._session.move(uids, self._target(failed=not good))
        self._away |= {uid: "{}.{}".format(*copied[uid]) if uid in copied else None for uid in uids}

    def found(self, file: SpoolFile, *, failed: bool) -> str | None:  # noqa: ARG002 - as every place
        """Nobody knows: its new number was told to a process that has ended."""
        return None

    def remove(self, stored: str, file: SpoolFile, *, failed: bool) -> None:
        """Remove a message that was moved long ago, if its number still means it."""
        validity, _, number = stored.partition(".")
        with self._talking():
            self._enter(self._target(failed=failed))
            if str(self._session.validity) == validity:
                there = list(self._session.listed([int(number)]))
                if there and there[0].size == file.size:
                    self._session.remove([int(number)])

    def _target(self, *, failed: bool) -> str:
        return self._session.below(self._door.place.mailbox, self.feed.failed if failed else self.feed.done)

    def _enter(self, mailbox: str) -> None:
        """Open a mailbox, unless it is."""
        if self._at != mailbox:
            self._at = ""
            self._session.open(mailbox, reading=not self.moves)
            self._at = mailbox

    @contextmanager
    def _talking(self) -> Iterator[None]:
        """What goes wrong with the server, as places say it."""
        try:
            yield
        except Failed as error:
            if error.failure in {Failure.ACCESS, Failure.ADDRESS, Failure.TLS}:
                raise Denied(error.message, error.failure) from None
            raise SpoolError(error.message) from None
