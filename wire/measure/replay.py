"""What other settings would have made of what was received: a second partition of the same deliveries, held against
the one that stands, and put in its place where that is wanted.

::

    received ─ Walk ─▶ scratch ─┐
                                ├─ plan ─▶ Outlook, for people
    stories as they stand ──────┘    └── apply ─▶ one write transaction

Law: nothing is changed before everything is known, and then all of it or nothing.
"""

from collections.abc import Callable
from datetime import datetime

from wire.config import Settings
from wire.measure.apply import apply as make_true
from wire.measure.outlook import Outlook, plan
from wire.measure.scratch import scratch
from wire.measure.walk import Walk
from wire.store import Store


def replay(
    store: Store,
    *,
    settings: Settings,
    clock: Callable[[], datetime],
    since: datetime | None = None,
    apply: bool = False,
    begin: Callable[[int], None] = lambda _: None,
    advance: Callable[[int], None] = lambda _: None,
) -> Outlook:
    """Take once more what `store` received since then, under `settings`; tell what would change, or change it.

    `begin` hears how many deliveries there are, `advance` of each batch. What arrives meanwhile is taken too before
    anything is changed.
    """
    with scratch() as trial:
        walk = Walk(trial, settings)
        with store.reading() as read:
            count, earliest = read.extent(since)
            begin(count)
            if since and earliest:
                walk.stand(read, since, earliest)
            walk.take(read, since=since, advance=advance)
            if not apply:
                with trial.reading() as tried:
                    return plan(read, tried, walk).outlook
        with store.writing() as write:
            walk.take(write, since=since)
            with trial.reading() as tried:
                found = plan(write, tried, walk)
                if not found.outlook.nothing:
                    make_true(write, tried, walk, found, clock())
        return found.outlook
