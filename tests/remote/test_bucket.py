"""Objects in a bucket: what is taken, where it goes, that it is taken once, and what an operator is told."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_server

import anyio
import pytest

from tests.remote.far import Wall, listed
from tests.remote.s3d import BUCKET, S3Box, S3d, s3d
from tests.spools.box import NOW, headlines, looked, rows, rss
from wire.errors import SpoolError
from wire.fetch.place import Left, Settling
from wire.model import Health
from wire.poll import Poller
from wire.store import Store

pytestmark = pytest.mark.xdist_group("s3")  # the server takes seconds to start


def test_objects_are_taken_in_order_and_put_away(sqlite: Store, bucket: S3Box) -> None:
    for name in ("3.xml", "1.xml", "2.xml", "a.json", ".half.xml", "below/4.xml"):
        bucket.put(name)
    (summary,) = looked(sqlite, bucket.feed(), chosen=bucket.settings())
    assert (summary.outcome, summary.message, summary.tally.new) == ("ok", None, 3)
    assert headlines(sqlite) == ["Item 1.xml", "Item 2.xml", "Item 3.xml"]
    assert bucket.names("done") == ["1.xml", "2.xml", "3.xml"]
    assert bucket.names() == [".half.xml", "a.json"]
    assert bucket.names("below") == ["4.xml"]
    (again,) = looked(sqlite, bucket.feed(), chosen=bucket.settings())
    assert (again.outcome, again.tally.new) == ("unchanged", 0)


def test_objects_are_whole_when_they_are_listed_and_come_in_pages(
    bucket: S3Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wire.fetch.remote.bucket.PAGE", 3)
    for number in range(8):
        bucket.put(f"{number}.xml")
    with bucket.opened(settle=5.0) as place:
        found = place.waiting(lambda _: (), Settling(), 5)
    assert [file.name for file in found.files] == [f"{number}.xml" for number in range(5)]
    assert (found.more, found.settling) == (3, 0)


def test_what_cannot_be_taken_goes_to_failed_with_its_reason(sqlite: Store, bucket: S3Box) -> None:
    bucket.put("1.xml", "<html><body>Please log in.</body></html>")
    bucket.put("2.xml", "x" * 5_000)
    bucket.put("3.xml")
    (summary,) = looked(sqlite, bucket.feed(), chosen=bucket.settings(max_bytes=4_000))
    assert (summary.outcome, summary.state.health) == ("ok", Health.OK)
    assert bucket.names("failed") == ["1.xml", "1.xml.reason", "2.xml", "2.xml.reason"]
    assert bucket.get("failed/2.xml.reason").endswith("max_bytes is 4,000\n")
    assert headlines(sqlite) == ["Item 3.xml"]


def test_nothing_in_done_is_overwritten(sqlite: Store, bucket: S3Box) -> None:
    for text in ("First", "Second", "Third"):
        bucket.put("a.xml", rss((text, text)))
        looked(sqlite, bucket.feed(), chosen=bucket.settings())
    assert bucket.names("done") == ["a-2.xml", "a-3.xml", "a.xml"]
    assert "First" in bucket.get("done/a.xml")


def test_removed_kept_or_put_elsewhere(sqlite: Store, bucket: S3Box) -> None:
    bucket.put("a.xml")
    kept = bucket.feed(taken="keep")
    looked(sqlite, kept, chosen=bucket.settings(kept))
    (again,) = looked(sqlite, kept, chosen=bucket.settings(kept))
    assert (again.outcome, bucket.names(), len(headlines(sqlite))) == ("unchanged", ["a.xml"], 1)
    bucket.put("a.xml", rss(("b", "Another one")))
    removed = bucket.feed(taken="remove")
    looked(sqlite, removed, chosen=bucket.settings(removed))
    assert (bucket.names(), bucket.names("done"), headlines(sqlite)) == ([], [], ["Item a.xml", "Another one"])
    bucket.put("c.xml")
    aside = bucket.feed(done="../taken")
    looked(sqlite, aside, chosen=bucket.settings(aside))
    assert bucket.names("../taken") == []
    listing = bucket.client.list_objects_v2(Bucket=BUCKET, Prefix=bucket.prefix.replace("/in/", "/taken/"))
    assert [each["Key"].rpartition("/")[2] for each in listing["Contents"]] == ["c.xml"]


def test_old_objects_in_done_are_removed_and_nobody_elses(sqlite: Store, bucket: S3Box) -> None:
    for name in ("a.xml", "b.xml"):
        bucket.put(name)
    bucket.put("c.xml", "broken")
    feed = bucket.feed(done_kept=60.0, failed_kept=60.0)
    looked(sqlite, feed, chosen=bucket.settings(feed))
    bucket.put("done/b.xml", "of somebody else's")
    looked(sqlite, feed, chosen=bucket.settings(feed), clock=lambda: NOW + timedelta(hours=2))
    assert (bucket.names("done"), bucket.names("failed"), rows(sqlite)) == (["b.xml"], [], {})


def test_an_object_that_is_replaced_or_goes_since_it_was_listed_or_read_goes_on_waiting(bucket: S3Box) -> None:
    bucket.put("a.xml", "one")
    with bucket.opened() as place:
        file = listed(place)["a.xml"]
        assert place.read(file) == b"one"
        bucket.put("a.xml", "two")
        assert place.read(file) == Left(problem=None)
        assert place.put_away(file, None, NOW) is None
        assert (bucket.get("a.xml"), bucket.names("done")) == ("two", [])
        bucket.drop("a.xml")
        assert place.read(file) == Left(problem=None)
        assert place.put_away(file, None, NOW) is None
        assert not place.stands(file)


def test_what_a_kill_leaves_is_put_away_and_not_taken_again(sqlite: Store, bucket: S3Box) -> None:
    """Between the commit and the copy, between copy and removal, and after it."""
    for name in ("before.xml", "middle.xml", "after.xml"):
        bucket.put(name)
    kept = bucket.feed(taken="keep")
    looked(sqlite, kept, chosen=bucket.settings(kept))
    with sqlite.writing() as write:
        for row in rows(sqlite).values():
            write.spools.forget([row.number])
            write.spools.add("box", [replace(row, settled=False, stored=None)])
    for name in ("middle.xml", "after.xml"):
        bucket.put(f"done/{name}", bucket.get(name))
    bucket.drop("after.xml")
    (summary,) = looked(sqlite, bucket.feed(), chosen=bucket.settings())
    assert (summary.failed, summary.tally.new) == (False, 0)
    assert bucket.names("done") == ["after.xml", "before.xml", "middle.xml"]
    assert bucket.names() == []
    assert all(row.settled and row.stored == name for name, row in rows(sqlite).items())


@pytest.mark.parametrize("name", ["two words & more #1 100%.xml", "Übergröße+.xml", "[x]?.xml"])
def test_names_of_all_kinds(bucket: S3Box, name: str) -> None:
    bucket.put(name, "x")
    with bucket.opened() as place:
        file = listed(place)[name]
        assert place.read(file) == b"x"
        assert place.put_away(file, "no good", NOW) == name
    assert bucket.names("failed") == [name, f"{name}.reason"]


# --- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def guarded() -> Iterator[S3d]:
    """A server that lets in only who shows a key that it knows."""
    with s3d("--keys") as server:
        yield server


def test_keys_that_are_not_taken_and_rights_that_are_missing_are_said(
    sqlite: Store, guarded: S3d, tmp_path: Path
) -> None:
    bucket = S3Box(tmp_path, server=guarded)
    bucket.put("a.xml")
    name, secret = guarded.owner
    for user, password in (("AKIANOBODYKNOWSTHIS1", "x" * 40), (name, "no such secret, this")):
        bucket.access = replace(bucket.access, user=user, password=password, secrets=frozenset({password}))
        (summary,) = looked(sqlite, bucket.feed(), chosen=bucket.settings())
        assert summary.outcome == "access"
        assert "does not take the key" in (summary.message or "")
        assert password not in repr(summary)
    bucket.access = replace(bucket.access, user=guarded.reader[0], password=guarded.reader[1])
    (summary,) = looked(sqlite, bucket.feed(), chosen=bucket.settings())
    assert (summary.outcome, summary.tally.new) == ("spool", 1)
    assert "a.xml can't be moved: this key may not copy an object" in (summary.message or "")
    bucket.access = replace(bucket.access, user=name, password=secret)
    (summary,) = looked(sqlite, bucket.feed(), chosen=bucket.settings())
    assert (summary.failed, summary.tally.new, bucket.names("done")) == (False, 0, ["a.xml"])


def test_no_bucket_no_server_and_an_address_inside_are_said(sqlite: Store, bucket: S3Box) -> None:
    feed = bucket.feed(allow_private=False)
    (summary,) = looked(sqlite, feed, chosen=bucket.settings(feed))
    assert (summary.outcome, "allow_private" in (summary.message or "")) == ("address", True)
    other = replace(bucket.feed(), url="s3://nowhere/in/*.xml")
    (summary,) = looked(sqlite, other, chosen=bucket.settings(other))
    assert (summary.outcome, "there is no such bucket" in (summary.message or "")) == ("spool", True)
    with create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        silent = bucket.feed(endpoint=f"http://127.0.0.1:{port}")
        (summary,) = looked(sqlite, silent, chosen=bucket.settings(silent, timeout=1.0))
    assert (summary.outcome, "took " in (summary.message or "")) == ("spool", True), summary.message
    gone = bucket.feed(endpoint=f"http://127.0.0.1:{port}")
    (summary,) = looked(sqlite, gone, chosen=bucket.settings(gone))
    assert (summary.outcome, "can't be reached" in (summary.message or "")) == ("spool", True), summary.message


def test_who_is_no_store_is_an_error_of_its_feed(bucket: S3Box, site: str) -> None:
    with pytest.raises(SpoolError, match="the bucket newsroom at 127"), bucket.opened(endpoint=site):
        pass


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Please log in</title>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    """A web page, whatever is asked for."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def walled(bucket: S3Box) -> Iterator[tuple[Wall, str]]:
    """A wall before the server, and the address of the wall."""
    assert bucket.server
    with Wall(server=bucket.server.port).standing() as wall:
        yield wall, f"http://127.0.0.1:{wall.port}"


def test_a_store_that_falls_silent_or_breaks_off_in_the_middle_loses_and_doubles_nothing(
    sqlite: Store, bucket: S3Box
) -> None:
    bucket.put("a.xml", rss(*((str(number), f"Item {number}") for number in range(300))))
    with walled(bucket) as (wall, endpoint):
        feed = bucket.feed(endpoint=endpoint)
        wall.silent_after = 20_000
        began = time.monotonic()
        (summary,) = looked(sqlite, feed, chosen=bucket.settings(feed, timeout=1.0))
        assert time.monotonic() - began < 15
        assert (summary.outcome, summary.tally.new) == ("spool", 0), summary.message
        wall.silent_after, wall.cut_after = float("inf"), wall.passed + 20_000
        (summary,) = looked(sqlite, feed, chosen=bucket.settings(feed))
        assert (summary.outcome, summary.tally.new) == ("spool", 0), summary.message
        wall.cut_after = float("inf")
        (summary,) = looked(sqlite, feed, chosen=bucket.settings(feed))
    assert (summary.outcome, summary.tally.new, bucket.names("done")) == ("ok", 300, ["a.xml"])


def test_whoever_has_to_stop_does_not_wait_for_a_store(sqlite: Store, bucket: S3Box) -> None:
    bucket.put("a.xml")
    with walled(bucket) as (wall, endpoint):
        wall.silent_after = 0
        feed = bucket.feed(endpoint=endpoint)

        async def stopped() -> None:
            async with Poller(settings=bucket.settings(feed, timeout=60.0), store=sqlite, clock=lambda: NOW) as poller:
                with anyio.move_on_after(1.0):
                    await poller.poll([feed])

        began = time.monotonic()
        anyio.run(stopped)
        assert time.monotonic() - began < 10


def test_what_is_missing_here_is_named_with_the_extra_that_brings_it(
    bucket: S3Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("wire.fetch.remote.objects", "wire.fetch.remote.answers"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "botocore.exceptions", None)
    with pytest.raises(SpoolError, match=r"which is not installed: pip install 'presswire\[s3\]'"), bucket.opened():
        pass
