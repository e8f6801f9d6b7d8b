"""A folder, listed and read: what is whole, in which order, and what is left alone."""

import os
import socket
import time
from pathlib import Path

import pytest

from tests.spools.box import LONG_AGO, NOW, Box, opened
from wire.errors import SpoolError
from wire.fetch.place import Left, Refused, Settling, SpoolBusy, Waiting
from wire.fetch.spool import Folder
from wire.model import Feed, SpoolFile


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path / "incoming")


def waiting(folder: Folder, settling: Settling | None = None, limit: int = 100) -> Waiting:
    return folder.waiting(lambda _: (), settling or Settling(), limit)


def names(feed: Feed, limit: int = 100) -> list[str]:
    with opened(feed) as folder:
        return [file.name for file in waiting(folder, limit=limit).files]


def only(folder: Folder) -> SpoolFile:
    (file,) = waiting(folder).files
    return file


def test_files_come_by_time_then_name_or_by_name_alone(box: Box) -> None:
    for name, at in (("b.xml", 2), ("c.xml", 1), ("a.xml", 2), ("10.xml", 3)):
        box.put(name, at=LONG_AGO + at)
    assert names(box.feed()) == ["c.xml", "a.xml", "b.xml", "10.xml"]
    assert names(box.feed(order="name")) == ["10.xml", "a.xml", "b.xml", "c.xml"]


def test_of_too_many_the_first_ones_come_and_the_rest_is_counted(box: Box) -> None:
    for number in range(2_000):
        box.put(f"{number:04}.xml", "x", at=LONG_AGO + (number * 7) % 2_000)
    with opened(box.feed()) as folder:
        found = waiting(folder, limit=10)
    assert [file.modified // 10**9 - LONG_AGO for file in found.files] == list(range(10))
    assert found.more == 1_990


def test_only_plain_files_of_the_pattern_that_are_not_hidden(box: Box, tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text("x")
    box.put("good.xml")
    box.put(".half.xml")
    box.put("other.json")
    (box.path / "folder.xml").mkdir()
    (box.path / "folder.xml" / "inside.xml").write_text("x")
    (box.path / "link.xml").symlink_to(secret)
    (box.path / "loop.xml").symlink_to("loop.xml")
    os.mkfifo(box.path / "pipe.xml")
    with socket.socket(socket.AF_UNIX) as channel:
        channel.bind(os.path.relpath(box.path / "socket.xml"))
        with opened(box.feed()) as folder:
            found = waiting(folder)
    assert [file.name for file in found.files] == ["good.xml"]
    assert sorted(found.odd) == ["link.xml", "loop.xml", "pipe.xml", "socket.xml"]


def test_what_became_a_link_or_a_pipe_since_it_was_listed_is_not_opened(box: Box, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("not for publication")
    path = box.put("a.xml", "x" * 19)
    with opened(box.feed()) as folder:
        file = only(folder)
        path.unlink()
        assert folder.read(file) == Left(problem=None)
        path.symlink_to(secret)
        assert isinstance(found := folder.read(file), Left)
        assert found.problem, "it is said"
        path.unlink()
        os.mkfifo(path)
        assert folder.read(file) == Left(problem=None), "and nobody waits for a writer"


def test_a_folder_under_which_another_one_is_put_stays_the_one_that_was_opened(box: Box, tmp_path: Path) -> None:
    box.put("a.xml", "mine")
    with opened(box.feed()) as folder:
        file = only(folder)
        box.path.rename(tmp_path / "away")
        other = Box(box.path)
        other.put("a.xml", "theirs")
        assert folder.read(file) == b"mine"
        folder.put_away(file, None, NOW)
    assert (tmp_path / "away" / "done" / "a.xml").read_text() == "mine"
    assert other.names() == ["a.xml"]


@pytest.mark.parametrize(
    "name",
    [b"two\nlines.xml", b"\xff\xfe.xml", "Übergröße 100%.xml".encode(), b"-rf.xml", b"a" * 251 + b".xml", b"%41.xml"],
)
def test_names_are_bytes(box: Box, name: bytes) -> None:
    box.put(name, "x")
    with opened(box.feed()) as folder:
        file = only(folder)
        assert folder.read(file) == b"x"
        assert file.shown.isprintable()
        assert (file.shown.encode() == name) == (name in {b"-rf.xml", b"a" * 251 + b".xml"})
        folder.put_away(file, "broken", NOW)
    assert sum(each.endswith(".reason") for each in box.names("failed")) == 1


# --- whole or not -----------------------------------------------------------------------------------------------------


def test_a_file_is_whole_when_it_has_not_changed_for_a_while(box: Box) -> None:
    settling = Settling()
    with opened(box.feed(settle=60.0)) as folder:
        box.put("old.xml", at=time.time() - 61)
        young = box.put("young.xml", at=time.time() - 20)
        found = waiting(folder, settling)
        assert [file.name for file in found.files] == ["old.xml"]
        assert found.settling == 1
        assert 30 < (found.settled_in or 0) <= 40
        os.utime(young, (LONG_AGO, LONG_AGO))
        assert len(waiting(folder, settling).files) == 2, "or renamed in, after it was written"


def test_a_file_from_a_clock_that_is_ahead_is_whole_once_it_was_seen_the_same_for_so_long() -> None:
    settling = Settling()
    file = SpoolFile(name="a.xml", size=3, modified=10**12)
    assert settling.left(file, 5.0, wall=0, steady=100.0) == 5.0
    assert settling.left(file, 5.0, wall=0, steady=103.0) == 2.0
    grown = SpoolFile(name="a.xml", size=4, modified=10**12)
    assert settling.left(grown, 5.0, wall=0, steady=104.0) == 5.0, "it grows"
    assert settling.left(grown, 5.0, wall=0, steady=109.0) == 0.0
    settling.keep({"b.xml"})
    assert not settling.since


def test_with_settle_0_a_file_is_taken_at_sight(box: Box) -> None:
    box.put("a.xml", at=time.time() + 3_600)
    assert names(box.feed(settle=0.0)) == ["a.xml"]


def test_a_file_that_changes_while_it_is_read_is_not_taken(box: Box) -> None:
    path = box.put("a.xml", "first")
    with opened(box.feed()) as folder:
        file = only(folder)
        with path.open("a") as stream:
            stream.write(" and more")
        assert folder.read(file) == Left(problem=None)


def test_what_is_empty_or_too_large_is_refused_unread(box: Box) -> None:
    box.put("a.xml", "")
    with opened(box.feed()) as folder:
        assert folder.read(only(folder)) == Refused(reason="the file is empty")
    box.put("a.xml", "x" * 101)
    with opened(box.feed(), max_bytes=100) as folder:
        assert isinstance(refused := folder.read(only(folder)), Refused)
        assert "101 bytes" in refused.reason
        assert "max_bytes" in refused.reason


def test_a_file_that_may_not_be_read_says_so_and_stays(box: Box) -> None:
    path = box.put("a.xml")
    path.chmod(0)
    with opened(box.feed()) as folder:
        file = only(folder)
        root = os.geteuid() == 0
        if root:
            os.seteuid(65_534)
        try:
            found = folder.read(file)
        finally:
            if root:
                os.seteuid(0)
    assert found == Left(problem="a.xml can't be used: Permission denied")


# --- the folder itself ------------------------------------------------------------------------------------------------


def test_one_process_at_a_time_where_files_move_and_any_number_where_they_stay(box: Box) -> None:
    with opened(box.feed()), pytest.raises(SpoolBusy), opened(box.feed()):
        pass
    with opened(box.feed()), opened(box.feed(taken="keep")), opened(box.feed(taken="keep")):
        pass


def test_a_folder_that_is_not_there_is_said(box: Box, tmp_path: Path) -> None:
    box.path.rmdir()
    with pytest.raises(SpoolError, match=r"incoming is not there"), opened(box.feed()):
        pass
    box.path.write_text("a file")
    with pytest.raises(SpoolError, match=r"incoming is no folder"), opened(box.feed()):
        pass


def test_our_own_folder_is_never_somebody_elses(box: Box, tmp_path: Path) -> None:
    (box.path / ".presswire").symlink_to(tmp_path)
    with pytest.raises(SpoolError, match="link"), opened(box.feed()):
        pass


def test_a_folder_that_stays_as_it_is_need_not_be_writable(box: Box) -> None:
    box.put("a.xml")
    assert names(box.feed(taken="keep")) == ["a.xml"]
    assert not (box.path / ".presswire").exists()
