"""The short run that belongs to every test run; `make fuzz` is the long one."""

import pkgutil
import random
from importlib import import_module

import pytest

import wire.parse
from tests.fuzz.mutate import mutant
from tests.fuzz.run import execute, stretch
from tests.fuzz.targets import TARGETS, corpus

RUN = 4711
EXECUTIONS = 2_000
"""In all."""
_NO_PARSERS = {"article"}
"""Modules with a `read` that is no reader of documents; they have targets under other names."""


@pytest.mark.parametrize("target", TARGETS)
def test_short_run(target: str) -> None:
    done = stretch(target, RUN, 0, EXECUTIONS // len(TARGETS))
    assert [(found.what, found.body[:200], found.trace) for found in done.findings] == []


@pytest.mark.parametrize("target", TARGETS)
def test_a_long_run_of_anything_costs_no_more_than_its_length(target: str) -> None:
    """Patterns that look for the end of a run from each of its places take its square."""
    chance = random.Random(RUN)
    seeds = corpus()[target]
    for seed in chance.sample(seeds, min(4, len(seeds))):
        for run in (b" ", b"\t", b"\r\n", b"(", b"<", b"-", b"a", b"0", b", ", b"\x1b"):
            place = chance.randrange(len(seed) + 1)
            _, found, _ = execute(target, seed[:place] + run * (20_000 // len(run)) + seed[place:])
            assert found is None, (found.what, run, seed[max(0, place - 40) : place + 40])


def test_every_target_has_seeds() -> None:
    assert [name for name, seeds in corpus().items() if not seeds] == []


def test_every_reader_is_a_target() -> None:
    readers = {
        module.name
        for module in pkgutil.iter_modules(wire.parse.__path__)
        if callable(getattr(import_module(f"wire.parse.{module.name}"), "read", None))
    }
    assert readers - _NO_PARSERS == {*wire.parse.BYTES.values(), *wire.parse.TEXT.values()}


def test_a_number_gives_the_same_bytes() -> None:
    seeds = corpus()["parse"]
    assert [mutant(seeds, RUN, "parse", number) for number in range(50)] == [
        mutant(seeds, RUN, "parse", number) for number in range(50)
    ]
    assert len({mutant(seeds, RUN, "parse", number) for number in range(50)}) > 45
