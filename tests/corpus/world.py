"""What a seed's world is made of: invented names, its share of the grammar, its boilerplate and recurring templates.

Law: two worlds differ in names, words and phrases; those of test seeds share no boilerplate and no recurring template
with those on which anything was tuned.
"""

import random

from tests.corpus.grammar import Grammar, Rules, load, some

TEST = 100
"""Seeds from here on are test seeds: the gate runs on them, and nothing is tuned on them."""
ENGLISH = "en"
LANGUAGES = ("de", "fr", "es", "ja")
"""Besides English."""
BOILER = 8
"""Paragraphs of boilerplate that an outlet has."""


class World:
    """One seed's invention. Names are given out once; Japanese ones may come again, as they do."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._rng = random.Random(f"world {seed}")
        self._taken: set[str] = set()
        self._names = dict(load("names"))
        self._names |= {part: tuple(self._rng.sample(self._names[part], 9)) for part in ("onset", "vowel", "coda")}
        self.rules = {language: some(load(language), self._rng) for language in (ENGLISH, *LANGUAGES)}
        self.house = load("house-test" if seed >= TEST else ("house-train-a", "house-train-b")[seed % 2])
        """Boilerplate and recurring templates."""
        self.flavour = load("flavour")
        """What outlets add of their own."""
        self.outlets = tuple(f"{self._stem()} {paper}" for paper in self._names["paper"])
        self.agencies = tuple(f"{self._stem()}press" for _ in range(3))
        self.boilers = {outlet: tuple(self._rng.sample(self.boiler(outlet), BOILER)) for outlet in self.outlets}
        """An outlet's standing paragraphs."""
        self.spoken: set[str] = set()
        """Quotations that somebody has made: nobody else says the same."""

    def boiler(self, outlet: str) -> list[str]:
        """All boilerplate there is, in an outlet's name."""
        return [line.replace("{O}", outlet) for line in self.house["boiler"]]

    def cast(self, language: str) -> dict[str, str]:
        """Names for the slots of one story, in its language; `{A}` is a mark until the text is rendered."""
        names = self._japanese() if language == "ja" else self._western(language)
        return names | {who: f"\x02{who}\x03" for who in "ABC"}

    def grammar(self, rules: Rules) -> Grammar:
        """English names of their own for some rules, the world's grammar behind them; people stand with full names."""
        names = self.cast(ENGLISH)
        full = {who: names[f"{who}!"] for who in "ABC"}
        return Grammar(rules={**self.rules[ENGLISH], **rules}, names=names | full)

    def _western(self, language: str) -> dict[str, str]:
        names = {slot: self._stem() + self._one(f"town.{language}") for slot in "XY"}
        names["R"] = self._stem() + self._one("country")
        names |= {slot: f"{self._stem()} {self._one(f'house.{language}')}" for slot in "OQ"}
        for who in "ABC":
            names[f"{who}:last"] = self._stem()
            names[f"{who}!"] = f"{self._stem()} {names[f'{who}:last']}"
        return names

    def _japanese(self) -> dict[str, str]:
        endings = {"X": "市", "Y": "町", "R": "県", "O": self._one("house.ja"), "Q": self._one("house.ja")}
        names = {slot: self._signs("place") + ending for slot, ending in endings.items()}
        for who in "ABC":
            names[f"{who}:last"] = self._signs("family")
            names[f"{who}!"] = names[f"{who}:last"] + self._signs("given")
        return names

    def _stem(self) -> str:
        """A name that nobody bears yet."""
        while True:
            syllables = [self._one("onset") + self._one("vowel") for _ in range(self._rng.choice((1, 2, 2)))]
            name = "".join([*syllables, self._one("coda")]).capitalize()
            if name not in self._taken:
                self._taken.add(name)
                return name

    def _one(self, part: str) -> str:
        return self._rng.choice(self._names[part]).replace("_", " ")

    def _signs(self, part: str) -> str:
        return "".join(self._rng.sample(self._names[f"sign.{part}"], 2))
