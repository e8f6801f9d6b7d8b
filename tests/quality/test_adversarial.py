"""Copy that is made to mislead: what may go wrong stays small, and costs no more than other copy."""

import random
import shutil
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType

from tests.corpus import Labelled
from tests.corpus.rewrite import shared
from tests.corpus.story import Draft, Story, tell, with_paragraphs
from tests.corpus.traps import edits, paste
from tests.corpus.world import ENGLISH, World
from tests.quality import gates
from tests.quality.road import take
from wire import ingest, prepare
from wire.config import load
from wire.ingest import Ingest
from wire.model import Entry, Feed
from wire.policy import ClusterPolicy, StorePolicy
from wire.store import Store

SEED = 104
START = datetime(2031, 5, 6, 6, tzinfo=UTC)


def items(drafts: Iterable[tuple[str, Draft]]) -> list[Labelled]:
    """A minute apart; one cluster for what bears one name."""
    return [
        Labelled(
            id=f"{cluster}/{number}",
            source="Courier",
            headline=draft.headline,
            body=draft.body,
            published=START + timedelta(minutes=number),
            cluster=cluster,
            transformation="adversarial",
            root=f"{cluster}/{number}",
            language=ENGLISH,
        )
        for number, (cluster, draft) in enumerate(drafts)
    ]


def stories(day: Sequence[Labelled], folder: Path) -> list[list[Labelled]]:
    """The items of each story that was found."""
    found = take(day, folder)
    held: dict[str, list[Labelled]] = defaultdict(list)
    for item in day:
        held[found[item.id]].append(item)
    return list(held.values())


def false(held: Iterable[list[Labelled]]) -> Counter[int]:
    """How many stories of several clusters there are, by the number of their items."""
    return Counter(len(each) for each in held if len({item.cluster for item in each}) > 1)


def tell_some(count: int, words: int) -> tuple[World, random.Random, list[Story]]:
    world, rng = World(SEED), random.Random(SEED)
    return world, rng, [tell(world, str(number), ENGLISH, rng, at=0, words=words) for number in range(count)]


def test_five_hundred_pasted_texts_attract_nobody(tmp_path: Path) -> None:
    _, rng, told = tell_some(120, 160)
    parts: dict[frozenset[str], list[Story]] = {}
    while len(parts) < 500:
        chosen = rng.sample(told, rng.randint(2, 4))
        keys = frozenset(each.key for each in chosen)
        if not any(keys <= other or other <= keys for other in parts):
            parts[keys] = chosen
    pasted = [(" + ".join(each.key for each in chosen), paste(chosen, rng)) for chosen in parts.values()]
    held = stories(items([*((each.key, each.draft()) for each in told), *pasted]), tmp_path)
    assert max(false(held), default=0) <= gates.PASTED_VERSIONS


def test_a_flood_of_boilerplate_hides_no_story(tmp_path: Path) -> None:
    world, _, told = tell_some(200, 50)
    around = world.boiler(world.outlets[0])
    drafts = [(each.key, with_paragraphs(each.draft(), *each.draft().paragraphs, *around)) for each in told]
    assert not false(stories(items(drafts), tmp_path))


def test_chains_of_thirty_edits_do_not_drift(tmp_path: Path) -> None:
    _, rng, told = tell_some(12, 330)
    chains = [(each.key, draft) for each in told for draft in edits(each, rng, 30)]
    held = stories(items(chains), tmp_path)
    assert not false(held)
    strays = [item for each in held for item in each if shared(item.body, each[0].body) < 0.05]
    assert not strays, "every version still shares something with the one that founded its story"


def test_the_two_thousandth_identical_item_costs_no_more_than_the_fiftieth(
    tmp_path: Path, sqlite_template: Path
) -> None:
    _, _, (story,) = tell_some(1, 60)
    few, many = (_calls(story.draft(), count, tmp_path / f"{count}.db", sqlite_template) for count in (50, 2000))
    assert many / 2000 <= 1.2 * few / 50


def _calls(draft: Draft, count: int, database: Path, template: Path) -> int:
    """Calls of functions that it takes to take in one text under many guids: work done, whatever the clock says."""
    shutil.copy(template, database)
    feed = Feed(key="courier", url="http://courier.example/", source="Courier")
    text = draft.body
    entries = [
        Entry(guid=str(n), url=None, headline=draft.headline, body=text, markup="text", published_at=START)
        for n in range(count)
    ]
    agencies, taker, calls = load(None, environ={}).agencies, Ingest(ClusterPolicy()), 0

    def counting(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    with Store.open(StorePolicy(url=f"sqlite:///{database}")) as store:
        before = sys.getprofile()
        sys.setprofile(counting)
        try:
            seen = [prepare.name(each) for each in entries]
            with store.reading() as read:
                items = prepare.items(ingest.fresh(read, feed, seen), feed, agencies)
            with taker.writing(store) as write:
                write.add_feeds([feed])
                tally = taker.take(write, feed, seen, items, now=START)
        finally:
            sys.setprofile(before)
    assert (tally.new, tally.versions) == (count, 1)
    return calls
