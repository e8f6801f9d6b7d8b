"""Killed at any moment, a daemon takes each message exactly once."""

from pathlib import Path

from tests.mail.box import Post
from tests.mail.kills import kill_and_count
from wire.policy import StorePolicy
from wire.store.migration import migrate


def test_each_message_is_taken_exactly_once(tmp_path: Path, post: Post) -> None:
    template = tmp_path / "template.db"
    migrate(StorePolicy(url=f"sqlite:///{template}"))
    found = kill_and_count(tmp_path, template, post, messages=120, kills=2, batch=10)
    assert (found.deliveries, found.headlines, found.left, found.in_order) == (120, 120, 0, True)
    assert found.done == 120
    assert found.kills >= 1
