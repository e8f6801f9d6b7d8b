"""Two thousand invented publishers for a month, each with a rhythm, a temper and mishaps, all of one seed.

Law: knows nothing of schedules. A publisher answers a request at a second of the month.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from random import Random

from wire.model import Failure

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
MONTH = 30 * DAY
RHYTHMS = ((10 * MINUTE, 1), (HOUR, 6), (4 * HOUR, 20), (DAY, 45), (7 * DAY, 25), (60 * DAY, 3))
"""Seconds between two entries, and how many of a hundred feeds are like that."""
TEMPERS = {
    "plain": 50,
    "max-age": 8,
    "ttl": 5,
    "skip-hours": 4,
    "skip-days": 2,
    "limited": 4,
    "flaky": 5,
    "down": 5,
    "dead": 3,
    "gone": 2,
    "moved": 4,
    "moved-and-lost": 1,
    "wandering": 2,
    "broken": 2,
    "forbidden": 1,
    "inside": 1,
    "fixed": 1,
}
"""How many of a hundred feeds are like that; what each does is in `Publisher.ask`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request gets."""

    status: int = 200
    failure: Failure | None = None
    elapsed: float = 0.4
    retry_after: float | None = None
    max_age: float | None = None
    moved_to: str | None = None


ALWAYS = {
    "dead": Answer(0, Failure.DNS, elapsed=0.1),
    "inside": Answer(0, Failure.ADDRESS, elapsed=0.05),
}
IN_TROUBLE = {
    "down": (Answer(0, Failure.CONNECT, elapsed=1.0), Answer(502, Failure.STATUS)),
    "broken": (Answer(200, Failure.NOT_A_FEED), Answer(200, Failure.BROKEN)),
    "forbidden": (Answer(403, Failure.STATUS),),
}
SLIPS = (
    Answer(0, Failure.TIMEOUT, elapsed=30.0),
    Answer(503, Failure.STATUS, retry_after=120.0),
    Answer(0, Failure.TRUNCATED),
)


@dataclass(slots=True)
class Publisher:
    """One feed's server. Times are seconds of the month."""

    key: str
    host: str
    temper: str
    between: float
    """Seconds between two entries, on average."""
    holds: int
    """Entries in a document."""
    interval: float
    """The operator's first guess."""
    validates: bool
    entries: list[float]
    """When each was published, from before the month on."""
    begins: float
    ends: float
    """Of its mishap, where it has one."""
    asks: float
    """Seconds, of whatever it asks for."""
    random: Random
    asked_at: float = -DAY
    refusals: int = 0
    requests: int = 0
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    wandered: int = 0
    private: bool = field(init=False)

    def __post_init__(self) -> None:
        self.private = self.key.endswith("7")
        if self.temper == "skip-hours":
            self.skip_hours = frozenset(range(6))
        if self.temper == "skip-days":
            self.skip_days = frozenset({5, 6})

    @property
    def url(self) -> str:
        """As configured."""
        return f"https://{self.host}/{self.key}"

    @property
    def new_url(self) -> str:
        """Where it moves."""
        return f"https://new.{self.host}/{self.key}"

    def published(self, at: float) -> int:
        """How many entries there are by then."""
        return bisect_right(self.entries, at)

    def ask(self, url: str, at: float) -> Answer:
        """Answer a request."""
        self.requests += 1
        since, self.asked_at = at - self.asked_at, at
        if self.temper in ALWAYS:
            return ALWAYS[self.temper]
        if self.temper in IN_TROUBLE and self.begins <= at < self.ends:
            return self.random.choice(IN_TROUBLE[self.temper])
        return self._refusal(since, at) or self._document(url, at)

    def _refusal(self, since: float, at: float) -> Answer | None:
        match self.temper:
            case "limited" if since < self.asks:
                self.refusals += 1
                return Answer(429, Failure.STATUS, retry_after=900.0 if self.random.random() < 0.5 else None)
            case "flaky" if self.random.random() < 0.05:
                return self.random.choice(SLIPS)
            case "gone" if at >= self.begins:
                return Answer(410, Failure.STATUS)
            case _:
                return None

    def _document(self, url: str, at: float) -> Answer:
        if self.temper == "max-age":
            return Answer(max_age=self.asks)
        if self.temper == "wandering":  # permanent, it says, but somewhere else each time
            self.wandered += 1
            return Answer(moved_to=f"https://{self.wandered % 3}.{self.host}/")
        moves = self.temper.startswith("moved") and at >= self.begins
        back = self.temper == "moved-and-lost" and at >= self.ends
        if back and url == self.new_url:
            return Answer(0, Failure.CONNECT, elapsed=2.0)
        moved = moves and not back and url == self.url
        return Answer(elapsed=self.random.uniform(0.1, 3.0), moved_to=self.new_url if moved else None)


def publishers(seed: int, count: int) -> list[Publisher]:
    """So many publishers; a third of the feeds share a few large hosts."""
    random = Random(seed)
    tempers = random.choices(list(TEMPERS), weights=list(TEMPERS.values()), k=count)
    return [_publisher(random, f"f{number:04}", temper) for number, temper in enumerate(tempers)]


def _publisher(random: Random, key: str, temper: str) -> Publisher:
    between = random.choices([seconds for seconds, _ in RHYTHMS], weights=[share for _, share in RHYTHMS])[0]
    large = temper == "plain" and random.random() < 0.6
    begins = random.uniform(2 * DAY, 20 * DAY)
    return Publisher(
        key=key,
        host=f"large{random.randrange(12)}.example" if large else f"{key}.example",
        temper=temper,
        between=between,
        holds=random.choice((10, 20, 30, 50)),
        interval=random.choice((HOUR, 2 * HOUR, 2 * HOUR, 4 * HOUR)),
        validates=random.random() < 0.8,
        entries=_entries(random, between),
        begins=begins,
        ends=begins + random.choice((20 * MINUTE, 3 * HOUR, 12 * HOUR, 2 * DAY, 6 * DAY)),
        asks=random.choice((20 * MINUTE, HOUR, 3 * HOUR, 10 * HOUR)),
        random=Random(random.random()),
    )


def _entries(random: Random, between: float) -> list[float]:
    """A Poisson process with quiet nights, and now and then several entries at once."""
    at, entries = -20 * min(between, 10 * DAY), []
    while at < MONTH:
        quiet = 3.0 if (at % DAY) < 6 * HOUR else 0.8
        at += random.expovariate(1 / (between * quiet * 1.15))
        entries += [at] * (random.randint(2, 4) if random.random() < 0.08 else 1)
    return entries
