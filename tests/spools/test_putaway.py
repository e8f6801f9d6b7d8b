"""Files put away: where they go, what is never lost on the way, and what a process leaves that ended in between."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.spools.box import LONG_AGO, Box, opened
from wire.errors import SpoolError
from wire.fetch.place import Settling
from wire.fetch.spool import Folder
from wire.model import SpoolFile

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path / "incoming")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A folder on another file system."""
    path = Path("/dev/shm") / f"wire-{os.getpid()}-{tmp_path.name}"  # noqa: S108 - a name of its own, made below
    path.mkdir()
    if path.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system")
    yield path
    for each in path.iterdir():
        each.unlink()
    path.rmdir()


def listed(folder: Folder) -> dict[str, SpoolFile]:
    return {file.name: file for file in folder.waiting(lambda _: (), Settling(), 100).files}


def put_away(box: Box, name: str, reason: str | None = None, **fields: object) -> str | None:
    with opened(box.feed(**fields)) as folder:
        return folder.put_away(listed(folder)[name], reason, NOW)


def test_to_done_with_its_time_or_to_failed_with_the_reason_beside(box: Box) -> None:
    box.put("a.xml", "one")
    box.put("b.xml", "two")
    assert put_away(box, "a.xml") == "a.xml"
    assert put_away(box, "b.xml", "not a feed") == "b.xml"
    assert (box.path / "done/a.xml").stat().st_mtime == LONG_AGO
    assert box.names("failed") == ["b.xml", "b.xml.reason"]
    assert (box.path / "failed/b.xml.reason").read_text() == "2026-03-01T12:00:00Z not a feed\n"
    assert box.names() == box.hidden() == []


def test_nothing_is_overwritten(box: Box) -> None:
    for text in ("one", "two", "three"):
        box.put("a.xml", text)
        put_away(box, "a.xml")
    assert [(box.path / "done" / name).read_text() for name in box.names("done")] == ["two", "three", "one"]
    assert box.names("done") == ["a-2.xml", "a-3.xml", "a.xml"]


def test_removed_or_kept(box: Box) -> None:
    box.put("a.xml")
    assert put_away(box, "a.xml", taken="keep") is None
    assert box.names() == ["a.xml"]
    assert put_away(box, "a.xml", taken="remove") is None
    assert box.names() == []
    assert not (box.path / "done").exists()
    box.put("b.xml")
    put_away(box, "b.xml", "broken", taken="remove")
    assert "b.xml" in box.names("failed"), "what could not be taken is never removed"


def test_folders_may_stand_elsewhere(box: Box, tmp_path: Path) -> None:
    box.put("a.xml")
    box.put("b.xml")
    put_away(box, "a.xml", done="../taken")
    put_away(box, "b.xml", "broken", failed=str(tmp_path / "wrong"))
    assert (tmp_path / "taken" / "a.xml").exists()
    assert (tmp_path / "wrong" / "b.xml").exists()


def test_onto_another_file_system(box: Box, elsewhere: Path) -> None:
    box.put("a.xml", "one")
    put_away(box, "a.xml", done=str(elsewhere))
    assert (elsewhere / "a.xml").read_text() == "one"
    assert (elsewhere / "a.xml").stat().st_mtime == LONG_AGO
    assert box.names() == box.hidden() == []


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """As a disk that is full: what is longer can't be written."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_is_full_leaves_the_file_where_it_was(box: Box, elsewhere: Path) -> None:
    box.put("a.xml", "x" * 5_000)
    with files_of_at_most(1_000), pytest.raises(SpoolError, match=r"a\.xml can't be moved to"):
        put_away(box, "a.xml", done=str(elsewhere))
    with files_of_at_most(10), pytest.raises(SpoolError, match=r"a\.xml can't be moved to failed"):
        put_away(box, "a.xml", "not a feed")
    assert box.names() == ["a.xml"]
    assert box.hidden() == box.names("failed") == []
    assert list(elsewhere.iterdir()) == []
    put_away(box, "a.xml", done=str(elsewhere))
    assert (elsewhere / "a.xml").stat().st_size == 5_000


def test_a_folder_for_files_is_no_link_that_an_uploader_has_put_there(box: Box, tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (box.path / "done").symlink_to(tmp_path / "etc")
    box.put("a.xml")
    with pytest.raises(SpoolError, match="can't be moved to done"):
        put_away(box, "a.xml")
    assert box.names() == ["a.xml"]
    assert list((tmp_path / "etc").iterdir()) == []


# --- another file under the name --------------------------------------------------------------------------------------


def test_a_file_that_was_replaced_since_it_was_read_goes_on_waiting(box: Box) -> None:
    box.put("a.xml", "read")
    with opened(box.feed()) as folder:
        file = listed(folder)["a.xml"]
        new = box.put("b.xml", "unread")
        new.rename(box.path / "a.xml")
        assert folder.put_away(file, None, NOW) is None
    assert (box.path / "a.xml").read_text() == "unread"
    assert box.names("done") == box.hidden() == []


def test_one_that_comes_while_another_is_put_back_takes_nothing_from_it(box: Box) -> None:
    box.put("a.xml", "older")
    with opened(box.feed()) as folder:
        file = listed(folder)["a.xml"]
        (box.path / "a.xml").rename(box.path / ".presswire" / "a.xml")
        box.put("a.xml", "newer", at=LONG_AGO + 9)
        folder.put_back(file)
        assert sorted((each.name, each.modified) for each in listed(folder).values()) == [
            ("a-2.xml", LONG_AGO * 10**9),
            ("a.xml", (LONG_AGO + 9) * 10**9),
        ]
    assert (box.path / "a-2.xml").read_text() == "older"
    assert box.hidden() == []


# --- a process that ended in between ----------------------------------------------------------------------------------


def leftovers(box: Box) -> list[SpoolFile]:
    with opened(box.feed()) as folder:
        return folder.leftovers()


def test_what_a_process_was_putting_away_is_found(box: Box) -> None:
    box.put("a.xml", "one")
    with opened(box.feed()) as folder:
        file = listed(folder)["a.xml"]
    (box.path / "a.xml").rename(box.path / ".presswire" / "a.xml")
    assert leftovers(box) == [file]
    with opened(box.feed()) as folder:
        assert folder.put_away(file, None, NOW, leftover=True) == "a.xml"
    assert box.names("done") == ["a.xml"]


def test_what_a_process_was_putting_back_is_there_once(box: Box) -> None:
    box.put("a.xml", "one")
    with opened(box.feed()) as folder:
        file = listed(folder)["a.xml"]
        os.link(box.path / "a.xml", box.path / ".presswire" / "a.xml")
        folder.put_back(file)
    assert box.names() == ["a.xml"]
    assert box.hidden() == []


def test_a_leftover_is_not_overwritten(box: Box) -> None:
    (box.path / ".presswire").mkdir()
    (box.path / ".presswire" / "a.xml").write_text("unread")
    box.put("a.xml", "read")
    with pytest.raises(SpoolError, match="another file of this name"):
        put_away(box, "a.xml")
    assert (box.path / ".presswire" / "a.xml").read_text() == "unread"
    assert box.names() == ["a.xml"]


def test_only_the_file_that_was_put_there_is_removed(box: Box) -> None:
    box.put("a.xml", "ours")
    with opened(box.feed()) as folder:
        file = listed(folder)["a.xml"]
        stored = folder.put_away(file, "broken", NOW)
        assert stored
        (box.path / "failed" / "a.xml").write_text("of an operator's, in its place")
        folder.remove(stored, file, failed=True)
        assert box.names("failed") == ["a.xml", "a.xml.reason"]
        box.put("failed/a.xml", "ours")
        folder.remove(stored, file, failed=True)
        assert box.names("failed") == []
        folder.remove(stored, file, failed=True)
