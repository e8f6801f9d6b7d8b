"""Files taken in by hand: found, put in the order of their own times, taken in batches.

Law: what can't be read is named and passed over, and the rest is taken. A file taken again adds nothing.
"""

import gzip
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, Self

from wire import ingest, parse, prepare
from wire.config import Settings
from wire.errors import NotAFeed, ParseError
from wire.ingest import Ingest, Tally
from wire.model import Feed
from wire.store import Store

BATCH = 250
"""Lines taken in one transaction: readers see them together, and a kill loses no more than this much work."""
SNIFF = 65_536
"""Bytes that tell a file's format."""
NO_TIME = datetime(1, 1, 1, tzinfo=UTC)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What could not be taken, and why."""

    path: Path
    reason: str
    line: int | None = None


@dataclass(slots=True, kw_only=True)
class Report:
    """What was taken."""

    files: int = 0
    tally: Tally = field(default_factory=Tally)
    refused: list[Refused] = field(default_factory=list)


class Archive:
    """The files under some paths, scanned once and ready to be taken; a context manager that holds them open."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = list(paths)
        self._open = ExitStack()
        self._files: list[tuple[Path, BinaryIO | None]] = []
        """Only files of lines are held open; a document is opened again."""
        self._parts: list[Part] = []
        self.refused: list[Refused] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def entries(self) -> int:
        """How many entries there are to take."""
        return sum(part.entries for part in self._parts)

    @property
    def earliest(self) -> datetime:
        """The first time in any file."""
        return min((part.at for part in self._parts if part.at != NO_TIME), default=datetime.now(UTC))

    # --- scanning -----------------------------------------------------------------------------------------------

    def scan(self, found: Callable[[Path], None] = lambda _: None) -> None:
        """Find the files, tell their formats, and order what they hold by its own times; the sort is stable."""
        for path in self._walk():
            found(path)
            try:
                self._scan_file(path)
            except (ParseError, gzip.BadGzipFile, EOFError) as error:
                self._refuse(path, str(error))
            except OSError as error:
                self._refuse(path, error.strerror or str(error))
        self._parts.sort(key=lambda part: part.at)

    def _walk(self) -> Iterator[Path]:
        for path in self._paths:
            if path.is_dir():
                inside = (each for each in path.rglob("*") if each.is_file())
                yield from sorted(each for each in inside if not each.name.startswith("."))
            else:
                yield path

    def _scan_file(self, path: Path) -> None:
        file = len(self._files)
        with ExitStack() as closing:
            stream = closing.enter_context(_opened(path))
            head = stream.read(SNIFF)
            kind = parse.detect(head)
            if kind is None or kind == "html":
                raise NotAFeed(f"no known format: this is {parse.describe(head)}")
            stream.seek(0)
            if kind == "jsonl":
                self._files.append((path, stream))
                self._parts += self._scan_lines(path, stream, file)
                self._open.push(closing.pop_all())
            else:
                self._files.append((path, None))
                self._parts.append(_scan_document(path, stream.read(), file))

    def _scan_lines(self, path: Path, stream: BinaryIO, file: int) -> Iterator[Part]:
        start = 0
        for number, line in enumerate(stream, 1):
            if line.strip():
                try:
                    entry = parse.parse_line(line)
                    at = entry.updated_at or entry.published_at or NO_TIME
                    yield Part(at=at, file=file, number=number, start=start, size=len(line))
                except ParseError as error:
                    self._refuse(path, str(error), line=number)
            start += len(line)

    def _refuse(self, path: Path, reason: str, line: int | None = None) -> None:
        self.refused.append(Refused(path=path, reason=reason, line=line))

    # --- reading ------------------------------------------------------------------------------------------------

    def batches(self) -> Iterator[list[Part]]:
        """The parts in order; lines come up to `BATCH` at once, a document comes alone."""
        batch: list[Part] = []
        for part in self._parts:
            if batch and (not part.number or not batch[0].number or len(batch) == BATCH):
                yield batch
                batch = []
            batch.append(part)
        if batch:
            yield batch

    def documents(self, batch: Sequence[Part]) -> Iterator[tuple[Feed, str | None, list[prepare.Seen], bool]]:
        """What a batch holds, a feed at a time: feed, language, entries, and whether they are all of it."""
        if batch and not batch[0].number:
            path = self._files[batch[0].file][0]
            url = path.absolute().as_uri()
            with _opened(path) as stream:
                document, seen = prepare.read(stream.read(), url, None)
            yield _feed(path.name, document.title or path.stem, url=url), document.language, seen, True
            return
        entries = [(self._files[part.file][0], self._line(part)) for part in batch]
        named = [(each.entry.source or path.stem, each) for path, each in entries]
        for source, run in groupby(named, key=lambda pair: pair[0]):
            yield _feed(source, source, url=f"ingest:{source}"), None, [each for _, each in run], False

    def _line(self, part: Part) -> prepare.Seen:
        stream = self._files[part.file][1]
        assert stream, "a file of lines is held open"  # noqa: S101 - for the type checker
        stream.seek(part.start)
        return prepare.name(parse.parse_line(stream.read(part.size)))


def take(
    archive: Archive,
    *,
    settings: Settings,
    store: Store,
    clock: Callable[[], datetime],
    advance: Callable[[int], None] = lambda _: None,
) -> Report:
    """Take everything in a scanned archive on the road of polled entries; `advance` hears of each batch's entries."""
    taker = Ingest(settings.cluster)
    taker.look_back(archive.earliest)
    report = Report(refused=archive.refused)
    files: set[int] = set()
    for batch in archive.batches():
        now = clock()
        prepared = []
        with store.reading() as read:
            for feed, language, seen, whole in archive.documents(batch):
                fresh = ingest.fresh(read, feed, seen)
                prepared.append((feed, seen, prepare.items(fresh, feed, settings.agencies, language), whole))
        with taker.writing(store) as write:
            write.add_feeds({feed.key: feed for feed, *_ in prepared}.values())
            for feed, seen, items, whole in prepared:
                tally = taker.take(write, feed, seen, items, now=now, whole=whole)
                write.count_entries(feed.key, tally.new)
                report.tally.add(tally)
        if batch[0].at != NO_TIME:
            taker.forget(batch[0].at)
        files.update(part.file for part in batch)
        advance(sum(part.entries for part in batch))
    report.files = len(files)
    return report


def _scan_document(path: Path, body: bytes, file: int) -> Part:
    _, seen = prepare.read(body, path.absolute().as_uri(), None)
    times = [each.entry.updated_at or each.entry.published_at for each in seen]
    at = min((time for time in times if time and time >= ingest.EARLIEST), default=NO_TIME)
    return Part(at=at, file=file, number=0, entries=len(seen))


def _feed(name: str, source: str, *, url: str) -> Feed:
    return Feed(key=f"ingest:{name}", url=url, source=source, enabled=False)


def _opened(path: Path) -> BinaryIO:
    """The file, seekable; a gzip is unpacked into a temporary file first."""
    stream = path.open("rb")
    if stream.read(2) != b"\x1f\x8b":
        stream.seek(0)
        return stream
    unpacked = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the caller
    with stream:
        stream.seek(0)
        shutil.copyfileobj(gzip.GzipFile(fileobj=stream), unpacked, 1 << 20)
    unpacked.seek(0)
    return unpacked
