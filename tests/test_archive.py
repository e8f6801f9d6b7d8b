"""Files taken by hand: whatever lies in a folder, the rest is taken, and what is not is named."""

import gzip
import json
import os
import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

import pytest

from tests.test_ingest import FROST, MOLE
from wire import archive, prepare
from wire.archive import Archive, Report, found
from wire.config import load
from wire.files import unpack
from wire.policy import WorkerPolicy
from wire.store import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SETTINGS = load(None, environ={})


@pytest.fixture(params=[0, found.HELD], ids=["read again", "held"], autouse=True)
def _room(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(found, "HELD", request.param)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    return made


def line(id_: str, body: str, source: str = "Courier", published: str = "2026-02-28T10:00:00Z") -> bytes:
    record = {"id": id_, "source": source, "headline": "News", "body": body, "published": published}
    return json.dumps(record).encode() + b"\n"


def rss(*entries: tuple[str, str]) -> bytes:
    items = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><title>T</title><description>{body}</description></item>"
        for guid, body in entries
    )
    return f"<rss version='2.0'><channel><title>Courier</title>{items}</channel></rss>".encode()


def take(store: Store, *paths: Path) -> Report:
    with Archive(paths) as files:
        files.scan()
        return archive.take(files, settings=SETTINGS, store=store, clock=lambda: NOW)


def ninjs(uri: str, headline: str, body: str, minute: int = 0, **more: object) -> bytes:
    stamp = f"2026-02-28T10:{minute:02}:00Z"
    record = {"uri": uri, "type": "text", "source": "Norda", "versioncreated": stamp, "pubstatus": "usable"}
    return json.dumps(record | {"headline": headline, "body_text": body} | more).encode()


def refused(report: Report) -> dict[str, str]:
    return {each.path.name: each.reason for each in report.refused}


def test_what_is_no_file_is_named_and_not_waited_for(store: Store, folder: Path) -> None:
    (folder / "good.jsonl").write_bytes(line("1", MOLE))
    os.mkfifo(folder / "pipe")
    (folder / "loop").symlink_to("loop")
    (folder / "broken").symlink_to("nowhere")
    (folder / "round").symlink_to(folder, target_is_directory=True)
    (folder / ".hidden").write_bytes(b"Dear all,")
    with socket.socket(socket.AF_UNIX) as ear:
        ear.bind(str(folder / "ear"))
        report = take(store, folder, folder / "pipe", Path("-"), folder / ("n" * 300))
    assert report.tally.new == 1
    assert set(refused(report)) == {"pipe", "loop", "broken", "ear", "-", "n" * 300}
    assert "standard input" in refused(report)["-"]


def test_bytes_that_are_damaged_are_named(store: Store, folder: Path) -> None:
    whole = gzip.compress(b"".join(line(str(n), f"{MOLE} {n}") for n in range(50)))
    (folder / "cut.gz").write_bytes(whole[: len(whole) // 2])
    (folder / "damaged.gz").write_bytes(whole[:20] + b"\xff" * 20 + whole[40:])
    (folder / "empty.xml").write_bytes(b"")
    (folder / "empty.gz").write_bytes(gzip.compress(b""))
    (folder / "good.xml").write_bytes(rss(("1", FROST)))
    report = take(store, folder)
    assert report.tally.new == 1
    assert set(refused(report)) == {"cut.gz", "damaged.gz", "empty.xml", "empty.gz"}


def test_a_file_that_changes_after_the_scan_costs_no_other(store: Store, folder: Path) -> None:
    names = ["gone.jsonl", "gone.xml", "other.xml", "cut.jsonl", "good.jsonl"]
    for number, name in enumerate(names):
        text = f"{MOLE} Number {number}."
        (folder / name).write_bytes(rss(("1", text)) if name.endswith("xml") else line("1", text) + line("2", FROST))
    with Archive([folder]) as files:
        files.scan()
        (folder / "gone.jsonl").unlink()
        (folder / "gone.xml").unlink()
        (folder / "other.xml").write_bytes(b"<html><body>Moved</body></html>")
        (folder / "cut.jsonl").write_bytes(b'{"headline": "cu')
        report = archive.take(files, settings=SETTINGS, store=store, clock=lambda: NOW)
    assert report.tally.new == 2
    assert set(refused(report)) == set(names) - {"good.jsonl"}
    assert len(report.refused) == 5, "a file that is gone is named once, a line that is cut each time"


def test_a_path_given_twice_is_taken_once(store: Store, folder: Path) -> None:
    (folder / "day.jsonl").write_bytes(line("1", MOLE))
    report = take(store, folder, folder / "day.jsonl", folder)
    assert (report.files, report.tally.entries, report.tally.new) == (1, 1, 1)


def test_snapshots_of_one_feed_taken_again_add_nothing(store: Store, folder: Path) -> None:
    for day, body in (("1", MOLE), ("2", MOLE.replace("14.2", "16.8"))):
        (folder / day).mkdir()
        (folder / day / "feed.xml").write_bytes(rss(("a", body), ("b", FROST)))
    assert take(store, folder).tally.new == 3
    assert take(store, folder).tally.new == 0


@contextmanager
def _open_files(limit: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_more_files_than_may_be_open(store: Store, folder: Path) -> None:
    for number in range(300):
        (folder / f"{number:03}.jsonl").write_bytes(line("1", f"Bulletin {number} of the harbour master."))
    with _open_files(len(list(Path("/proc/self/fd").iterdir())) + found.OPEN + 20):
        report = take(store, folder)
    assert report.refused == []
    assert report.tally.new == 300


@pytest.mark.parametrize("source", ["Cou\0rier", "Cou\ud800rier", token_hex(8000)], ids=["nul", "surrogate", "long"])
def test_an_odd_source_is_a_source(store: Store, folder: Path, source: str) -> None:
    (folder / "day.jsonl").write_bytes(line("1", MOLE, source))
    assert take(store, folder).tally.new == 1
    assert take(store, folder).tally.new == 0


def test_a_name_that_is_no_text_is_a_name(store: Store, folder: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.xml"))
    path.write_bytes(rss(("1", MOLE)))
    assert take(store, folder).tally.new == 1
    assert take(store, folder).tally.new == 0


def test_future_dates_don_t_empty_the_window(store: Store, folder: Path) -> None:
    between = [line(str(n), f"Bulletin {n}.", published="2095-01-01T00:00:00Z") for n in range(archive.BATCH)]
    first = line("mole", MOLE, published="2090-01-01T00:00:00Z")
    last = line("cut", MOLE.rpartition("\n\n")[0], "Echo", published="2099-01-01T00:00:00Z")
    (folder / "a.jsonl").write_bytes(first + b"".join(between) + last)
    report = take(store, folder)
    assert report.tally.joined == 1, "what is dated in the future counts as now, and is held against what came before"


def test_ctrl_c_keeps_what_was_taken(store: Store, folder: Path) -> None:
    (folder / "day.jsonl").write_bytes(b"".join(line(str(n), f"Bulletin {n}.") for n in range(2 * archive.BATCH + 9)))
    heard = []

    def interrupt(entries: int) -> None:
        heard.append(entries)
        if len(heard) == 2:
            raise KeyboardInterrupt

    with Archive([folder]) as files:
        files.scan()
        report = archive.take(files, settings=SETTINGS, store=store, clock=lambda: NOW, advance=interrupt)
    assert report.interrupted
    assert report.tally.new == 2 * archive.BATCH
    assert take(store, folder).tally.new == 9


def endless() -> bytes:
    """A feed that takes seconds to read."""
    return rss(*((str(n), "x") for n in range(25_000)))


def test_a_document_that_overruns_is_named_and_the_rest_is_taken(store: Store, folder: Path) -> None:
    (folder / "endless.xml").write_bytes(endless())
    (folder / "good.xml").write_bytes(rss(("1", MOLE)))
    with Archive([folder], WorkerPolicy(cpu=0.1)) as files:
        files.scan()
        report = archive.take(files, settings=SETTINGS, store=store, clock=lambda: NOW)
    assert refused(report) == {"endless.xml": "reading took more than 0.1 s of CPU, and was stopped"}
    assert report.tally.new == 1


_ITEMS = prepare.items


def _slow(seen: list[prepare.Seen], *rest: object) -> list[prepare.Item]:
    """As `prepare.items`, but for one entry that never ends."""
    while any(each.entry.guid == "poison" for each in seen):
        pass
    return _ITEMS(seen, *rest)  # type: ignore[arg-type]  # handed through


def test_an_entry_that_overruns_is_named_and_the_rest_of_its_batch_is_taken(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(found, "LONG", 100)
    several = [line(str(n), f"{MOLE} {n}" if n else "Short.") for n in range(5)]
    (folder / "lines.jsonl").write_bytes(b"".join([*several[:3], line("poison", FROST), *several[3:]]))
    with Archive([folder], WorkerPolicy(cpu=0.1)) as files:
        files.scan()
        with monkeypatch.context() as patched:
            patched.setattr(prepare, "items", _slow)  # in this process, and by its name in the child
            report = archive.take(files, settings=SETTINGS, store=store, clock=lambda: NOW)
        (one,) = report.refused
        assert "'News': reading took more than 0.1 s of CPU" in one.reason
        assert (report.tally.entries, report.tally.new) == (5, 5)
    assert take(store, folder).tally.new == 1, "what was refused is no known entry: under wider limits it is taken"


def test_bombs_are_named_and_bounded(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "ALLOWED", 1_000_000)
    monkeypatch.setattr(unpack, "MAX_LINE", 2_000)
    monkeypatch.setattr(unpack, "MAX_DOCUMENT", 100_000)
    (folder / "bomb.jsonl.gz").write_bytes(gzip.compress(line("1", MOLE) + b" " * 5_000_000))
    (folder / "giant.xml").write_bytes(rss(("1", "x" * 200_000)))
    (folder / "long.jsonl").write_bytes(line("1", MOLE) + line("2", "x" * 5_000) + line("3", FROST) + b"x" * 5_000)
    report = take(store, folder)
    assert [(each.path.name, each.line) for each in report.refused] == [
        ("bomb.jsonl.gz", None),
        ("giant.xml", None),
        ("long.jsonl", 2),
        ("long.jsonl", 4),
    ]
    assert "gzip bomb" in report.refused[0].reason
    assert "a document of more than" in report.refused[1].reason
    assert report.tally.new == 2


def test_versions_of_a_wire_item_are_one_entry_in_whatever_files_they_come(store: Store, folder: Path) -> None:
    (folder / "a.json").write_bytes(ninjs("urn:norda:1", "Mole", MOLE, 30, version="2"))
    (folder / "b.json").write_bytes(ninjs("urn:norda:1", "Frost", FROST, 10, version="1"))
    (folder / "c.json").write_bytes(ninjs("urn:norda:1", "Frost", "", 40, pubstatus="canceled"))
    report = take(store, folder)
    assert (report.files, report.tally.new, report.tally.stories) == (3, 3, 1)
    with store.reading() as read:
        (row,) = read.stories(limit=10)
        file = read.story(row.story_id)
    assert row.status == "killed"
    came = {(each.feed, each.source, each.guid) for each in file.deliveries}
    assert came == {("ingest:Norda", "Norda", "urn:norda:1")}


def test_items_that_are_no_text_are_counted_by_type(store: Store, folder: Path) -> None:
    picture = {"uri": "urn:norda:p", "type": "picture"}
    (folder / "text.json").write_bytes(ninjs("urn:norda:1", "Mole", MOLE, associations={"main": picture}))
    (folder / "photo.json").write_bytes(ninjs("urn:norda:2", "Divers", "", type="picture"))
    (folder / "event.json").write_bytes(ninjs("urn:norda:3", "Regatta", "", type="event"))
    report = take(store, folder)
    assert (report.refused, report.tally.new, report.tally.skipped) == ([], 1, {"event": 1, "picture": 2})
    assert str(report.tally).endswith("; no text and passed over: 1 event, 2 picture")
