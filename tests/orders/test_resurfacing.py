"""A killed story stays killed: a thousand attempts to bring it back, and none succeeds."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from tests.orders.disguises import FEEDS, SUBJECTS, TEXTS, Disguise, disguises
from tests.orders.road import AGENCIES, FROST, NORDA, ORDER, at, entry, take
from tests.store.database import rows
from wire import prepare, retention
from wire.config import load
from wire.ingest import Ingest, arrivals, decisions
from wire.ingest.decisions import Operator
from wire.measure.replay import replay
from wire.model import Feed
from wire.policy import ClusterPolicy, RetentionPolicy
from wire.store import Store

DAY = 1440.0
"""Minutes."""
EACH = 168
"""Attempts of each kind of moment."""
MIRRORS = [Feed(key=f"mirror{n}", url=f"http://mirror.example/{n}", source=f"Mirror {n}") for n in range(FEEDS)]
OPERATOR = Operator(by="Ada", why="legal", now=at(70))


def attempt(store: Store, attempts: Iterable[Disguise], minutes: float, taker: Ingest | None = None) -> int:
    """Take each as a document of its own."""
    taker, count = taker or Ingest(ClusterPolicy()), 0
    with taker.writing(store) as write:
        write.add_feeds(MIRRORS)
        for each in attempts:
            feed = MIRRORS[each.feed]
            document, seen = prepare.read(each.body, feed.url, each.content_type)
            items = prepare.items(arrivals.fresh(write, feed, seen, whole=False), feed, AGENCIES, document.language)
            assert len(items) == 1, each
            taker.take(write, feed, seen, items, now=at(minutes), whole=False)
            count += 1
    return count


def leaked(url: str) -> list[str]:
    """Copy that the mirrors brought and that a reader would take as usable."""
    query = """
        SELECT DISTINCT v.headline, v.version_id FROM version_v1 v JOIN delivery_v1 d ON d.version_id = v.version_id
        JOIN story_v1 s ON s.story_id = v.story_id
        WHERE d.source LIKE 'Mirror%' AND (v.usable OR s.status = 'usable')"""
    return [f"{row['version_id']} {row['headline']}" for row in rows(url, query)]


def kill(store: Store) -> None:
    """Three stories: one is killed by its agency, one before it comes, one by an operator."""
    take(store, NORDA, [entry("n-bank", f"KILL: {SUBJECTS['bank'][0]}", ORDER, 60)], 60)
    for number, (name, text) in enumerate(TEXTS.items()):
        take(store, NORDA, [entry(f"n{number}", SUBJECTS[name][0], text, 61 + number)], 61 + number)
    take(store, NORDA, [entry("k-mole", f"KILL: {SUBJECTS['mole'][0]}", ORDER, 65)], 65)
    with store.reading() as read:
        (row,) = [each for each in read.stories(limit=100) if each.headline == SUBJECTS["store"][0]]
    decisions.kill(store, row.story_id, OPERATOR)
    take(store, NORDA, [entry("f", "Frost takes the apples", FROST, 66)], 66)


def moments(store: Store) -> Iterator[tuple[str, float, Ingest | None]]:
    """When it is tried: name, minutes, and the taker, none after a restart."""
    taker = Ingest(ClusterPolicy())
    yield "at once", 90, taker
    yield "after the window", 30 * DAY, taker
    yield "after a restart", 60 * DAY, None
    policy = RetentionPolicy(raw=1.0, changes=1.0)
    retention.prune(store, policy, at(90 * DAY), window=ClusterPolicy().window)
    yield "after what is old was removed", 90 * DAY, None
    settings = replace(load(None, environ={}), feeds=(NORDA, *MIRRORS))
    replay(store, settings=settings, clock=lambda: at(100 * DAY), apply=True)
    yield "after a replay", 120 * DAY, taker
    yield "years later", 1500 * DAY, taker


def test_a_thousand_attempts_bring_no_killed_story_back(store: Store, database_url: str) -> None:
    kill(store)
    each = EACH if database_url.startswith("sqlite") else 15  # there only the SQL is another
    tried = Counter[str]()
    for name, minutes, taker in moments(store):
        tried[name] += attempt(store, disguises(name, each), minutes, taker)
        assert leaked(database_url) == [], name
    assert tried.total() == each * 6
    assert headlines(database_url, "usable") == ["Frost takes the apples"]


def headlines(url: str, status: str) -> list[str]:
    query = "SELECT headline FROM story_v1 WHERE status = :status AND merged_into IS NULL ORDER BY first_seen_at"
    return [row["headline"] for row in rows(url, query, status=status)]


LATER = (
    "The harbour board of Port Lannic elected a new treasurer on Friday, three days after police had taken her "
    "predecessor in for questioning.\n\nOda Brandt, a notary, said that the books of the mole fund would be read by "
    "auditors from outside, and that their report would be for anyone to see.\n\nThe board spent four hours on it. "
    "Two members walked out."
)
TABLE = (
    "Closing prices at the Port Lannic fish market in crowns per crate, as given by the hall: cod {}, herring {}, "
    "plaice {}, mackerel {}, shrimp {}, crab {}. The hall sold {} crates in all, and prices are before tax and fees."
)


def test_what_is_only_about_the_same_is_no_copy_of_it(store: Store, database_url: str) -> None:
    """A follow-up, and the next table of a kind, are free, long after and soon after."""
    kill(store)
    take(store, NORDA, [entry("t1", "Fish prices", TABLE.format(812, 310, 466, 205, 990, 740, 1318), 67)], 67)
    take(store, NORDA, [entry("kt", "KILL: wrong table", f"Kill item t1-000001. {ORDER}", 68)], 68)
    (row,) = rows(database_url, "SELECT story_id FROM story_v1 WHERE headline = 'Fish prices'")
    decisions.kill(store, row["story_id"], OPERATOR)
    take(store, MIRRORS[0], [entry("m1", "Board elects treasurer", LATER, 80)], 80)
    take(store, MIRRORS[1], [entry("t2", "Fish prices", TABLE.format(799, 342, 471, 233, 1004, 705, 1280), 3000)], 3000)
    take(
        store,
        MIRRORS[1],
        [entry("t3", "Fish prices", TABLE.format(801, 333, 450, 228, 1010, 699, 1254), DAY * 9)],
        DAY * 9,
    )
    usable = ["Frost takes the apples", "Board elects treasurer", "Fish prices", "Fish prices"]
    assert headlines(database_url, "usable") == usable


def test_what_was_lifted_comes_back_and_no_other(store: Store, database_url: str) -> None:
    kill(store)
    taker = Ingest(ClusterPolicy())
    attempt(store, disguises("before", 20), 90, taker)
    (row,) = rows(database_url, "SELECT story_id FROM delivery_v1 WHERE guid = 'n1'")
    decisions.lift(store, row["story_id"], OPERATOR)
    free = [each for each in disguises("after", 120) if each.text == "store"]
    attempt(store, free, 60 * DAY, taker)
    assert leaked(database_url)
    held = [each for each in disguises("after", 120) if each.text != "store"]
    attempt(store, held, 60 * DAY, taker)
    assert len(headlines(database_url, "killed")) == 2
