"""What the sample day promises, each as a check of the database's views against the truth.

Law: a promise names what was found where it does not hold. What later work brings is "not yet" by the promise's own
`needs`, never by passing in silence.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from wire.demo import render
from wire.demo.day import moment
from wire.demo.found import Found

PRECISION = 0.98
"""A false join shows a reader the wrong text: dearer than a missed one."""
RECALL = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One line of what the day promises."""

    name: str
    check: Callable[[Found], str | None] | None
    """Gives None where it holds, else what was found instead; no check: it comes with what it needs."""
    needs: str | None = None
    """What must be built before it can hold."""


class State(StrEnum):
    """How a promise stands."""

    HOLDS = "holds"
    BROKEN = "broken"
    NOT_YET = "not yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A promise held against what was found."""

    name: str
    state: State
    detail: str = ""
    """What was found instead, or what is waited for."""


def judge(found: Found) -> list[Verdict]:
    """Every promise, in the order of the walk."""
    return [_judge(promise, found) for promise in PROMISES]


def _judge(promise: Promise, found: Found) -> Verdict:
    if promise.needs or not promise.check:
        return Verdict(name=promise.name, state=State.NOT_YET, detail=f"waits for {promise.needs}")
    wrong = promise.check(found)
    return Verdict(name=promise.name, state=State.BROKEN if wrong else State.HOLDS, detail=wrong or "")


# --- arrival ----------------------------------------------------------------------------------------------------


def _all_arrived(found: Found) -> str | None:
    if strangers := [d for d in found.deliveries if not d.entry]:
        return f"{len(strangers)} deliveries that the day never sent, such as {strangers[0].url}"
    return _arrived(found, found.day.feeds)


def _arrivals_of(*feeds: str) -> Callable[[Found], str | None]:
    return lambda found: _arrived(found, feeds)


def _arrived(found: Found, feeds: Iterable[str]) -> str | None:
    """Every text of every entry was delivered once."""
    readable = [feed for feed in feeds if found.day.feeds[feed].serves in {"feed", "moved"}]
    expected = found.expected(readable)
    came = Counter((d.entry.feed, d.entry.path) for d in found.deliveries if d.entry and d.entry.feed in readable)
    missing, doubled = expected - came, came - expected
    if missing or doubled:
        first = next(iter(missing or doubled))
        return f"{missing.total()} missing, {doubled.total()} too many of {expected.total()}; first: {''.join(first)}"
    return None


def _health(feed: str, health: str, word: str = "") -> Callable[[Found], str | None]:
    def check(found: Found) -> str | None:
        row = found.feeds.get(feed)
        if row is None:
            return f"{feed} is not in feed_v1"
        if row.health == health and word in row.last_error and not row.entries_seen:
            return None
        return f"{feed} is {row.health!r} ({row.last_error}), with {row.entries_seen} entries"

    return check


def _polite(found: Found) -> str | None:
    """A feed that has not changed is asked for with its validators, and costs a 304."""
    for key, publication in found.day.feeds.items():
        if publication.serves != "feed":
            continue
        bodies = [render.render(found.day, key, minute, "") for minute in found.polled]
        unchanged = sum(a == b for a, b in pairwise(bodies))
        answered = found.answers.get((key, 304), 0)
        if answered < 0.9 * unchanged:
            return f"{key} was unchanged {unchanged} times and asked conditionally {answered} times"
    return None


# --- clustering -------------------------------------------------------------------------------------------------


def _one(*keys: str) -> Callable[[Found], str | None]:
    """Each of these true stories is one story."""

    def check(found: Found) -> str | None:
        split = {key: n for key in keys if (n := len({d.story_id for d in found.of(key)})) > 1}
        return _list(f"{key} is {n} stories" for key, n in split.items())

    return check


def _apart(*groups: Sequence[str]) -> Callable[[Found], str | None]:
    """No two true stories of one group are in one story."""

    def check(found: Found) -> str | None:
        return _list(f"{a} and {b} are one story" for group in groups for a, b in _shared(found, group))

    return check


def _shared(found: Found, keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    ids = {key: {d.story_id for d in found.of(key)} for key in keys}
    yield from ((a, b) for i, a in enumerate(keys) for b in keys[i + 1 :] if ids[a] & ids[b])


def _alone(*keys: str) -> Callable[[Found], str | None]:
    """Each of these is in a story in which there is nothing else."""

    def check(found: Found) -> str | None:
        stories = found.stories().values()
        return _list(
            f"{key} is in one story with {', '.join(sorted(story - Counter([key])))}"
            for key in keys
            for story in stories
            if key in story and story.keys() - {key}
        )

    return check


def _last_take_stands(*keys: str) -> Callable[[Found], str | None]:
    """The canonical version of each is the newest take, or a copy of it."""

    def check(found: Found) -> str | None:
        stale = []
        for key in keys:
            newest = max((d.text.take for d in found.of(key) if d.text), default=0)
            main = _main(found, key)
            stands = {d.text.take for d in found.of(key) if d.text and d.is_canonical and d.story_id == main}
            if newest not in stands and stands:
                stale.append(f"take {max(stands)} of {newest} stands for {key}")
        return _list(stale)

    return check


def _teasers(found: Found) -> str | None:
    """A one-paragraph cut is in the story that most of its copy is in; one in twenty may be missed."""
    teasers = [d for d in found.judged() if d.entry and found.day.feeds[d.feed].body == "teaser"]
    lost = [d for d in teasers if d.entry and d.story_id != _main(found, d.entry.story)]
    return _list(f"lost: {d.headline}" for d in lost) if len(lost) > len(teasers) / 20 else None


def _main(found: Found, story: str) -> str | None:
    ids = Counter(d.story_id for d in found.of(story))
    return ids.most_common(1)[0][0] if ids else None


def _precise(found: Found) -> str | None:
    value = found.figures().precision
    return None if value >= PRECISION else f"{value:.3f}"


def _complete(found: Found) -> str | None:
    value = found.figures().recall
    return None if value >= RECALL else f"{value:.3f}"


# --- versions and what is known of them ---------------------------------------------------------------------------


def _versions_of_edited(found: Found) -> str | None:
    """An entry edited in place gives a version and a delivery for each text that stood there when it was polled."""
    wrong = []
    for entry in found.day.entries:
        expected = found.expected([entry.feed])[entry.feed, entry.path] if len(entry.texts) > 1 else 0
        rows = [d for d in found.deliveries if d.entry is entry]
        if expected > 1 and (len({d.version_id for d in rows}), len(rows)) != (expected, expected):
            wrong.append(f"{entry.path}: {len({d.version_id for d in rows})} versions, {len(rows)} deliveries")
    return _list(wrong)


def _same_text_twice(found: Found) -> str | None:
    """One text on two services of its agency is one version, delivered twice."""
    rows = [d for d in found.of("rates") if d.feed.startswith("northlight") and d.text and d.text.take == 2]
    versions = {d.version_id for d in rows}
    return f"{len(rows)} deliveries, {len(versions)} versions" if len(versions) > 1 else None


def _origins(found: Found) -> str | None:
    """A story that an agency wrote names it, whoever carried it."""
    wrong: dict[str, str | None] = {}
    for key, story in found.day.stories.items():
        author, main = found.day.feeds[story.feed], _main(found, key)
        strange = [d.origin for d in found.of(key) if d.story_id == main and d.origin != author.source]
        if author.agency and strange:
            wrong[key] = strange[0]
    return _list(f"{key} is from {origin}" for key, origin in wrong.items())


# --- orders to editors ------------------------------------------------------------------------------------------------


def _killed(found: Found) -> str | None:
    """The notice and every copy, early or late, are one story, and it is killed."""
    rows = [d for d in found.deliveries if d.entry and d.entry.story == "flood-fund"]
    if not any(d.entry and d.entry.instruction for d in rows):
        return None
    if (stories := len({d.story_id for d in rows})) > 1:
        return f"copy and notice are {stories} stories"
    return None if rows[0].status == "killed" else f"it is {rows[0].status}"


def _embargoed(found: Found) -> str | None:
    """The hour is kept, and known from the first second."""
    lift = found.day.stories["air-report"].embargo or 0
    should = "embargoed" if found.minute < lift else "usable"
    for d in found.of("air-report"):
        if d.status != should:
            return f"it is {d.status} at {found.minute // 60:02}:{found.minute % 60:02}"
        if not (d.embargo_until or "").startswith(f"{moment(lift):%Y-%m-%dT%H:%M}"):
            return f"embargo_until is {d.embargo_until}"
    return None


def _list(wrong: Iterable[str], most: int = 3) -> str | None:
    """The first few in one line; None where there are none."""
    found = list(wrong)
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return "; ".join(found[:most]) + more if found else None


EVENTS = (
    ("ferry", "ferry-meridian", "ferry-corail", "ferry-live"),
    ("quake", "quake-ceiba"),
    ("rates", "rates-meridian"),
    ("cup", "cup-meridian"),
    ("crows", "crows-ledger"),
    ("coffee", "cafe-ceiba"),
    ("merger", "merger-release"),
)
TABLES = (
    ("grain-midday", "grain-close"),
    ("fixing-thursday", "fixing-friday"),
    ("fund-lark", "fund-wren"),
    ("metals-morning", "metals-afternoon"),
    ("avalanche-morning", "avalanche-evening"),
)
FURNITURE = (
    ("council", "library-cat", "school-lunch", "lighthouse"),
    ("milk", "postbus", "avalanche-morning", "five-things"),
    ("new-chief", "pump", "earnings-date", "merger-release", "recycling-release"),
    ("bakery-ladder", "snow-tires"),
)

PROMISES: tuple[Promise, ...] = (
    Promise(name="every text of every entry arrives, once", check=_all_arrived),
    Promise(name="no guids: entries are known by their links", check=_arrivals_of("kestrel-daily")),
    Promise(name="one guid on every entry: none is lost", check=_arrivals_of("upland-record")),
    Promise(name="guids flip from http to https: none comes twice", check=_arrivals_of("brightwater")),
    Promise(name="a feed that has moved (301) is followed", check=_arrivals_of("old-mill-courier")),
    Promise(name="an HTML page is not a feed", check=_health("daily-lantern", "not a feed")),
    Promise(name="broken XML is called broken", check=_health("signal-hill", "broken")),
    Promise(name="a server that answers 500 is failing", check=_health("coastwatch", "failing", "500")),
    Promise(name="unchanged feeds cost a 304", check=_polite),
    Promise(name=f"pairs joined are right (≥ {PRECISION:.0%})", check=_precise),
    Promise(name=f"pairs that belong together are joined (≥ {RECALL:.0%})", check=_complete),
    Promise(name="flash, full and updates are one story", check=_one("ferry", "quake", "merger", "rates", "cup")),
    Promise(name="the latest take stands for the story", check=_last_take_stands("ferry", "quake", "merger", "rates")),
    Promise(name="corrections join", check=_one("obituary", "prison-break", "recycling-release", "ekiin")),
    Promise(name="a correction stands for its story", check=_last_take_stands("obituary", "prison-break", "ekiin")),
    Promise(name="reprints under other headlines join", check=_one("border-talks", "novel-prize", "vaccine", "bronze")),
    Promise(name="one-paragraph teasers join", check=_teasers),
    Promise(name="tables with other numbers stay apart", check=_apart(*TABLES)),
    Promise(name="round-ups are alone", check=_alone("briefing", "five-things")),
    Promise(name="shared boilerplate joins nothing", check=_apart(*FURNITURE)),
    Promise(name="two reports on one event are two stories", check=_apart(*EVENTS)),
    Promise(
        name="a new development is a new story",
        check=_apart(("ferry", "ferry-minister"), ("prison-break", "bakery-ladder"), ("ferry", "storm")),
    ),
    Promise(name="an edit in place is a version and a delivery", check=_versions_of_edited),
    Promise(name="one text on two services is one version", check=_same_text_twice),
    Promise(name="origin is the agency that wrote it", check=_origins),
    Promise(name="a killed story is killed in every feed", check=_killed),
    Promise(name="an embargo is kept until its hour", check=_embargoed),
    Promise(name="the desk shows the day", check=None, needs="the web desk"),
)
