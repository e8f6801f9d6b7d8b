"""kill -9 in the middle of a folder on a server of files: each file is taken exactly once, in order."""

from pathlib import Path

import pytest

from tests.remote.kills import kill_and_count_there


@pytest.mark.parametrize(("scheme", "files"), [("sftp", 300), ("ftp", 300), ("s3", 120)])
def test_a_daemon_that_is_killed_again_and_again_takes_each_file_once(
    sqlite_template: Path, tmp_path: Path, scheme: str, files: int
) -> None:
    found = kill_and_count_there(scheme, tmp_path, sqlite_template, files=files, kills=3, batch=files // 15)
    assert found.kills == 3, "each met it in the middle"
    assert (found.deliveries, found.headlines, found.rows, found.done) == (files, files, files, files)
    assert (found.left, found.in_order) == (0, True)
