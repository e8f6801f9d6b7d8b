"""What is remembered of a feed comes back as it was, on both databases."""

import math
from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest

from tests.store.samples import FEED
from wire.model import Health, Hints, Move, PollState, Rhythm, Trust, Validators
from wire.store import Store

AT = datetime(2031, 3, 5, 12, 30, 15, 123456, tzinfo=UTC)
FULL = PollState(
    feed=FEED.key,
    url="https://a.example/feed",
    moved_to="https://new.example/feed",
    move=Move(to="https://newer.example/feed", seen=2),
    validators=Validators(etag='W/"ä"', last_modified="Wed, 05 Mar 2031 12:00:00 GMT"),
    body_hash="00ff",
    health=Health.GONE,
    last_polled_at=AT,
    last_ok_at=AT,
    next_poll_at=AT,
    next_poll_reason="its rhythm",
    interval=0.1 + 0.2,
    rhythm=Rhythm(entries=4.2, seconds=1e9 / 7),
    hints=Hints(ttl=1800.5, skip_hours=frozenset(range(24)), skip_days=frozenset({0, 6})),
    document=50,
    overlap=1 / 3,
    slowed=1.8,
    gone=2,
    overruns=2,
    trust=Trust(whole_at=AT, doubt=7, lies=3),
    failures=7,
    last_error="timeout: no whole answer within 30 s",
    entries_seen=12_345,
    gaps=3,
)


def test_the_sample_leaves_no_field_at_its_default() -> None:
    bare = PollState(feed="other", url="https://other.example/")
    assert not [each.name for each in fields(PollState) if getattr(FULL, each.name) == getattr(bare, each.name)]


ENDED = replace(FULL, hints=Hints(ttl=math.inf))


@pytest.mark.parametrize("state", [FULL, PollState(feed=FEED.key, url=FEED.url), ENDED], ids=["full", "bare", "ended"])
def test_a_state_comes_back_as_it_was(store: Store, state: PollState) -> None:
    with store.writing() as write:
        write.add_feeds([FEED])
        write.save_state(FULL)
        write.save_state(state)
    with store.reading() as read:
        assert read.poll_states() == {FEED.key: state}
