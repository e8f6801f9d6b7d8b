"""kill -9 in the middle of what waits, again and again: each file, object or message is taken exactly once."""

from pathlib import Path

import pytest

from tests.kills.loop import Found, kill_and_count
from tests.kills.places import place
from tests.mail import dovecot


def exactly_once(found: Found, items: int) -> None:
    """Every item was taken, put away and remembered, one time each."""
    assert (found.deliveries, found.headlines, found.rows, found.done) == (items, items, items, items)
    assert (found.left, found.in_order) == (0, True)


@pytest.mark.timeout(400)
def test_ten_kills_in_the_middle_of_a_folder(tmp_path: Path, sqlite_template: Path) -> None:
    with place("folder", tmp_path) as folder:
        found = kill_and_count(tmp_path, sqlite_template, folder, items=220, kills=10, batch=5)
    exactly_once(found, 220)
    assert found.kills == 10, "each met it in the middle"


@pytest.mark.parametrize(("kind", "items"), [("sftp", 300), ("ftp", 300), ("s3", 120)])
def test_kills_in_the_middle_of_a_folder_on_a_server(
    tmp_path: Path, sqlite_template: Path, kind: str, items: int
) -> None:
    with place(kind, tmp_path) as there:
        found = kill_and_count(tmp_path, sqlite_template, there, items=items, kills=3, batch=items // 15)
        exactly_once(found, items)
    assert found.kills == 3, "each met it in the middle"


def test_kills_in_the_middle_of_a_mailbox(tmp_path: Path, sqlite_template: Path) -> None:
    if not dovecot.BINARY:
        pytest.skip(dovecot.MISSING)
    with place("mail", tmp_path) as box:
        found = kill_and_count(tmp_path, sqlite_template, box, items=120, kills=2, batch=10)
    exactly_once(found, 120)
    assert found.kills >= 1
