"""Labels that can't be used are refused, by file and line."""

import gzip
import json
from pathlib import Path

import pytest

from tests.measure.copy import CHESS, FROST, MOLE, lines
from wire.errors import InputError
from wire.measure.labels import Labelled, Pair, clusters, read_documents, read_pairs

DOCUMENTS: list[dict[str, object]] = [
    {"id": "a", "cluster": "mole", "headline": "Mole", "body": MOLE},
    {"id": 7, "cluster": 3, "headline": "Frost", "body": FROST},
]


def test_documents_come_with_their_clusters_plain_and_gzipped(tmp_path: Path) -> None:
    plain = lines(tmp_path / "day.jsonl", DOCUMENTS)
    packed = tmp_path / "day.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    for path in (plain, packed):
        documents = read_documents(path)
        assert documents == [Labelled(id="a", cluster="mole"), Labelled(id="7", cluster="3")]
        assert clusters(path, documents) == {"a": "mole", "7": "3"}


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("{cut off", "3"),
        ('{"id": "x"}', "neither headline nor body"),
        (json.dumps({"headline": "Chess", "body": CHESS}), "has no `id`"),
        (json.dumps({"id": "a", "headline": "Chess", "body": CHESS}), "'a' stands on line 1 already"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, bad: str, why: str) -> None:
    path = lines(tmp_path / "day.jsonl", DOCUMENTS)
    path.write_text(path.read_text() + bad + "\n")
    with pytest.raises(InputError) as caught:
        read_documents(path)
    assert str(caught.value).startswith(f"{path}:3: ")
    assert why in str(caught.value)


def test_files_that_hold_nothing_of_use(tmp_path: Path) -> None:
    empty, torn = tmp_path / "empty.jsonl", tmp_path / "torn.jsonl.gz"
    empty.write_text("\n\n")
    torn.write_bytes(gzip.compress(lines(tmp_path / "day.jsonl", DOCUMENTS).read_bytes())[:-20])
    for path, why in ((empty, "no document"), (torn, "gzip"), (tmp_path / "none.jsonl", "No such file")):
        with pytest.raises(InputError, match=why):
            read_documents(path)


def test_documents_without_cluster_are_counted(tmp_path: Path) -> None:
    path = lines(tmp_path / "day.jsonl", [{"id": "a", "headline": "Mole", "body": MOLE}, DOCUMENTS[1]])
    with pytest.raises(InputError, match="1 of 2 documents"):
        clusters(path, read_documents(path))


def pairs(path: Path, text: str) -> list[Pair]:
    path.write_text(text)
    return read_pairs(path, dict.fromkeys("abc"))


def test_pairs_may_weigh(tmp_path: Path) -> None:
    text = '[{"a": "a", "b": "b", "same": true, "weight": 2.5, "more": 1}, {"a": "c", "b": "a", "same": false}]'
    assert pairs(tmp_path / "pairs.json", text) == [
        Pair(a="a", b="b", same=True, weight=2.5),
        Pair(a="c", b="a", same=False),
    ]


GOOD = '{"a": "a", "b": "b", "same": true}'


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"[{GOOD},\n{{]", 2),
        ("{}", 1),
        ("[]", 1),
        (f'[{GOOD},\n\n{{"a": "a", "b": "b", "same": "yes"}}]', 3),
        (f'[{GOOD},\n{{"a": "a", "b": "a", "same": true}}]', 2),
        (f'[{GOOD},\n{GOOD}, {{"a": "a", "b": "b", "same": true, "weight": 0}}]', 2),
        (f'[{GOOD},\n{{"a": "a", "b": "b", "same": true, "weight": Infinity}}]', 2),
        (f"[{GOOD}, [\n]]", 1),
    ],
)
def test_a_bad_pair_is_named(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(InputError) as caught:
        pairs(tmp_path / "pairs.json", text)
    assert str(caught.value).startswith(f"{tmp_path / 'pairs.json'}:{line}: ")


def test_ids_that_are_no_document_are_counted(tmp_path: Path) -> None:
    text = f'[{GOOD},\n{{"a": "x", "b": "y", "same": true}},\n{{"a": "x", "b": "a", "same": true}}]'
    with pytest.raises(InputError, match=r":2: 2 ids stand for no document"):
        pairs(tmp_path / "pairs.json", text)
