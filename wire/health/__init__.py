"""How a feed is doing: figures over its last polls, and the conditions that an operator is told of.

Law: pure; `now` is an argument. Looks at what polls have shown and decides nothing about polling.

::

    Glance ─▶ after ─▶ Pulse: last polls, lag, pauses             conditions ─▶ Began, Ended: once a condition
                ├ figures   shares, lag published → seen             ├ words   what failed, since when, what to do
                └ silence   the hours of its week: is this           └ latch   for what concerns all feeds
                            pause odd?
"""

from wire.health.after import Glance, RefusedFile, glanced
from wire.health.conditions import Alert, Began, Change, Condition, Ended, Severity, all_feeds, judge, killed
from wire.health.figures import quantile, share
from wire.health.latch import Latch
from wire.health.pulse import Pulse
from wire.health.silence import Hours, Pause, odds
from wire.health.words import Trouble, trouble

__all__ = [
    "Alert",
    "Began",
    "Change",
    "Condition",
    "Ended",
    "Glance",
    "Hours",
    "Latch",
    "Pause",
    "Pulse",
    "RefusedFile",
    "Severity",
    "Trouble",
    "all_feeds",
    "glanced",
    "judge",
    "killed",
    "odds",
    "quantile",
    "share",
    "trouble",
]
