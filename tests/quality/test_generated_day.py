"""The regression gate: unseen labelled days down the real road."""

from pathlib import Path

import pytest

from tests.corpus import Labelled, generate
from tests.corpus.traps import SCENARIOS
from tests.corpus.variants import transformations
from tests.corpus.world import ENGLISH, TEST
from tests.quality import gates
from tests.quality.road import Found, Judgement, judge, take

pytestmark = pytest.mark.xdist_group("quality")
"""One worker, so that the days are taken in once."""


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judgement:
    """The test days, taken in and judged."""
    return judge(_taken(seed, tmp_path_factory.mktemp("day")) for seed in gates.SEEDS)


def _taken(seed: int, folder: Path) -> tuple[list[Labelled], Found]:
    day = generate(seed, gates.STORIES)
    return day, take(day, folder)


def test_pairs(judged: Judgement) -> None:
    assert judged.pairs.f1 >= gates.PAIR_F1


def test_bcubed(judged: Judgement) -> None:
    assert judged.bcubed.f1 >= gates.BCUBED_F1


@pytest.mark.parametrize("transformation", sorted(gates.RECALL))
def test_a_copy_is_found(judged: Judgement, transformation: str) -> None:
    row = judged.rows[transformation]
    assert row.items >= 20, "too few to say anything"
    assert row.recall >= gates.RECALL[transformation]


@pytest.mark.parametrize("scenario", sorted(gates.WRONG))
def test_what_only_looks_alike_stays_alone(judged: Judgement, scenario: str) -> None:
    row = judged.rows[scenario]
    assert row.items >= 20, "too few to say anything"
    assert row.wrong <= gates.WRONG[scenario]


def test_every_transformation_and_scenario_has_its_gate() -> None:
    assert set(gates.RECALL) == set(transformations(ENGLISH))
    assert set(gates.WRONG) == set(SCENARIOS)
    assert min(gates.SEEDS) >= TEST
