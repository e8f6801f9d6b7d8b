"""Every hostile document through a real child, under the shipped limits: its outcome, its time, its memory."""

import unicodedata
from collections import Counter
from dataclasses import replace
from functools import cache

import anyio
import pytest

from tests.hostile import dates, encodings, json_documents, malformed, payloads, strangers, walk, xml_attacks
from tests.hostile.case import Case
from tests.hostile.walk import PIECE, Walked
from wire.config import load
from wire.model import Copy
from wire.parse.text import clean
from wire.policy import WorkerPolicy
from wire.worker import Workers

TABLES: dict[str, list[Case]] = {
    module.__name__.rpartition(".")[2]: module.CASES
    for module in (xml_attacks, encodings, malformed, dates, payloads, strangers, json_documents)
}
CASES = [case for cases in TABLES.values() for case in cases]
CPU, MEMORY = 5.0, 512 * 2**20
SETTINGS = load(None, environ={})

Outcome = tuple[Walked, int]
"""What came of a document, and how many entries it had."""


@cache
def outcomes(table: str) -> dict[str, Outcome]:
    """What came of each, one after the other in one child: whoever had harmed it would have harmed those behind it."""

    async def all_of_them() -> dict[str, Outcome]:
        workers = Workers(WorkerPolicy(processes=1))
        return {case.name: await _walk(workers, case) for case in TABLES[table]}

    return anyio.run(all_of_them)


async def _walk(workers: Workers, case: Case) -> Outcome:
    read, seen, language = await workers.run(walk.read, case.body, case.content_type)
    copies: list[Copy] = []
    for start in range(0, len(seen), PIECE):
        made = await workers.run(walk.items, seen[start : start + PIECE], SETTINGS.agencies, language)
        copies += made.copies
        read = replace(read, cpu=max(read.cpu, made.cpu), peak=max(read.peak, made.peak))
    return replace(read, copies=tuple(copies)), len(seen)


def test_there_are_three_hundred_and_no_two_of_one_name() -> None:
    assert len(CASES) >= 300
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []


@pytest.mark.timeout(600)  # the first of a table waits for all of it
@pytest.mark.parametrize(
    ("table", "case"),
    [
        pytest.param(table, case, id=case.name, marks=pytest.mark.xdist_group(f"hostile {table}"))
        for table, cases in TABLES.items()
        for case in cases
    ],
)
def test_outcome(table: str, case: Case) -> None:
    walked, entries = outcomes(table)[case.name]
    assert walked.cpu < CPU
    assert walked.peak < MEMORY
    if case.refused is not None or walked.refused is not None:
        assert case.refused is not None, walked.refused
        assert case.refused in (walked.refused or "it is read")
        return
    assert entries == case.entries
    if entries:
        first, copy = walked.entries[0], walked.copies[0]
        assert case.headline in {None, copy.headline}
        assert case.text in {None, copy.body}
        assert case.url in {"", first.url}
        assert case.date in {"", walk.shown(first.published_at)}
    assert case.says is None or case.says in "; ".join(walked.problems)
    for copy in walked.copies:
        assert copy.url is None or copy.url.startswith(("http://", "https://"))
        for text in filter(None, (copy.headline, copy.body, copy.byline, copy.credit, copy.slug)):
            assert clean(text) == text
        for text in filter(None, (copy.headline, copy.byline, copy.credit)):
            assert "<script" not in text.lower()
            assert not any(unicodedata.category(character) == "Cc" for character in text)
