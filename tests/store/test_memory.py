"""A write transaction answers from memory what it has gathered: the answers are those that a reader gets afterwards."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.samples import AGENCY, FEED, at, deliver, found, join, text
from wire.model import Relation, Status
from wire.policy import StorePolicy
from wire.store import Read, Store, Write

NAMES = "abcde"
STORIES = ("s0", "s1", "s2")
_step = st.tuples(
    st.sampled_from(["arrive", "arrive", "arrive", "see", "touch", "canonical", "merge", "flush", "commit"]),
    st.sampled_from(NAMES),
    st.sampled_from(STORIES),
    st.sampled_from([FEED, AGENCY]),
    st.integers(min_value=0, max_value=9),
)


def _answers(read: Read) -> dict[str, Any]:
    versions, keys = [f"v{name}" for name in NAMES], [*NAMES, "unknown"]
    return {
        "members": read.members(STORIES),
        "stories_of": read.stories_of(versions),
        "texts": read.texts(versions),
        "canonical": read.canonicals(STORIES),
        "last_number": read.last_number(),
        "contents": [read.contents(feed.key, keys) for feed in (FEED, AGENCY)],
        "lineage": [read.lineage(feed.key, keys) for feed in (FEED, AGENCY)],
    }


def _play(write: Write, step: tuple[Any, ...], merged: set[str]) -> None:
    """Do one step where it makes sense, as an ingest would."""
    act, name, story_id, feed, number = step
    copy = text(name)
    known = write.stories_of([copy.version_id]).get(copy.version_id)
    alive = bool(write.members([story_id]))
    match act:
        case "arrive" if known:
            deliver(write, copy, known, feed=feed, minutes=number, key=name)
        case "arrive" if alive:
            join(write, copy, story_id, feed=feed, minutes=number, key=name)
        case "arrive" if story_id not in merged:
            found(write, copy, story_id, feed=feed, minutes=number, key=name)
        case "see":
            write.see_entry(feed.key, name, {f"h{number}", "h"}, at(number))
        case "touch" if alive:
            write.touch(story_id, status=Status.WITHHELD)
        case "canonical" if known:
            others = [each.version_id for each in write.members([known])[known] if each.version_id != copy.version_id]
            write.set_canonical(known, copy.version_id, dict.fromkeys(others, (Relation.REPRINT, number / 10)))
        case "merge" if alive and known and known != story_id:
            write.merge(story_id, into=known)
            merged.add(story_id)
        case "flush":
            write.flush()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(_step, max_size=25))
def test_answers_from_memory_are_the_answers_of_the_tables(
    sqlite_template: Path, steps: Sequence[tuple[Any, ...]]
) -> None:
    merged: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wire.db"
        path.write_bytes(sqlite_template.read_bytes())
        with Store.open(StorePolicy(url=f"sqlite:///{path}")) as store:
            with store.writing() as write:
                write.sync_feeds([FEED, AGENCY])
            rest = list(steps)
            while rest:
                with store.writing() as write:
                    while rest and (step := rest.pop(0))[0] != "commit":
                        _play(write, step, merged)
                    remembered = _answers(write)
                with store.reading() as read:
                    assert _answers(read) == remembered
                    assert all(
                        sum(each.is_canonical for each in read.story(story.story_id).versions) == 1
                        for story in read.stories()
                    )
