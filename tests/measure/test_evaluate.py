"""Labelled copy through the whole road."""

import json
import math
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.measure.copy import CHESS, CUT, FROST, MOLE, STRICT, lines, settings
from wire.errors import InputError
from wire.measure.evaluate import Evaluation, evaluate, on_clusters, on_pairs
from wire.measure.figures import Score
from wire.measure.labels import Pair
from wire.policy import ClusterPolicy

DAY: list[dict[str, object]] = [
    {"id": "m1", "cluster": "mole", "source": "Courier", "headline": "Mole to be rebuilt", "body": MOLE},
    {"id": "f1", "cluster": "frost", "source": "Courier", "headline": "Frost", "body": FROST},
    {"id": "m2", "cluster": "mole", "source": "Echo", "headline": "Mole to be rebuilt", "body": CUT},
    {"id": "c1", "cluster": "chess", "source": "Echo", "headline": "Chess", "body": CHESS},
    {"id": "m3", "cluster": "mole", "source": "Ferry News", "headline": "Mole", "body": MOLE},
]


def run(path: Path, pairs: Path | None = None, policy: ClusterPolicy | None = None, worst: int = 10) -> Evaluation:
    chosen = settings(policy or replace(ClusterPolicy(), window=math.inf), feeds=())
    return evaluate(path, pairs, settings=chosen, clock=lambda: datetime.now(UTC), worst=worst)


@pytest.fixture
def day(tmp_path: Path) -> Path:
    return lines(tmp_path / "day.jsonl", DAY)


def test_clusters_that_are_found(day: Path) -> None:
    found = run(day)
    assert (found.documents, found.stories, found.agreement.expected) == (5, 3, 3)
    assert found.agreement.pairwise == found.agreement.bcubed == Score(precision=1, recall=1)
    assert found.agreement.adjusted_rand == 1
    assert found.worst == ()


def test_what_is_missed_is_shown_with_its_evidence(day: Path) -> None:
    dated = [each | {"published": f"2026-03-01T{hour}:00:00Z"} for hour, each in enumerate(DAY, 10)]
    found = run(lines(day, dated), policy=STRICT)
    assert found.agreement.pairwise == Score(precision=1, recall=1 / 3), "equal texts are one version anyhow"
    assert (found.stories, found.agreement.misses, found.agreement.false_merges) == (4, 2, 0)
    (miss,) = found.worst
    assert not miss.joined
    assert miss.weight == 2
    assert {miss.a.headline, miss.b.headline} <= {"Mole to be rebuilt", "Mole"}
    assert miss.a.opening.startswith("The harbour board")
    assert miss.now.scores["containment"] > 0.9


def test_what_is_joined_wrongly_is_shown_with_what_joined_it(day: Path) -> None:
    wrong = [each | {"cluster": str(number)} for number, each in enumerate(DAY)]
    found = run(lines(day, wrong))
    assert found.agreement.pairwise.precision == 0
    assert found.agreement.false_merges == 3
    assert all(each.joined for each in found.worst)
    assert any(each.decided and each.decided.against == each.a.version_id for each in found.worst)
    assert len(run(day, worst=1).worst) == 1


def test_pairs_are_weighed(day: Path, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.json"
    judged = [
        {"a": "m1", "b": "m2", "same": True, "weight": 3},
        {"a": "m1", "b": "f1", "same": False, "weight": 50},
        {"a": "f1", "b": "c1", "same": True, "weight": 2},
        {"a": "m2", "b": "m3", "same": False, "weight": 1},
    ]
    pairs.write_text(json.dumps(judged))
    found = run(day, pairs)
    assert found.agreement.pairwise == Score(precision=3 / 4, recall=3 / 5)
    assert (found.agreement.pairs, found.agreement.bcubed) == (4, None)
    assert [(each.joined, each.weight) for each in found.worst] == [(False, 2), (True, 1)]


def test_what_has_no_time_is_taken_in_the_order_of_the_file(day: Path) -> None:
    edits = [
        MOLE.replace("Tuesday", word) for word in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Sunday")
    ]
    records: list[dict[str, object]] = [
        {"id": str(number), "cluster": "mole", "headline": "Mole", "body": body}
        for number, body in enumerate(edits * 60)
    ]
    assert run(lines(day, [each | {"id": f"x{each['id']}"} for each in records])).stories == 1


def test_labels_that_do_not_fit_stop_it_before_anything_is_taken(day: Path, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.json"
    pairs.write_text('[{"a": "m1", "b": "nobody", "same": true}]')
    with pytest.raises(InputError, match="nobody"):
        run(day, pairs)
    with pytest.raises(InputError, match="cluster"):
        run(lines(day, [{key: value for key, value in each.items() if key != "cluster"} for each in DAY]))


def test_figures_of_a_partition_that_is_known() -> None:
    stories = {"a": "s1", "b": "s1", "c": "s1", "d": "s2", "e": "s3"}
    expected = {"a": "x", "b": "x", "c": "y", "d": "y", "e": "z"}
    agreement, wrong = on_clusters(stories, expected)
    assert agreement.pairwise == Score(precision=1 / 3, recall=1 / 2)
    assert (agreement.false_merges, agreement.misses) == (2, 1)
    assert {(each.joined, each.weight, each.a, each.b) for each in wrong} == {
        (True, 2.0, ("a", "b"), ("c",)),
        (False, 1.0, ("c",), ("d",)),
    }
    same, _ = on_pairs(stories, [Pair(a="a", b="b", same=True), Pair(a="a", b="e", same=False)])
    assert same.pairwise == Score(precision=1, recall=1)
