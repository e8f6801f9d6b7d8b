"""docs/database.md: each question that it answers is asked on both databases, straight out of the page."""

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

from tests.store.database import connected, rows
from tests.store.samples import AGENCY, FEED, at, deliver, found, join, text
from tests.store.test_health import alert
from wire.health import Condition, Pulse
from wire.model import Health, PollState, Relation, Signal, Status
from wire.store import Gap, Poll, Store

PAGE = (Path(__file__).parents[2] / "docs" / "database.md").read_text("utf-8")
_BLOCK = PAGE.partition("## Questions and answers")[2].partition("```sql\n")[2].partition("```")[0]
QUESTIONS = {
    title.strip(): sql.strip()
    for title, sql in (each.strip().removeprefix("-- ").split("\n", 1) for each in _BLOCK.split(";\n") if each.strip())
}
ANSWERS: dict[str, list[tuple[Any, ...]]] = {
    "the latest stories that may be used": [("s1", "Ferry back"), ("s5", "Ferry e back in service")],
    "everything that moved since a number": [(5, "story"), (6, "merged")],
    "the stories that moved since a number, as they stand now": [("s5", "usable"), ("s1", "usable")],
    "whether changes behind a number are no longer kept (a row: too late)": [],
    "who carried a story, the first first": [
        ("Norda", "https://harbour.example/a"),
        ("Harbour Post", "https://harbour.example/b"),
        ("Harbour Post", "https://harbour.example/a"),
        ("Harbour Post", "https://harbour.example/d"),
    ],
    "the first to carry each story": [
        ("s5", "Harbour Post"),
        ("s3", "Norda"),
        ("s2", "Harbour Post"),
        ("s1", "Norda"),
    ],
    "what is carried most widely since a time": [
        ("s1", "Ferry back", 2),
        ("s2", "Withdrawn", 2),
        ("s3", "Budget", 1),
        ("s5", "Ferry e back in service", 1),
    ],
    "what only one source has": [("s5", "Ferry e back in service", "Harbour Post")],
    "the versions of a story, the canonical one first": [("va", True), ("vb", False), ("vd", False)],
    "the text of a story as it stands now": [("Ferry back", "Ada Lund")],
    "what an id from an old link stands for today": [("s1",)],
    "corrections since a time": [("s1", "Harbour Post"), ("s1", "Harbour Post"), ("s1", "Norda")],
    "killed or withheld, but published: who carried it, where and when": [("s2", "killed", "Harbour Post")],
    "under embargo, the next to be free first": [("s3", "Budget")],
    "how each feed edited its entry of a story": [("harbour",), ("harbour",), ("harbour",), ("norda",)],
    "full text: the best first": [("s1",), ("s1",), ("s1",), ("s5",)],
    "full text: one row a story, the latest first": [("s1",), ("s5",)],
    "feeds gone silent, and since when": [("norda", "Norda")],
    "what is wrong now, and what to do about it": [("norda", "silent")],
    "feeds that need a look": [("harbour", "failing", 3), ("norda", "new", 0)],
    "where entries were probably missed lately": [("harbour",)],
    "which feeds are seen late": [("harbour", 10, 40)],
}
"""The first columns of each answer about the day of `day`."""


@pytest.fixture
def day(store: Store) -> Store:
    """A day with something of everything."""
    plain = {"signals": ()}
    with store.writing() as write:
        write.sync_feeds([FEED, AGENCY])
        found(write, text("a", headline="Ferry back"), "s1", feed=AGENCY)
        join(write, text("b", headline="Ferry returns"), "s1", minutes=5)
        deliver(write, text("a", headline="Ferry again"), "s1", minutes=6)
        write.set_canonical("s1", "va", {"vb": (Relation.REPRINT, 0.75)})
        found(write, text("c", headline="Withdrawn", paragraphs=("Nothing.",), **plain), "s2", minutes=7)
        deliver(write, text("c", headline="KILL", signals=(Signal.KILL,)), "s2", minutes=8, feed=AGENCY)
        write.touch("s2", status=Status.KILLED, updated_at=at(8))
        found(write, text("f", headline="Budget", paragraphs=("Later.",), **plain), "s3", minutes=9, feed=AGENCY)
        write.touch("s3", status=Status.EMBARGOED, embargo_until=at(1e9))
        found(write, text("d", **plain), "s4", minutes=10)
        found(write, text("e", **plain), "s5", minutes=11)
        write.merge("s4", into="s1")
        write.change("merged", at=at(12), story_id="s4", detail={"into": "s1", "versions": ["vd"]})
        write.set_canonical("s1", "va", {"vb": (Relation.REPRINT, 0.75), "vd": (None, None)})
        write.touch("s1", updated_at=at(12))
        failing = PollState(feed=FEED.key, url=FEED.url, health=Health.FAILING, failures=3, last_error="404")
        write.save_poll(failing, Poll(at=at(9), outcome="status"))
        write.add_gap(FEED.key, 1, Gap(at=at(9), since=at(0), entries=5, missed=2))
        write.save_pulse(Pulse(feed=FEED.key, recent="+!", lags=(10, 10, 20, 40)))
        write.save_pulse(Pulse(feed=AGENCY.key, recent="+-"))
        write.note([alert(Condition.SILENT, AGENCY.key)], tell=False)
    return store


def test_there_is_an_answer_to_every_question() -> None:
    assert list(QUESTIONS) == list(ANSWERS)
    assert len(QUESTIONS) >= 15


@pytest.mark.usefixtures("day")
def test_the_documented_questions_have_answers(database_url: str) -> None:
    values = {"story_id": "s1", "old_id": "s4", "seq": 4, "since": "2026-01-21T00:00:00.000000Z"}
    for title, sql in QUESTIONS.items():
        mine = {name: value for name, value in values.items() if re.search(rf":{name}\b", sql)}
        answer = [tuple(row.values()) for row in rows(database_url, sql, **mine)]
        wanted = ANSWERS[title]
        if title.startswith("full text: the best"):
            answer.sort()
        width = len(wanted[0]) if wanted else 0
        assert [row[:width] for row in answer] == wanted, title
    late = QUESTIONS["whether changes behind a number are no longer kept (a row: too late)"]
    assert rows(database_url, late, seq=99) == [{"first_seq": 1, "last_seq": 6}]


def test_the_dictionary_has_the_columns_of_the_search(database_url: str) -> None:
    section = PAGE.partition("\n### `search_v1(query)`\n")[2].partition("\n| in the query")[0]
    documented = re.findall(r"^\| `(\w+)`", section, flags=re.MULTILINE)
    with connected(database_url) as connection:
        result = connection.exec_driver_sql("SELECT *, rank FROM search_v1('x')")
        assert set(documented) == set(result.keys())


def test_the_diagram_shows_every_view(database_url: str) -> None:
    diagram = PAGE.partition("```mermaid")[2].partition("```")[0]
    with connected(database_url) as connection:
        views = {name for name in inspect(connection).get_view_names() if re.search(r"_v\d+$", name)}
    assert set(re.findall(r"\w+_v\d+", diagram)) == views | {"search_v1"}
