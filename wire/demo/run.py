"""Plays the sample day: a config and a database of its own, the loopback server, the real poller over HTTP.

Law: the one module of the demo that knows poller, config and store. What it makes, it removes.
"""

import json
import shlex
import signal
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio
from rich.console import Console
from rich.live import Live
from rich.progress import track

from wire import config
from wire.config import Settings
from wire.demo import day as days
from wire.demo import screen
from wire.demo.day import HALF_HOURLY, HOURLY, Day, moment
from wire.demo.found import Found, look
from wire.demo.promises import State, Verdict, judge
from wire.demo.server import DayServer
from wire.errors import InputError
from wire.poll import Poller
from wire.store import Store
from wire.store.migration import migrate

PACE = 1.5
"""Seconds between two polls of a time-lapse: the day takes a minute and a half."""


async def play(*, once: bool, console: Console, folder: Path | None = None, program: str = "wire") -> int:
    """Play the day; give the exit code.

    `once`: as fast as it goes, then everything that was found, and 1 where a promise is broken. Else a time-lapse with
    a live summary until SIGINT or SIGTERM. `folder` keeps config and database there; without one they are removed.
    `program`: what a terminal knows `wire` by.
    """
    with _folder(folder) as home:
        day = days.load()
        async with DayServer(day) as server:
            settings = prepare(home, day, server)
            with Store.open(settings.store) as opened:
                poller = Poller(settings=settings, store=opened, clock=lambda: moment(server.minute))
                async with poller:
                    run = _Run(home=home, server=server, poller=poller, settings=settings, program=program)
                    return await run.once(console) if once else await run.live(console)


def prepare(home: Path, day: Day, server: DayServer) -> Settings:
    """Write the config folder of the day, and make its database. Raises InputError where there is one already."""
    if database(home).exists():
        raise InputError(f"{home} has a day in it already; give a new folder")
    store = f"[store]\nurl = {json.dumps(f'sqlite:///{database(home)}')}\n"
    (home / "wire.toml").write_text(f"{store}[schedule]\nspacing = 0\n", "utf-8")
    (home / "agencies.toml").write_text(days.agencies(), "utf-8")
    (home / "feeds.toml").write_text("\n".join(_feed_table(day, server)), "utf-8")
    settings = config.load(home, environ={})
    migrate(settings.store)
    return settings


def database(home: Path) -> Path:
    """Where the day's database is."""
    return home / "wire.db"


def _feed_table(day: Day, server: DayServer) -> Iterator[str]:
    for key, publication in day.feeds.items():
        yield f"[feeds.{key}]"
        yield f"url = {json.dumps(server.url(key))}"
        yield "allow_private = true"
        yield f"source = {json.dumps(publication.source, ensure_ascii=False)}"
        yield f"language = {json.dumps(publication.language)}"
        yield f"rank = {publication.rank}"
        if publication.agency:
            yield f"agency = {json.dumps(publication.agency)}"
        yield ""


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given:
        given.mkdir(parents=True, exist_ok=True)
        yield given.absolute()
    else:
        with TemporaryDirectory(prefix="wire-demo-") as name:
            yield Path(name)


@dataclass(slots=True, kw_only=True)
class _Run:
    """One playing of the day."""

    home: Path
    server: DayServer
    poller: Poller
    settings: Settings
    program: str
    polled: list[int] = field(default_factory=list)

    async def once(self, console: Console) -> int:
        """The whole day at once."""
        for minute in track(HOURLY, "a day of news", console=console, transient=True):
            self._turn_to(minute)
            # One after another, so that the day comes out the same each time.
            for feed in self.settings.feeds:
                await self.poller.poll_one(feed)
        found, verdicts = self._judge()
        for part in (screen.stories(found), screen.promises(verdicts), screen.summary(found, verdicts)):
            console.print(part)
        return int(any(verdict.state is State.BROKEN for verdict in verdicts))

    async def live(self, console: Console) -> int:
        """A time-lapse; when the day is over its last screen stays until a signal ends it."""
        async with anyio.create_task_group() as group:
            with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
                group.start_soon(self._lapse, console)
                async for _ in signals:
                    group.cancel_scope.cancel()
        return 0

    async def _lapse(self, console: Console) -> None:
        command = shlex.join((self.program, "stories", "--database", f"sqlite:///{database(self.home)}"))
        advice = f"Ctrl-C ends it; until then, in another terminal:\n{command}"
        if not console.is_terminal:  # nothing that is drawn over again
            console.print(advice, soft_wrap=True, markup=False)
            async for found, verdicts in self._hours():
                console.print(screen.line(found, verdicts), soft_wrap=True, markup=False)
        else:
            with Live(console=console, auto_refresh=False, vertical_overflow="ellipsis") as display:
                async for found, verdicts in self._hours():
                    display.update(screen.live(found, verdicts, advice, console.height), refresh=True)
                await anyio.sleep_forever()
        await anyio.sleep_forever()

    async def _hours(self) -> AsyncIterator[tuple[Found, Sequence[Verdict]]]:
        """What stands after each half hour of the day, at the pace of a time-lapse."""
        for minute in HALF_HOURLY:
            self._turn_to(minute)
            await self.poller.poll(self.settings.feeds)
            yield self._judge()
            await anyio.sleep(PACE)

    def _turn_to(self, minute: int) -> None:
        self.server.minute = minute
        self.polled.append(minute)

    def _judge(self) -> tuple[Found, Sequence[Verdict]]:
        found = look(database(self.home), day=self.server.day, polled=self.polled, answers=self.server.answers)
        return found, judge(found)
