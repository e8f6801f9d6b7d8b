"""Folders on servers of files, one of each kind: what is taken, where it goes, and that it is taken once."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.remote.conftest import Opens
from tests.remote.far import FarBox, listed
from tests.spools.box import LONG_AGO, NOW, headlines, looked, rows, rss
from wire.fetch.place import Left, Refused, Settling
from wire.model import Health, SpoolFile
from wire.store import Store


def test_files_are_taken_in_order_and_put_away(sqlite: Store, far: FarBox) -> None:
    for number in (3, 1, 2):
        far.put(f"{number}.xml", at=LONG_AGO + number)
    far.put("a & b.json")
    far.put(".half.xml")
    (far.path / "folder.xml").mkdir()
    (summary,) = looked(sqlite, far.feed(), chosen=far.settings())
    assert (summary.outcome, summary.message, summary.tally.new) == ("ok", None, 3)
    assert headlines(sqlite) == ["Item 1.xml", "Item 2.xml", "Item 3.xml"]
    assert far.names("done") == ["1.xml", "2.xml", "3.xml"]
    assert (far.path / "done/2.xml").stat().st_mtime == LONG_AGO + 2, "its time stays"
    assert far.names() == [".half.xml", "a & b.json"]
    assert far.hidden() == []
    (again,) = looked(sqlite, far.feed(), chosen=far.settings())
    assert (again.outcome, again.tally.new, again.state.entries_seen) == ("unchanged", 0, 3)
    assert again.state.interval == 300


def test_by_name_where_that_is_wanted_and_the_next_look_comes_at_once_where_more_wait(far: FarBox) -> None:
    for name, at in (("b.xml", 1), ("c.xml", 2), ("a.xml", 3)):
        far.put(name, at=LONG_AGO + at)
    with far.opened(order="name") as place:
        found = place.waiting(lambda _: (), Settling(), 2)
    assert ([file.name for file in found.files], found.more) == (["a.xml", "b.xml"], 1)


def test_what_cannot_be_taken_goes_to_failed_with_its_reason(sqlite: Store, far: FarBox) -> None:
    far.put("1.xml", at=LONG_AGO + 1)
    far.put("2.xml", "<html><body>Please log in.</body></html>", at=LONG_AGO + 2)
    far.put("3.xml", "", at=LONG_AGO + 3)
    far.put("4.xml", "x" * 5_000, at=LONG_AGO + 4)
    (summary,) = looked(sqlite, far.feed(), chosen=far.settings(max_bytes=4_000))
    assert (summary.outcome, summary.state.health) == ("ok", Health.OK)
    assert headlines(sqlite) == ["Item 1.xml"]
    failed = [f"{number}.xml{ending}" for number in (2, 3, 4) for ending in ("", ".reason")]
    assert far.names("failed") == failed
    assert (far.path / "failed/3.xml.reason").read_text() == "2026-03-01T12:00:00Z the file is empty\n"
    assert "max_bytes is 4,000" in (far.path / "failed/4.xml.reason").read_text()
    (far.path / "failed/2.xml").rename(far.path / "2.xml")
    far.put("2.xml", rss(("g", "Put right")), at=LONG_AGO + 2)
    looked(sqlite, far.feed(), chosen=far.settings())
    assert headlines(sqlite) == ["Item 1.xml", "Put right"]


def test_nothing_in_done_is_overwritten(sqlite: Store, far: FarBox) -> None:
    for text in ("First", "Second", "Third"):
        far.put("a.xml", rss((text, text)))
        looked(sqlite, far.feed(), chosen=far.settings())
    assert far.names("done") == ["a-2.xml", "a-3.xml", "a.xml"]
    assert "First" in (far.path / "done/a.xml").read_text()
    assert headlines(sqlite) == ["First", "Second", "Third"]


def test_removed_or_to_folders_elsewhere(sqlite: Store, far: FarBox) -> None:
    far.put("a.xml")
    removing = far.feed(taken="remove")
    looked(sqlite, removing, chosen=far.settings(removing))
    assert (far.names(), far.names("done")) == ([], [])
    far.put("b.xml")
    aside = far.feed(done="../taken-" + far.path.name)
    looked(sqlite, aside, chosen=far.settings(aside))
    assert [each.name for each in (far.path.parent / f"taken-{far.path.name}").iterdir()] == ["b.xml"]


def test_paths_may_count_from_where_the_login_begins(tmp_path: Path, opens: Opens) -> None:
    for scheme, knobs in (("sftp", {"command": f"internal-sftp -d {tmp_path}"}), ("ftp", {})):
        with opens(scheme, **knobs) as far:
            far.put("a.xml", "x")
            far.url = f"{far.url.partition('://')[0]}://{far.url.partition('://')[2].partition('/')[0]}/~/own"
            with far.opened() as place:
                file = listed(place)["a.xml"]
                assert place.read(file) == b"x"
                assert place.put_away(file, None, NOW)
            assert far.names() == []
    assert far.names("done") == ["a-2.xml", "a.xml"]


def test_kept_files_are_taken_once_and_another_one_under_the_name_again(sqlite: Store, far: FarBox) -> None:
    far.put("a.xml")
    far.put("b.xml", "broken")
    feed = far.feed(taken="keep")
    looked(sqlite, feed, chosen=far.settings(feed))
    (again,) = looked(sqlite, feed, chosen=far.settings(feed))
    assert (again.outcome, headlines(sqlite)) == ("unchanged", ["Item a.xml"])
    assert sorted(each.name for each in far.path.iterdir()) == ["a.xml", "b.xml"], "nothing is written there"
    far.put("a.xml", rss(("other", "Another one")), at=LONG_AGO + 60)
    looked(sqlite, feed, chosen=far.settings(feed))
    assert headlines(sqlite) == ["Item a.xml", "Another one"]


def test_a_file_is_whole_when_it_was_seen_the_same_for_a_while_whatever_the_clock_there_says(far: FarBox) -> None:
    """The clock of the server may be hours off, so the age of a file says nothing."""
    settling = Settling()
    path = far.put("a.xml", "be")
    with far.opened(settle=0.2) as place:
        found = place.waiting(lambda _: (), settling, 10)
        assert (found.files, found.settling) == ((), 1)
        assert 0 < (found.settled_in or 0) <= 0.2
        with path.open("a") as stream:
            stream.write("gun")
        place.waiting(lambda _: (), settling, 10)
        kept, since = settling.since["a.xml"]
        settling.since["a.xml"] = kept, since - 0.2
        (file,) = place.waiting(lambda _: (), settling, 10).files
        assert place.read(file) == b"begun"


def test_old_files_in_done_are_removed_and_nobody_elses(sqlite: Store, far: FarBox) -> None:
    far.put("a.xml")
    far.put("b.xml", "broken")
    far.put("c.xml")
    feed = far.feed(done_kept=60.0, failed_kept=60.0)
    looked(sqlite, feed, chosen=far.settings(feed))
    (far.path / "done/c.xml").write_text("of somebody else's")
    (far.path / "done/d.xml").write_text("of somebody else's")
    later = NOW + timedelta(hours=2)
    looked(sqlite, feed, chosen=far.settings(feed), clock=lambda: later)
    assert (far.names("done"), far.names("failed"), rows(sqlite)) == (["c.xml", "d.xml"], [], {})


# --- another file under the name --------------------------------------------------------------------------------------


def test_a_file_that_changes_or_goes_between_list_and_read_is_left(far: FarBox) -> None:
    path = far.put("a.xml", "one")
    with far.opened() as place:
        file = listed(place)["a.xml"]
        far.put("a.xml", "three", at=LONG_AGO + 1)
        assert place.read(file) == Left(problem=None)
        far.put("a.xml", "two", at=LONG_AGO + 1)
        assert place.read(file) == Left(problem=None)
        path.unlink()
        assert place.read(file) == Left(problem=None)


def test_a_file_that_was_replaced_since_it_was_read_goes_on_waiting(far: FarBox) -> None:
    far.put("a.xml", "read")
    with far.opened() as place:
        file = listed(place)["a.xml"]
        far.put("a.xml", "unread", at=LONG_AGO + 5)
        assert place.put_away(file, None, NOW) is None
        assert far.names() == ["a.xml"]
        assert far.hidden() == far.names("done") == []
        (far.path / "a.xml").unlink()
        assert place.put_away(file, None, NOW) is None, "gone"


def test_a_file_larger_than_it_was_listed_is_not_read_to_its_end(far: FarBox) -> None:
    far.put("a.xml", "x" * 500_000)
    with far.opened(max_bytes=100) as place:
        assert isinstance(place.read(listed(place)["a.xml"]), Refused)
        liar = SpoolFile(name="a.xml", size=10, modified=LONG_AGO * 10**9)
        assert place.read(liar) == Left(problem=None)
        far.put("b.xml", "the connection is fit for use")
        assert place.read(listed(place)["b.xml"]) == b"the connection is fit for use"


@pytest.mark.parametrize(
    "name", ["-rf.xml", "two words & more #1 100%.xml", "Übergröße.xml", "a" * 251 + ".xml", "[x]?.xml"]
)
def test_names_of_all_kinds(far: FarBox, name: str) -> None:
    far.put(name, "x")
    with far.opened() as place:
        file = listed(place)[name]
        assert place.read(file) == b"x"
        stored = place.put_away(file, "no good", NOW)
        assert stored
        assert far.names("failed") == sorted([stored, f"{stored}.reason"], key=os.fsencode)


# --- what a kill leaves -----------------------------------------------------------------------------------------------


def test_what_a_process_was_putting_away_is_put_away_or_waits_again(sqlite: Store, far: FarBox) -> None:
    """Killed between the commit and the move, in the middle of the move, and after it."""
    for name in ("before.xml", "middle.xml", "after.xml"):
        far.put(name)
    feed = far.feed(taken="keep")
    looked(sqlite, feed, chosen=far.settings(feed))
    _unsettle(sqlite)
    (far.path / ".presswire").mkdir()
    (far.path / "middle.xml").rename(far.path / ".presswire/0123abcd.middle.xml")
    (far.path / "done").mkdir()
    (far.path / "after.xml").rename(far.path / "done/after.xml")
    unread = far.put("unread.xml", rss(("u", "Unread so far")))
    unread.rename(far.path / ".presswire/0123abcd.unread.xml")
    looked(sqlite, far.feed(), chosen=far.settings())
    assert far.names("done") == ["after.xml", "before.xml", "middle.xml", "unread.xml"]
    assert far.names() == far.hidden() == []
    assert sorted(headlines(sqlite)) == ["Item after.xml", "Item before.xml", "Item middle.xml", "Unread so far"]
    assert all(row.settled and row.stored == name for name, row in rows(sqlite).items())


def _unsettle(store: Store) -> None:
    """As if files were taken, and their process had ended then."""
    with store.writing() as write:
        for row in rows(store).values():
            write.spools.forget([row.number])
            write.spools.add("box", [replace(row, settled=False, stored=None)])


def test_two_processes_do_not_take_one_file_away_from_each_other(far: FarBox, tmp_path: Path) -> None:
    far.put("a.xml", "one")
    with far.opened() as one, far.opened() as other:
        file = listed(one)["a.xml"]
        assert other.read(listed(other)["a.xml"]) == one.read(file) == b"one"
        assert one.put_away(file, None, NOW) == "a.xml"
        assert other.put_away(file, None, NOW) is None
        assert other.found(file, failed=False) == "a.xml"
        held = far.put("b.xml", "two")
        held.rename(far.path / ".presswire/feedbeef.b.xml")
        (taken,) = one.leftovers()
        assert other.leftovers() == [taken]
        one.put_back(taken)
        other.put_back(taken)
    assert far.names() == ["b.xml"]
