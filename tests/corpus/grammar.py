"""A small grammar language and its expansion: `words/*.txt` → phrases.

Law: chance comes in as an argument; the same grammar, names and chance give the same phrase.

::

    symbol:               the lines below are its alternatives      {symbol}   a fresh choice
    symbol = this | that  the same in one line                      {*symbol}  one choice for the whole story
    (this|that)  [maybe]  choices in place                          {3-29}     a number
"""

import random
import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

Rules = Mapping[str, tuple[str, ...]]

_HEAD = re.compile(r"([\w.]+):")
_LINE = re.compile(r"([\w.]+) = (.+)")
_SLOT = re.compile(r"\{([^{}]+)\}")
_CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)")
_MAYBE = re.compile(r"\[([^\[\]]*)\]")
_RANGE = re.compile(r"(\d+)-(\d+)")
_ARTICLE = re.compile(r"\b([Aa]) (?=[aeiouAEIOU](?!ne\b|ni))")
_PLURAL = re.compile(r"(?<=[a-z][^aeiou\W])ys\b|sss\b")
_MANY = 8
"""Alternatives from which on a world knows only some: no two worlds speak alike."""


@cache
def load(name: str) -> Rules:
    """The rules in `words/NAME.txt`."""
    rules: dict[str, list[str]] = {}
    symbol = ""
    for line in (Path(__file__).parent / "words" / f"{name}.txt").read_text("utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if head := _HEAD.fullmatch(line):
            symbol = head[1]
        elif one := _LINE.fullmatch(line):
            rules[one[1]] = [each.strip() for each in re.split(r"\|(?![^()]*\))", one[2])]
        else:
            rules.setdefault(symbol, []).append(line)
    return {key: tuple(values) for key, values in rules.items()}


def some(rules: Rules, rng: random.Random) -> Rules:
    """Three quarters of every long list."""
    return {
        key: tuple(rng.sample(values, len(values) * 3 // 4)) if len(values) >= _MANY else values
        for key, values in rules.items()
    }


@dataclass(slots=True, kw_only=True)
class Grammar:
    """Rules with the names that stand for a story's people, places and organisations."""

    rules: Rules
    names: Mapping[str, str]
    bound: MutableMapping[str, str] = field(default_factory=dict)
    """What each `{*symbol}` came to be."""
    english: bool = True

    def say(self, pattern: str, rng: random.Random) -> str:
        """Expand a pattern."""
        while (plain := self._step(pattern, rng)) != pattern:
            pattern = plain
        text = re.sub(r"  +", " ", pattern).replace(" ,", ",").strip()
        return _PLURAL.sub(_plural, _ARTICLE.sub(r"\1n ", text)) if self.english else text

    def _step(self, pattern: str, rng: random.Random) -> str:
        pattern = _CHOICE.sub(lambda found: rng.choice(found[1].split("|")), pattern)
        pattern = _MAYBE.sub(lambda found: found[1] if rng.random() < 0.5 else "", pattern)
        return _SLOT.sub(lambda found: self._fill(found[1], rng), pattern)

    def _fill(self, slot: str, rng: random.Random) -> str:
        if span := _RANGE.fullmatch(slot):
            return str(rng.randint(int(span[1]), int(span[2])))
        if slot in self.names:
            return self.names[slot]
        if slot.startswith("*"):
            if slot not in self.bound:
                self.bound[slot] = self.say(rng.choice(self.rules[slot[1:]]), rng)
            return self.bound[slot]
        return rng.choice(self.rules[slot])


def _plural(found: re.Match[str]) -> str:
    return "ies" if found[0] == "ys" else "sses"
