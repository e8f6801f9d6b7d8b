"""Archives of archives: packed files, what is in a zip or a tar, rows of Parquet, pages of the web."""

import bz2
import gzip
import io
import json
import lzma
import sys
import tarfile
import time
import uuid
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from tests import warm
from tests.store.database import everything
from tests.test_archive import SETTINGS, line, refused, rss
from tests.test_ingest import FROST, MOLE
from wire import archive
from wire.archive import Archive, Report, found
from wire.config import load
from wire.files import parquet, unpack
from wire.store import Store

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OTTER = "The harbour master of Brevik said on Monday that an otter had moved into the old customs house. " * 3


def take(store: Store, path: Path) -> Report:
    with Archive([path]) as files:
        files.scan()
        return archive.take(files, settings=SETTINGS, store=store, clock=lambda: NOW)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.mark.parametrize(
    ("name", "pack"),
    [("gz", gzip.compress), ("zst", zstd.compress), ("bz2", bz2.compress), ("xz", lzma.compress)],
)
def test_packed_lines(store: Store, folder: Path, name: str, pack: object) -> None:
    assert callable(pack)
    (folder / f"day.jsonl.{name}").write_bytes(pack(line("1", MOLE) + line("2", FROST)))
    report = take(store, folder)
    assert (report.tally.new, report.refused) == (2, [])


def zipped(path: Path, files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in files.items():
            packed.writestr(name, body)


def tarred(path: Path, files: dict[str, bytes], mode: str = "w") -> None:
    with tarfile.open(path, mode) as packed:  # type: ignore[call-overload]  # one of the modes for writing
        for name, body in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(body)
            packed.addfile(info, io.BytesIO(body))


INSIDE = {
    "news/one.xml": rss(("1", MOLE)),
    "news/two.jsonl": line("2", FROST),
    "news/three.jsonl.gz": gzip.compress(line("3", OTTER)),
    "news/.hidden.xml": rss(("4", "Not to be seen.")),
    "__MACOSX/news/one.xml": b"resource fork",
    "readme.txt": b"Nothing to take.",
    "more.zip": b"PK\x03\x04" + bytes(100),
}


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz", "tar.bz2", "tar.xz"])
def test_what_is_in_an_archive_is_taken_as_if_it_were_unpacked(store: Store, folder: Path, kind: str) -> None:
    path = folder / f"day.{kind}"
    if kind == "zip":
        zipped(path, INSIDE)
    else:
        tarred(path, INSIDE, f"w:{kind.partition('.')[2]}")
    report = take(store, folder)
    assert report.tally.new == 3
    assert {each.member: each.reason for each in report.refused} == {
        "readme.txt": "no known format: this is plain text",
        "more.zip": "no known format: this is a ZIP archive",
    }
    assert str(report.refused[0]).startswith(f"{path}: ")
    assert take(store, folder).tally.new == 0, "a second time"


def test_a_line_of_a_member_is_named(store: Store, folder: Path) -> None:
    zipped(folder / "day.zip", {"a.jsonl": line("1", MOLE) + b"{broken\n"})
    (one,) = take(store, folder).refused
    assert str(one).startswith(f"{folder / 'day.zip'}: a.jsonl:2: ")


def test_archives_that_are_no_good_are_named_and_the_rest_is_taken(store: Store, folder: Path) -> None:
    zipped(folder / "cut.zip", {"a.xml": rss(("1", MOLE))})
    (folder / "cut.zip").write_bytes((folder / "cut.zip").read_bytes()[:-30])
    tarred(folder / "cut.tar.gz", {"a.xml": rss(("1", MOLE)), "b.xml": bytes(9000)}, "w:gz")
    (folder / "cut.tar.gz").write_bytes((folder / "cut.tar.gz").read_bytes()[:-40])
    (folder / "cut.parquet").write_bytes(b"PAR1" + bytes(100))
    (folder / "cut.warc").write_bytes(b"WARC/1.0\r\nnonsense")
    (folder / "good.xml").write_bytes(rss(("1", MOLE)))
    report = take(store, folder)
    assert report.tally.new == 1
    assert set(refused(report)) >= {"cut.zip", "cut.tar.gz", "cut.parquet"}
    assert "damaged zip" in refused(report)["cut.zip"]


def test_a_member_that_is_a_bomb_is_named(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wire.files.shelf.ALLOWED", 100_000)
    zipped(folder / "bomb.zip", {"a.jsonl": b" " * 5_000_000, "b.jsonl": line("1", MOLE)})
    report = take(store, folder)
    assert report.tally.new == 1
    assert [each.reason for each in report.refused] == ["unpacked it is more than 100 times as large: a zip bomb"]
    assert unpack.ALLOWED > 100_000


def test_many_archives_take_few_descriptors(store: Store, folder: Path) -> None:
    for number in range(40):
        zipped(folder / f"{number}.zip", {"a.xml": rss((str(number), f"{MOLE} {number}"))})
    assert take(store, folder).tally.new == 40


# --- Parquet ----------------------------------------------------------------------------------------------------------


def rows(path: Path, **columns: object) -> None:
    pyarrow.parquet.write_table(pyarrow.table(columns), path)


def test_rows_of_parquet_under_the_names_of_data_sets(store: Store, database_url: str, folder: Path) -> None:
    rows(
        folder / "news.parquet",
        Title=["Mole", "Frost", None],
        text=[MOLE, FROST, OTTER],
        publisher=["Courier", "Courier", "Herald"],
        date=[datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 2, 2, tzinfo=UTC), None],
        score=[1.0, 2.0, 3.0],
    )
    report = take(store, folder)
    assert (report.tally.new, report.refused) == (3, [])
    kept = {(each["source"], each["published_at"]) for each in everything(database_url)["delivery"]}
    assert ("Courier", datetime(2026, 2, 1, tzinfo=UTC)) in kept
    assert ("Herald", None) in kept
    assert take(store, folder).tally.new == 0


def test_parquet_without_news_says_what_it_holds(store: Store, folder: Path) -> None:
    rows(folder / "prices.parquet", price=[1.0])
    assert refused(take(store, folder)) == {
        "prices.parquet": "a Parquet file without headline or body; its columns are price"
    }


def test_without_the_library_it_says_what_to_install(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows(folder / "news.parquet", title=["Mole"])
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    assert "presswire[parquet]" in refused(take(store, folder))["news.parquet"]
    assert parquet.MAGIC == b"PAR1"


# --- pages of the web -------------------------------------------------------------------------------------------------


def page(headline: str, body: str, published: str | None = None) -> bytes:
    stated = f"<meta property='article:published_time' content='{published}'>" if published else ""
    paragraphs = "".join(f"<p>{each}.</p>" for each in body.split(". ") if each)
    return (
        f"<html lang=en><head><title>{headline}</title>{stated}</head><body><nav><a href=/>Home</a></nav>"
        f"<article><h1>{headline}</h1>{paragraphs}</article><footer>All rights reserved</footer></body></html>"
    ).encode()


def crawled(path: Path, pages: list[tuple[str, bytes, str]], *, packed: bool = True) -> None:
    """A WARC file as a crawler writes it; each page with its request beside it."""
    records = [_record(0, "warcinfo", "", b"software: test", "application/warc-fields")]
    for number, (url, body, status) in enumerate(pages, 1):
        answer = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n".encode() + body
        records.append(_record(number, "request", url, b"GET / HTTP/1.1\r\n\r\n", "application/http; msgtype=request"))
        records.append(_record(number, "response", url, answer, "application/http; msgtype=response"))
    path.write_bytes(b"".join(gzip.compress(each) if packed else each for each in records))


def _record(number: int, kind: str, url: str, block: bytes, content_type: str) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, url + kind)}>\r\n"
        f"WARC-Date: 2026-02-01T10:{number % 60:02}:00Z\r\nWARC-Target-URI: {url}\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


LONG = (
    "The mole was seen in the garden of the town hall on Monday. Gardeners said that it had dug eleven holes. "
    "The mayor of Brevik asked for patience and said that nobody would be dismissed. "
    "A decision is expected at the council's next session, which begins on Thursday at nine. "
    "Neighbours have begun to sell cakes in the shape of a mole to the visitors who come to look at the holes."
)


@pytest.mark.parametrize("packed", [True, False])
def test_pages_become_entries_of_their_hosts(store: Store, database_url: str, folder: Path, packed: bool) -> None:
    crawled(
        folder / "news.warc.gz",
        [
            ("https://www.courier.test/mole", page("Mole in the garden", LONG, "2026-01-31T08:00:00Z"), "200 OK"),
            ("https://herald.test/mole", page("A mole", LONG.replace("eleven", "12")), "200 OK"),
            ("https://herald.test/gone", page("Gone", LONG), "404 Not Found"),
            ("https://herald.test/", b"<html><body><a href=/mole>Mole</a></body></html>", "200 OK"),
        ],
        packed=packed,
    )
    report = take(store, folder)
    assert (report.tally.new, report.refused) == (2, [])
    assert report.tally.skipped == {"page without an article": 1}
    kept = {each["source"]: (each["published_at"], each["url"]) for each in everything(database_url)["delivery"]}
    assert kept == {
        "courier.test": (datetime(2026, 1, 31, 8, tzinfo=UTC), "https://www.courier.test/mole"),
        "herald.test": (datetime(2026, 2, 1, 10, 2, tzinfo=UTC), "https://herald.test/mole"),
    }
    again = take(store, folder)
    assert again.tally.new == 0
    assert again.tally.skipped == {"page taken before": 2, "page without an article": 1}


def test_killed_in_the_middle_the_same_command_takes_the_rest(tmp_path: Path, sqlite_template: Path) -> None:
    """Pages are taken in small transactions: what one of them has taken is not looked into again."""
    database = tmp_path / "wire.db"
    database.write_bytes(sqlite_template.read_bytes())
    many = [(f"https://courier.test/{n}", page(f"Note {n}", f"Note number {n}. {LONG}"), "200 OK") for n in range(160)]
    crawled(tmp_path / "news.warc.gz", many)
    command = ["ingest", "--json", "--database", f"sqlite:///{database}", str(tmp_path / "news.warc.gz")]
    killed = warm.Process("wire", *command)
    with Store.open(load(None, environ={}, database=f"sqlite:///{database}").store) as store:
        while killed.poll() is None:
            with store.reading() as read:
                if sum(1 for _ in read.received()):
                    killed.kill()
                    break
            time.sleep(0.02)
        killed.wait()
        with store.reading() as read:
            before = sum(1 for _ in read.received())
    assert 0 < before < 160, before
    rest = warm.run(*command)
    assert rest.returncode == 0, rest.stderr
    tally = json.loads(rest.stdout)["tally"]
    assert (tally["new"], tally["skipped"]["page taken before"]) == (160 - before, before)


def test_pages_are_taken_in_small_batches() -> None:
    assert found.PAGES < found.BATCH
