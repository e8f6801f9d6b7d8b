"""Every promise holds on what a faultless daemon would leave, and breaks, alone by its name, when that is spoilt."""

import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from tests.demo import perfect
from wire.demo import day as days
from wire.demo import screen
from wire.demo.day import HOURLY, Day
from wire.demo.found import Found, look
from wire.demo.promises import PROMISES, State, judge


@pytest.fixture(scope="module")
def day() -> Day:
    return days.load()


@pytest.fixture(scope="module")
def answers(day: Day) -> dict[tuple[str, int], int]:
    return perfect.answers(day)


@pytest.fixture(scope="module")
def faultless(tmp_path_factory: pytest.TempPathFactory, day: Day) -> Path:
    return perfect.database(tmp_path_factory.mktemp("demo") / "perfect.db", day)


@pytest.fixture
def database(tmp_path: Path, faultless: Path) -> Path:
    return Path(shutil.copy(faultless, tmp_path / "copy.db"))


def found(database: Path, day: Day, answers: dict[tuple[str, int], int], spoil: str = "") -> Found:
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(spoil)
    return look(database, day=day, polled=list(HOURLY), answers=answers)


def broken(found: Found) -> dict[str, str]:
    return {verdict.name: verdict.detail for verdict in judge(found) if verdict.state is State.BROKEN}


def test_a_faultless_day_breaks_no_promise(database: Path, day: Day, answers: dict[tuple[str, int], int]) -> None:
    seen = found(database, day, answers)
    assert not broken(seen)
    assert (seen.figures().precision, seen.figures().recall, seen.figures().f1) == (1, 1, 1)
    waiting = [verdict.detail for verdict in judge(seen) if verdict.state is State.NOT_YET]
    assert waiting == ["waits for the web desk"]


MERGE = "UPDATE delivery_v1 SET story_id = '{1}' WHERE story_id = '{0}'"
SPLIT = """
INSERT INTO story_v1 SELECT '{0}-other', status, origin, embargo_until FROM story_v1 WHERE story_id = '{0}';
UPDATE delivery_v1 SET story_id = '{0}-other' WHERE story_id = '{0}' AND feed = '{1}'
"""
STALE = "UPDATE version_v1 SET is_canonical = take = 1 WHERE story_id = '{0}'"
DROP = "DELETE FROM delivery_v1 WHERE delivery_id = (SELECT max(delivery_id) FROM delivery_v1 WHERE feed = '{0}')"
DOUBLE = "INSERT INTO delivery_v1 SELECT * FROM delivery_v1 WHERE feed = '{0}'"
SAME_VERSION = """
UPDATE delivery_v1 SET version_id = (SELECT min(version_id) FROM version_v1 WHERE story_id = '{0}')
WHERE story_id = '{0}'
"""
OWN_VERSION = """
INSERT INTO version_v1 VALUES ('other', '{0}', 2, 0);
UPDATE delivery_v1 SET version_id = 'other' WHERE story_id = '{0}' AND feed = '{1}'
"""
HEALTHY = "UPDATE feed_v1 SET health = 'ok', last_error = NULL WHERE feed = '{0}'"

SPOILT = [
    ("every text of every entry arrives, once", DROP.format("kda")),
    ("every text of every entry arrives, once", "UPDATE delivery_v1 SET url = NULL WHERE delivery_id = 'd00001'"),
    ("no guids: entries are known by their links", DOUBLE.format("kestrel-daily")),
    ("one guid on every entry: none is lost", DROP.format("upland-record")),
    ("guids flip from http to https: none comes twice", DOUBLE.format("brightwater")),
    ("a feed that has moved (301) is followed", "DELETE FROM delivery_v1 WHERE feed = 'old-mill-courier'"),
    ("an HTML page is not a feed", HEALTHY.format("daily-lantern")),
    ("broken XML is called broken", HEALTHY.format("signal-hill")),
    ("a server that answers 500 is failing", "DELETE FROM feed_v1 WHERE feed = 'coastwatch'"),
    ("pairs joined are right (≥ 98%)", MERGE.format("cup", "ferry")),
    (
        "pairs that belong together are joined (≥ 95%)",
        "UPDATE delivery_v1 SET story_id = 'zoo' WHERE feed = 'harbour-post'",
    ),
    ("flash, full and updates are one story", SPLIT.format("ferry", "kestrel-daily")),
    ("the latest take stands for the story", STALE.format("merger")),
    ("corrections join", SPLIT.format("ekiin", "aoshio").replace("AND feed", "AND headline LIKE '%訂正%' AND feed")),
    ("a correction stands for its story", STALE.format("obituary")),
    ("reprints under other headlines join", SPLIT.format("border-talks", "upland-record")),
    ("one-paragraph teasers join", "UPDATE delivery_v1 SET story_id = 'zoo' WHERE feed = 'tarrow-gazette'"),
    ("tables with other numbers stay apart", MERGE.format("grain-midday", "grain-close")),
    ("round-ups are alone", MERGE.format("rates", "briefing")),
    ("shared boilerplate joins nothing", MERGE.format("council", "library-cat")),
    ("two reports on one event are two stories", MERGE.format("rates-meridian", "rates")),
    ("a new development is a new story", MERGE.format("ferry-minister", "ferry")),
    ("an edit in place is a version and a delivery", SAME_VERSION.format("ferry-live")),
    ("one text on two services is one version", OWN_VERSION.format("rates", "northlight-world")),
    (
        "origin is the agency that wrote it",
        "UPDATE story_v1 SET origin = 'Kestrel Daily' WHERE story_id = 'cup'",
    ),
    ("a killed story is killed in every feed", "UPDATE story_v1 SET status = 'usable'"),
    ("an embargo is kept until its hour", "UPDATE story_v1 SET embargo_until = NULL"),
]


@pytest.mark.parametrize(("name", "spoil"), SPOILT)
def test_a_promise_breaks_when_it_should(
    database: Path, day: Day, answers: dict[tuple[str, int], int], name: str, spoil: str
) -> None:
    assert name in broken(found(database, day, answers, spoil))


def test_asking_without_validators_breaks_a_promise(
    database: Path, day: Day, answers: dict[tuple[str, int], int]
) -> None:
    impolite = {key: 0 if key[0] == "science-ledger" else n for key, n in answers.items()}
    assert broken(found(database, day, impolite)).keys() == {"unchanged feeds cost a 304"}


def test_every_promise_with_a_check_is_seen_to_break() -> None:
    checked = {promise.name for promise in PROMISES if promise.check and not promise.needs}
    assert checked == {name for name, _ in SPOILT} | {"unchanged feeds cost a 304"}


def test_figures_count_pairs(database: Path, day: Day, answers: dict[tuple[str, int], int]) -> None:
    spoilt = found(database, day, answers, MERGE.format("ferry-meridian", "ferry"))
    sizes = Counter(d.entry.story for d in spoilt.judged() if d.entry)
    a, b = sizes["ferry"], sizes["ferry-meridian"]
    figures = spoilt.figures()
    assert figures.found - figures.together == a * b
    assert figures.true == figures.together == sum(n * (n - 1) // 2 for n in sizes.values())
    assert figures.f1 == pytest.approx(2 * figures.precision / (figures.precision + 1))


def test_an_instruction_is_no_copy(database: Path, day: Day, answers: dict[tuple[str, int], int]) -> None:
    seen = found(database, day, answers)
    assert len(seen.judged()) == len(seen.deliveries) - 1
    assert not [d for d in seen.of("flood-fund") if d.headline.startswith("KILL")]


def test_the_screen_shows_what_is_wrong(database: Path, day: Day, answers: dict[tuple[str, int], int]) -> None:
    spoil = ";".join((MERGE.format("council", "zoo"), SPLIT.format("ferry", "kestrel-daily")))
    spoilt = found(database, day, answers, spoil)
    console = Console(width=120, height=50, record=True, file=StringIO())
    verdicts = judge(spoilt)
    for part in (screen.stories(spoilt), screen.promises(verdicts), screen.summary(spoilt, verdicts)):
        console.print(part)
    shown = console.export_text()
    assert "merged with zoo" in shown
    assert "split 9 + 1" in shown
    assert f"{len(day.stories)} to be found" in shown
    assert "waits for the web desk" in shown


@pytest.mark.parametrize("height", [24, 50])
def test_the_live_summary_is_one_screen(
    database: Path, day: Day, answers: dict[tuple[str, int], int], height: int
) -> None:
    spoilt = found(database, day, answers, SPLIT.format("ferry", "kestrel-daily"))
    console = Console(width=80, height=height, record=True, file=StringIO())
    command = "somewhere/wire stories --database sqlite:////tmp/wire-demo-12345678/wire.db"
    console.print(screen.live(spoilt, judge(spoilt), f"Ctrl-C ends it:\n{command}", height))
    shown = console.export_text()
    assert shown.count("\n") <= height
    assert "24:00" in shown
    assert f"\n{command}\n" in shown, "it is to be copied"
    assert "feeds: 20 ok, coastwatch failing, daily-lantern not a feed, signal-hill broken" in shown
    assert "ferry is 2 stories" in shown
    assert spoilt.deliveries[-1].headline in shown
