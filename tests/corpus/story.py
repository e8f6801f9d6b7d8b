"""An invented story: its facts, its sentences, and the text that they make.

Law: a sentence keeps who says it apart from what is said, so that a rewrite can tell it in another way.
"""

import random
import re
from dataclasses import dataclass, field, replace

from tests.corpus.grammar import Grammar
from tests.corpus.world import ENGLISH, World

_FORMS = {
    "en": ("{who} said {what}", "{what}, {who} said", "according to {who}, {what}", "{who} added that {what}"),
    "de": ("{who} sagte, {what}", "{what}, sagte {who}", "{what}, teilte {who} mit"),
    "fr": ("selon {who}, {what}", "{what}, a dit {who}", "d'après {who}, {what}"),
    "es": ("según {who}, {what}", "{what}, dijo {who}", "{who} afirmó que {what}"),
    "ja": ("{who}は「{what}」と述べた", "{who}によると、{what}", "{who}は会見で、{what}と説明した"),
}
_QUOTES = {
    "en": ('"{what}," {who} said', '{who} said: "{what}"', '"{what}," {who} told reporters'),
    "de": ("„{what}“, sagte {who}", "{who} sagte: „{what}“"),
    "fr": ("« {what} », a dit {who}", "{who} a lancé : « {what} »"),
    "es": ("«{what}», dijo {who}", "{who} dijo: «{what}»"),
    "ja": ("「{what}」と{who}は語った", "{who}は「{what}」と訴えた"),
}
OWN = 0.35
"""Share of sentences in a subject's own patterns; the others combine freely, as unrelated copy shares few phrases."""
SAID = 0.25
"""Share of quotations among the others."""
_MENTION = re.compile("\x02([ABC])\x03")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence; people stand in it as marks until the text is rendered."""

    what: str
    who: str | None = None
    quoted: bool = False
    form: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A text ready to be sent."""

    headline: str
    paragraphs: tuple[str, ...]
    dateline: str = ""

    @property
    def body(self) -> str:
        """As an entry carries it."""
        first, *rest = self.paragraphs or ("",)
        return "\n\n".join([self.dateline + first, *rest])

    @property
    def words(self) -> int:
        """Of the paragraphs."""
        return sum(len(each.split()) for each in self.paragraphs)


@dataclass(slots=True, kw_only=True)
class Story:
    """One piece of copy: facts bound in its grammar, and its sentences in paragraphs."""

    key: str
    language: str
    kind: str
    grammar: Grammar
    at: int
    """Minutes from the beginning of the day."""
    dateline: str
    roles: dict[str, str]
    headline: str = ""
    paragraphs: tuple[tuple[Sentence, ...], ...] = ()
    spoken: set[str]
    """Quotations that were made in any story."""
    used: frozenset[str] = frozenset()
    """Patterns that another text about the same used up: another hand writes other sentences."""
    patterns: set[str] = field(default_factory=set)
    """Those that this one used."""

    def draft(self) -> Draft:
        """The text as its author sent it."""
        return Draft(headline=self.headline, paragraphs=self.render(self.paragraphs), dateline=self.dateline)

    def headlines(self, rng: random.Random, count: int) -> list[str]:
        """Other headlines for the same text."""
        return [text for text in self._headlines(rng) if text != self.headline][:count]

    def open(self, words: int, rng: random.Random) -> None:
        """Write the first headline and the text."""
        self.headline, pattern = next(iter(self._headlines(rng).items()))
        self.patterns.add(pattern)
        self.paragraphs = self._compose(words, rng)

    def sentence(self, symbol: str, rng: random.Random) -> Sentence:
        """A new sentence about the same facts."""
        patterns = self.grammar.rules[symbol]
        return self._made(rng.choice([each for each in patterns if each not in self.used] or patterns), rng)

    def _compose(self, words: int, rng: random.Random) -> tuple[tuple[Sentence, ...], ...]:
        """Lead and body of about so many words, in paragraphs of one to three sentences."""
        rules, kind = self.grammar.rules, self.kind
        own = [*rules.get(f"{kind}.body", ()), *rules.get(f"{kind}.quote", ())]
        own = [each for each in own if each not in self.used and each not in self.spoken]
        own = [*rng.sample(own, len(own) // 4), rng.choice(rules["background"])]
        sentences = [self.sentence(f"{kind}.lead", rng)]
        while self._length(sentences) < words:
            if own and rng.random() < OWN:
                sentences.append(self._made(own.pop(0), rng))
            else:
                sentences.append(self.sentence("saying" if rng.random() < SAID else "clause", rng))
        paragraphs: list[tuple[Sentence, ...]] = [(sentences.pop(0),)]
        while sentences:
            count = rng.choice((1, 2, 2, 3))
            paragraphs.append(tuple(sentences[:count]))
            del sentences[:count]
        return tuple(paragraphs)

    def render(self, paragraphs: tuple[tuple[Sentence, ...], ...]) -> tuple[str, ...]:
        """Text: everybody in full where first named, by last name from then on."""
        named: set[str] = set()
        gap = "" if self.language == "ja" else " "
        return tuple(gap.join(self._rendered(each, named) for each in paragraph) for paragraph in paragraphs)

    def _headlines(self, rng: random.Random) -> dict[str, str]:
        """Some headlines, and the pattern of each."""
        patterns = [each for each in self.grammar.rules[f"{self.kind}.headline"] * 3 if each not in self.used]
        return {_upper(self.grammar.say(each, rng)): each for each in rng.sample(patterns, len(patterns))}

    def _length(self, sentences: list[Sentence]) -> int:
        text = " ".join(each.what for each in sentences)
        return len(text) // 3 if self.language == "ja" else len(text.split())

    def _made(self, pattern: str, rng: random.Random) -> Sentence:
        self.patterns.add(pattern)
        if pattern.startswith('"') and pattern not in self.grammar.rules["saying"]:
            self.spoken.add(pattern)
        who, mark, what = pattern.partition("> ")
        if not mark:
            return Sentence(what=self.grammar.say(pattern, rng))
        return Sentence(
            what=self.grammar.say(what, rng), who=who.strip('"'), quoted=who.startswith('"'), form=rng.randrange(12)
        )

    def _rendered(self, sentence: Sentence, named: set[str]) -> str:
        text = sentence.what
        if sentence.who:
            forms = (_QUOTES if sentence.quoted else _FORMS)[self.language]
            what = _upper(text) if sentence.quoted else text
            text = forms[sentence.form % len(forms)].format(who=f"\x02{sentence.who}\x03", what=what)
        text = _upper(_MENTION.sub(lambda found: self._mention(found[1], named), text))
        if self.language == "ja":
            return text + "。"
        return text[:-1] + '."' if text.endswith('"') else text + "."

    def _mention(self, who: str, named: set[str]) -> str:
        names = self.grammar.names
        if who in named:
            return names[f"{who}:last"] + ("氏" if self.language == "ja" else "")
        named.add(who)
        full, role = names[f"{who}!"], self.roles[who]
        return f"{full}{role}" if self.language == "ja" else f"{role} {full}"


def tell(world: World, key: str, language: str, rng: random.Random, *, at: int, words: int) -> Story:
    """Invent a story."""
    rules = world.rules[language]
    grammar = Grammar(rules=rules, names=world.cast(language), english=language == ENGLISH)
    kind = rng.choice(kinds(grammar))
    roles = {who: rng.choice(rules[f"{kind}.{who}"]) for who in "ABC"}
    place = dateline(grammar.names["X"], language, rng.choice(world.agencies), rng)
    story = Story(
        key=key, language=language, kind=kind, grammar=grammar, at=at, dateline=place, roles=roles, spoken=world.spoken
    )
    story.open(words, rng)
    return story


def retell(world: World, story: Story, rng: random.Random, *, words: int) -> Story:
    """Another agency's report: the same people, places and figures in other sentences."""
    grammar = replace(story.grammar, bound=dict(story.grammar.bound))
    other = _other(world, story, rng, grammar, story.kind, story.roles, words)
    agency = next(each for each in world.agencies if f"({each})" not in story.dateline)
    for each in world.agencies:
        other.dateline = other.dateline.replace(f"({each})", f"({agency})")
    return other


def follow(world: World, story: Story, rng: random.Random, *, words: int) -> Story:
    """A new development: the same people and places, other news and figures."""
    bound = {key: value for key, value in story.grammar.bound.items() if key in {"*today", "*coin"}}
    return _other(world, story, rng, replace(story.grammar, bound=bound), "follow", story.roles, words)


def translate(world: World, story: Story, language: str, rng: random.Random, *, words: int) -> Story:
    """The same names and figures in another language."""
    bound = {key: value for key, value in story.grammar.bound.items() if value.isdigit()}
    grammar = Grammar(rules=world.rules[language], names=story.grammar.names, bound=bound, english=language == ENGLISH)
    kind = rng.choice(kinds(grammar))
    roles = {who: rng.choice(grammar.rules[f"{kind}.{who}"]) for who in "ABC"}
    return _other(world, replace(story, language=language), rng, grammar, kind, roles, words)


def _other(
    world: World, story: Story, rng: random.Random, grammar: Grammar, kind: str, roles: dict[str, str], words: int
) -> Story:
    other = Story(
        key=story.key,
        language=story.language,
        kind=kind,
        grammar=grammar,
        at=story.at,
        dateline=dateline(grammar.names["X"], story.language, rng.choice(world.agencies), rng),
        roles=roles,
        spoken=world.spoken,
        used=frozenset(story.patterns),
    )
    other.open(words, rng)
    return other


def kinds(grammar: Grammar) -> list[str]:
    """Subjects that can be told of."""
    return sorted(symbol.removesuffix(".quote") for symbol in grammar.rules if symbol.endswith(".quote"))


def dateline(place: str, language: str, agency: str, rng: random.Random) -> str:
    """The manner of an agency, or of an outlet that has its own."""
    if language == "ja":
        return rng.choice((f"【{place}】", ""))
    date = f"{rng.choice(('Jan', 'Feb', 'March', 'April'))} {rng.randint(1, 28)}"
    if language != ENGLISH:
        return rng.choice((f"{place} ({agency}) - ", f"{place}. - "))
    return rng.choice((f"{place.upper()}, {date} ({agency}) - ", f"{place.upper()} ({agency}) -- ", f"{place} — "))


def with_paragraphs(draft: Draft, *paragraphs: str) -> Draft:
    """The same with other paragraphs."""
    return replace(draft, paragraphs=paragraphs)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
