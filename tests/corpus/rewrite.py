"""A desk's rewrite: the same sentences told in other words, until only so much of the wording is left.

Law: facts and quotations stay; what differs is who is named first, words, order, and what is cut.
"""

import random
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from tests.corpus.story import Sentence, Story

Paragraphs = tuple[tuple[Sentence, ...], ...]


@cache
def synonyms(language: str) -> dict[str, tuple[str, ...]]:
    """What may stand for a word or phrase; empty where a language has no list."""
    path = Path(__file__).parent / "words" / f"synonyms-{language}.txt"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    groups = [line.split("|") for line in lines if line and not line.startswith("#")]
    return {each: tuple(other for other in group if other != each) for group in groups for each in group}


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Word triples."""
    words = re.findall(r"\w+", text.casefold())
    return frozenset(zip(words, words[1:], words[2:], strict=False))


def shared(text: str, other: str) -> float:
    """Share of the triples of the text with fewer that the other holds."""
    a, b = shingles(text), shingles(other)
    return len(a & b) / (min(len(a), len(b)) or 1)


def light(story: Story, rng: random.Random, *, keep: float = 0.7) -> Paragraphs:
    """The tail in another order, and other words until `keep` of the word triples are left."""
    lead, *tail = story.paragraphs
    cut = max(1, len(tail) // 2)
    moved = tail[:cut] + rng.sample(tail[cut:], len(tail) - cut)
    return _reworded(story, (lead, *moved), rng, keep)


def heavy(story: Story, rng: random.Random, *, keep: float = 0.4) -> Paragraphs:
    """A new lead, a quarter of the sentences and half of the quotations cut, other words, sentences of its own."""
    sentences = [sentence for paragraph in story.paragraphs[1:] for sentence in paragraph]
    kept = [each for each in sentences if rng.random() < (0.5 if each.quoted else 0.75)]
    lead = story.sentence(f"{story.kind}.lead", rng)
    told = _reworded(story, ((lead,), *((each,) for each in kept)), rng, keep, whole=True)
    return _own(story, told, rng, keep)


def _reworded(
    story: Story, paragraphs: Paragraphs, rng: random.Random, keep: float, *, whole: bool = False
) -> Paragraphs:
    """Other words, here and there or (`whole`) a sentence at a time, until `keep` of the wording is left."""
    before = _text(story, story.paragraphs)
    changes = list(_changes(story, paragraphs, epithets=whole))
    rng.shuffle(changes)
    if whole:
        turn = {place: rng.random() for place in {change[:2] for change in changes}}
        changes.sort(key=lambda change: turn[change[:2]])
    changed = [list(paragraph) for paragraph in paragraphs]
    for number, (p, s, old, new) in enumerate(changes):
        sentence = changed[p][s]
        if old:
            changed[p][s] = replace(sentence, what=re.sub(rf"\b{re.escape(old)}\b", new, sentence.what, count=1))
        else:
            changed[p][s] = replace(sentence, form=sentence.form + 1)
        if number % 4 == 0 and shared(_text(story, changed), before) <= keep:
            break
    return _frozen(changed)


def _changes(story: Story, paragraphs: Paragraphs, *, epithets: bool) -> Iterable[tuple[int, int, str, str]]:
    """Where a word may be exchanged or dropped, or (empty) a speaker moved: paragraph, sentence, old, new."""
    words = synonyms(story.language)
    drops = [each for each in story.grammar.rules.get("adj", ()) if each.isalpha()] if epithets else []
    for p, paragraph in enumerate(paragraphs):
        for s, sentence in enumerate(paragraph):
            if sentence.who:
                yield p, s, "", ""
            if not sentence.quoted:
                held = set(re.findall(r"\w+", sentence.what))
                yield from ((p, s, old, new[0]) for old, new in words.items() if held.issuperset(old.split()))
                yield from ((p, s, f"{each} ", "") for each in drops if each in held and "and" not in held)


def _own(story: Story, paragraphs: Paragraphs, rng: random.Random, keep: float) -> Paragraphs:
    """Sentences of the desk's own between those that it took, where too much is the same."""
    before = _text(story, story.paragraphs)
    told = list(paragraphs)
    for _ in range(len(paragraphs)):
        if shared(_text(story, told), before) <= keep:
            break
        told.insert(rng.randint(1, len(told)), (story.sentence("clause", rng),))
    return tuple(told)


def _text(story: Story, paragraphs: Iterable[Iterable[Sentence]]) -> str:
    return " ".join(story.render(_frozen(paragraphs)))


def _frozen(paragraphs: Iterable[Iterable[Sentence]]) -> Paragraphs:
    return tuple(tuple(paragraph) for paragraph in paragraphs)
