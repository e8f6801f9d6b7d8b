"""What archives hold: files found, opened, told by their formats, and put in the order of their own times.

Law: what can't be read is named and passed over, and the rest can be taken.
"""

import os
import stat
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, Self, TypeAlias

from wire import ingest, parse, prepare
from wire.errors import BrokenDocument, NotAFeed, ParseError
from wire.files import UNREADABLE, Place, Shelf, lines, warc, whole
from wire.model import Document, Entry, Feed
from wire.policy import AgencyProfile, WorkerPolicy
from wire.worker import Overrun, Worker

BATCH = 500
"""Lines taken in one transaction: readers see them together, and a kill loses no more than this much work."""
SNIFF = 65_536
"""Bytes that tell a file's format."""
NO_TIME = datetime(1, 1, 1, tzinfo=UTC)
HELD = 16_000_000
"""Bytes of lines whose entries are held from the scan on; what an archive has above that is read again when taken."""
LONG = 50_000
"""Characters of an entry above which it is normalized in the limited child. What can go wrong with a shorter one takes
no time that matters, and most archives hold no others: they keep the pace of one process."""
OPEN = 64
"""Files of lines that are held open at once."""
NAME_LIMIT = 200
"""Characters of a feed's name: longer ones would be too long for a key of the database."""
PAGES = 50
"""Pages of the web taken in one transaction: each costs as much as a hundred lines."""
Known: TypeAlias = Callable[[Feed, Collection[str]], Collection[str]]
"""Which of those keys a feed has brought before."""
_UNREADABLE = (*UNREADABLE, Overrun)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a file that is taken at once: a line of a JSON Lines file, or a whole document."""

    at: datetime
    """The earliest time in it."""
    file: int
    number: int
    """Of the line, from 1; 0: the whole document."""
    start: int = 0
    size: int = 0
    entries: int = 1
    page: bool = False
    """Is it a page of the web, in a WARC file?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What could not be taken, and why."""

    path: Path
    reason: str
    line: int | None = None
    member: str | None = None
    """Of an archive: what was in it under that name."""

    def __str__(self) -> str:
        """Where, and why."""
        place = str(Place(path=self.path, member=self.member))
        return f"{place}:{self.line}: {self.reason}" if self.line else f"{place}: {self.reason}"


class Archive:
    """The files under some paths, scanned once and ready to be taken; a context manager that holds some open."""

    def __init__(self, paths: Sequence[Path], limits: WorkerPolicy | None = None) -> None:
        self._paths = list(paths)
        self._worker = Worker(limits or WorkerPolicy())
        self._shelf = Shelf()
        self._files: list[Place] = []
        self._states: list[tuple[int, int, int]] = []
        """Of each file at the scan: tells whether it was changed since."""
        self._held: dict[tuple[int, int], Entry] = {}
        """Entries by file and number of the line, until they are taken."""
        self._room = HELD
        self._streams: OrderedDict[int, BinaryIO] = OrderedDict()
        """Files of lines, the one used last at the end."""
        self._lost: set[int] = set()
        """Files that could be scanned, and can't be read any more."""
        self._parts: list[Part] = []
        self._known: set[tuple[int, int]] = set()
        """Device and inode of each file."""
        self.refused: list[Refused] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.close()
        self._shelf.close()
        for stream in self._streams.values():
            stream.close()

    @property
    def entries(self) -> int:
        """How many entries there are to take."""
        return sum(part.entries for part in self._parts)

    # --- scanning -----------------------------------------------------------------------------------------------

    def scan(self, found: Callable[[Path], None] = lambda _: None) -> None:
        """Find the files, tell their formats, and order what they hold by its own times; the sort is stable."""
        for path in self._paths:
            self._scan(path, found)
        self._parts.sort(key=lambda part: part.at)

    def _scan(self, path: Path, found: Callable[[Path], None]) -> None:
        found(path)
        try:
            if path == Path("-"):
                raise NotAFeed("standard input is not taken: give a file")
            status = path.stat()
            name = status.st_dev, status.st_ino
            if stat.S_ISDIR(status.st_mode):
                for each in sorted(self._inside(path)):
                    self._scan(each, found)
            elif not stat.S_ISREG(status.st_mode):
                raise NotAFeed("neither a file nor a folder; what comes through a pipe is not taken")
            elif name not in self._known:
                self._known.add(name)
                inside = self._shelf.inside(path)
                for place in [Place(path=path)] if inside is None else inside:
                    self._scan_file(place)
        except _UNREADABLE as error:
            self._refuse(path, error)

    def _inside(self, folder: Path) -> Iterator[Path]:
        """All that is in a folder and its folders but what is hidden; links to folders are not followed."""

        def refuse(error: OSError) -> None:
            self._refuse(Path(error.filename), error)

        for parent, folders, names in os.walk(folder, onerror=refuse):
            folders[:] = [name for name in folders if not name.startswith(".")]
            yield from (Path(parent, name) for name in names if not name.startswith("."))

    def _scan_file(self, place: Place) -> None:
        try:
            if place.member is None and warc.holds_pages(place.path):
                self._scan_pages(place)
                return
            with self._shelf.open(place) as stream:
                self._scan_stream(place, stream)
        except _UNREADABLE as error:
            self._refuse(place, error)

    def _scan_stream(self, place: Place, stream: BinaryIO) -> None:
        head = stream.read(SNIFF)
        kind = parse.detect(head)
        if kind is None or kind == "html":
            raise NotAFeed(f"no known format: this is {parse.describe(head)}")
        stream.seek(0)
        if kind == "jsonl":
            self._parts += self._scan_lines(place, stream, self._number(place))
        else:
            _, seen = self._read(place, stream)
            at = _time([each.entry for each in seen])
            self._parts.append(Part(at=at, file=self._number(place), number=0, entries=len(seen)))

    def _scan_pages(self, place: Place) -> None:
        with place.path.open("rb") as stream:
            file = self._number(place)
            for number, (start, at) in enumerate(warc.pages(stream), 1):
                self._parts.append(Part(at=at or NO_TIME, file=file, number=number, start=start, page=True))

    def _number(self, place: Place) -> int:
        self._files.append(place)
        self._states.append(_state(place.path))
        return len(self._files) - 1

    def _scan_lines(self, place: Place, stream: BinaryIO, file: int) -> Iterator[Part]:
        start = 0
        for number, (size, line) in enumerate(lines(stream), 1):
            if line is None:
                self._refuse(place, BrokenDocument(f"a line of {size:,} bytes"), line=number)
            elif line.strip():
                try:
                    entry = parse.parse_line(line)
                    yield Part(at=_time([entry]), file=file, number=number, start=start, size=len(line))
                    self._room -= len(line)
                    if self._room >= 0:
                        self._held[file, number] = entry
                except ParseError as error:
                    self._refuse(place, error, line=number)
            start += size

    def _refuse(self, place: Place | Path, error: Exception, line: int | None = None) -> None:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        place = place if isinstance(place, Place) else Place(path=place)
        self.refused.append(Refused(path=place.path, member=place.member, reason=reason, line=line))

    # --- reading ------------------------------------------------------------------------------------------------

    def batches(self) -> Iterator[list[Part]]:
        """The parts in order; lines come up to `BATCH` at once, pages up to `PAGES`, a document comes alone."""
        batch: list[Part] = []
        for part in self._parts:
            alone = not part.number or (batch and (not batch[0].number or part.page is not batch[0].page))
            if batch and (alone or len(batch) == (PAGES if part.page else BATCH)):
                yield batch
                batch = []
            batch.append(part)
        if batch:
            yield batch

    def documents(self, batch: Sequence[Part], known: Known) -> Iterator[tuple[Feed, Document, list[prepare.Seen]]]:
        """What a batch holds, a feed at a time, its entries apart; a feed's own order is turned round.

        What can't be read any more is refused; pages that are `known` are not looked into again.
        """
        if batch[0].page:
            yield from self._pages(batch, known)
        elif batch[0].number:
            yield from self._sources(batch)
        else:
            place = self._files[batch[0].file]
            try:
                with self._shelf.open(place) as stream:
                    document, seen = self._read(place, stream)
            except _UNREADABLE as error:
                self._refuse(place, error)
            else:
                yield _feed_of(document, place), document, seen[::-1]

    def _sources(self, batch: Sequence[Part]) -> Iterator[tuple[Feed, Document, list[prepare.Seen]]]:
        changed = {file for file in {part.file for part in batch} if self._changed(file)}
        found = [(self._files[part.file], each) for part in batch for each in self._line(part, part.file in changed)]
        named = [(each.entry.source or Path(place.name).stem, each) for place, each in found]
        for source, run in groupby(named, key=lambda pair: pair[0]):
            yield _feed(source, source, url=f"ingest:{source}"), _bare("jsonl"), [each for _, each in run]

    def _pages(self, batch: Sequence[Part], known: Known) -> Iterator[tuple[Feed, Document, list[prepare.Seen]]]:
        hosts: dict[str, list[warc.Capture]] = {}
        for part in batch:
            try:
                capture = warc.read(self._stream(part.file, packed=True), part.start)
            except _UNREADABLE as error:
                self._refuse(self._files[part.file], error, line=part.number)
            else:
                hosts.setdefault(capture.host, []).append(capture)
        for host, captures in hosts.items():
            feed = _feed(host, host, url=f"ingest:{host}")
            before = known(feed, [prepare.key_of(each.record) for each in captures])
            seen: list[prepare.Seen] = []
            skipped: list[str] = []
            for each in captures:
                if prepare.key_of(each.record) in before:
                    skipped.append("page taken before")
                elif entry := self._article(each):
                    seen.append(entry)
                else:
                    skipped.append("page without an article")
            yield feed, replace(_bare("warc"), skipped=tuple(skipped)), seen

    def _article(self, capture: warc.Capture) -> prepare.Seen | None:
        """The article of a page, found in the child; None: there is none, or the page is refused."""
        try:
            return self._worker.run(
                prepare.page, capture.body, capture.content_type, capture.url, capture.record, capture.at
            )
        except Overrun as error:
            self._refuse(Path(capture.url), BrokenDocument(str(error)))
            return None

    def items(
        self, seen: list[prepare.Seen], feed: Feed, agencies: tuple[AgencyProfile, ...], language: str | None
    ) -> list[prepare.Item]:
        """Normalize and sketch entries, long ones in the child. One that overruns is refused, and has no item."""
        items: list[prepare.Item] = []
        for long, run in groupby(seen, key=lambda each: _size(each.entry) > LONG):
            if not long:
                items += prepare.items(list(run), feed, agencies, language)
                continue
            for each in run:
                try:
                    items += self._worker.run(prepare.items, [each], feed, agencies, language)
                except Overrun as error:
                    self._refuse(Path(feed.key), BrokenDocument(f"{each.entry.headline[:60]!r}: {error}"))
        return items

    def _read(self, place: Place, stream: BinaryIO) -> tuple[Document, list[prepare.Seen]]:
        """Parse a document in the child. Raises ParseError, Overrun, OSError."""
        return self._worker.run(prepare.read, whole(stream), place.uri, None)

    def _changed(self, file: int) -> bool:
        """Whether a file is not what was scanned; reading it again will tell what it is."""
        try:
            return _state(self._files[file].path) != self._states[file]
        except OSError:
            return True

    def _line(self, part: Part, changed: bool) -> Iterator[prepare.Seen]:
        """The entry in a line; none where that can't be read any more."""
        held = self._held.pop((part.file, part.number), None)
        if part.file in self._lost:
            return
        if held and not changed:
            yield prepare.name(held)
            return
        place = self._files[part.file]
        try:
            stream = self._stream(part.file)
            stream.seek(part.start)
            yield prepare.name(parse.parse_line(stream.read(part.size)))
        except ParseError as error:
            self._refuse(place, error, line=part.number)
        except _UNREADABLE as error:
            self._lost.add(part.file)
            self._refuse(place, error)

    def _stream(self, file: int, *, packed: bool = False) -> BinaryIO:
        if file not in self._streams:
            place = self._files[file]
            self._streams[file] = place.path.open("rb") if packed else self._shelf.open(place)
            if len(self._streams) > OPEN:
                self._streams.popitem(last=False)[1].close()
        self._streams.move_to_end(file)
        return self._streams[file]


def _size(entry: Entry) -> int:
    return len(entry.headline) + len(entry.body) + len(entry.summary or "")


def _time(entries: Sequence[Entry]) -> datetime:
    """The earliest time that can be believed."""
    times = (each.updated_at or each.published_at for each in entries)
    return min((time for time in times if time and time >= ingest.EARLIEST), default=NO_TIME)


def _feed_of(document: Document, place: Place) -> Feed:
    """The feed that a document belongs to: items of a wire to that of their provider, in whatever file each comes, so
    that a new version of an item is found to be one; anything else to its own."""
    provider = document.title if any(each.label for each in document.entries) else None
    if provider:
        return _feed(provider, provider, url=f"ingest:{provider}")
    return _feed(place.name, document.title or Path(place.name).stem, url=place.uri)


def _bare(kind: str) -> Document:
    return Document(format=kind, title=None, language=None, entries=())


def _feed(name: str, source: str, *, url: str) -> Feed:
    return Feed(key=f"ingest:{name[:NAME_LIMIT]}", url=url, source=source, enabled=False)


def _state(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns
