"""What only looks like the same copy: each scenario makes texts of which none may join another story.

Law: every text gets a label of its own, unless its scenario is in LOOSE: where neighbours are edits of one another and
the ends share nothing, nobody can say where one piece of copy ends, so only merges with other stories count there.
"""

import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import accumulate

from tests.corpus.story import Draft, Sentence, Story, follow, retell, tell, translate, with_paragraphs
from tests.corpus.world import ENGLISH, LANGUAGES, World

Trapped = tuple[str, int, str, Draft]
"""Label, minutes from the beginning of the day, language, text."""
Scenario = Callable[[World, Sequence[Story], random.Random], Iterable[Trapped]]

LOOSE = frozenset({"chain", "live page"})
_DAY = 24 * 60
"""Minutes."""
_SILENT = Sentence(
    what="we have nothing to add tonight to what the board of this house told the families and the courts in March",
    quoted=True,
)
"""What is quoted where a story quotes nobody."""
TEMPLATES = ("rate", "grain", "fund", "bulletin", "list", "results")


def template(world: World, stories: Sequence[Story], rng: random.Random) -> Iterable[Trapped]:
    """Six recurring templates, eight times each with other data: minutes, hours and a day apart."""
    for kind in TEMPLATES:
        fixed = world.grammar(world.house)
        at = rng.randint(300, 600)
        for number in range(8):
            at += rng.choice((6, 10, 20, 60, 240))
            grammar = fixed if number % 2 else world.grammar(world.house)
            grammar.bound = {} if number % 4 == 0 else {k: v for k, v in grammar.bound.items() if k == "*coin"}
            text = grammar.say(world.house[f"{kind}.text"][0], rng)
            head = grammar.say(world.house[f"{kind}.headline"][0], rng)
            yield f"{kind} {number}", at, ENGLISH, Draft(headline=head, paragraphs=(text,))
        day = fixed.say(world.house[f"{kind}.text"][0], rng)
        head = fixed.say(world.house[f"{kind}.headline"][0], rng)
        yield f"{kind} next day", at + _DAY, ENGLISH, Draft(headline=head, paragraphs=(day,))


def slow_template(world: World, stories: Sequence[Story], rng: random.Random) -> Iterable[Trapped]:
    """The same templates on four days in a row, with a third of the figures moved a little from day to day."""
    for kind in TEMPLATES:
        grammar, at = world.grammar(world.house), rng.randint(300, 600)
        text = grammar.say(world.house[f"{kind}.text"][0], rng)
        head = grammar.say(world.house[f"{kind}.headline"][0], rng)
        for number in range(4):
            yield f"{kind} {number}", at + number * _DAY, ENGLISH, Draft(headline=head, paragraphs=(text,))
            text = _moved(text, rng)


def independent(world: World, stories: Sequence[Story], rng: random.Random) -> Iterable[Trapped]:
    """Another agency's own report on the same event, with the same statement quoted in it."""
    for story in _some(_english(stories), 20, rng):
        other = retell(world, story, rng, words=rng.randint(150, 350))
        quote = replace(next(iter(_quotes(story)), _SILENT), who="A")
        told = (*other.paragraphs[:2], (quote,), *other.paragraphs[2:])
        text = Draft(headline=other.headline, paragraphs=other.render(told), dateline=other.dateline)
        yield story.key, story.at + rng.randint(5, 120), ENGLISH, text


def follow_up(world: World, stories: Sequence[Story], rng: random.Random) -> Iterable[Trapped]:
    """Six to thirty hours later: a new development above one or two paragraphs of background word for word."""
    for story in _some([each for each in _english(stories) if len(each.paragraphs) > 4], 20, rng):
        other = follow(world, story, rng, words=rng.randint(160, 320))
        text = other.draft()
        background = story.draft().paragraphs[2 : 3 + rng.randint(0, 1)]
        yield (
            story.key,
            story.at + rng.randint(360, 1800),
            ENGLISH,
            with_paragraphs(text, *text.paragraphs, *background),
        )


def round_up(world: World, stories: Sequence[Story], rng: random.Random) -> Iterable[Trapped]:
    """Three to eight stories in one text: headline and first paragraph of each."""
    flavour = world.grammar(world.flavour)
    for number in range(10):
        at = rng.randint(900, 1380)
        earlier = [each for each in _english(stories) if at - 600 < each.at < at]
        earlier = earlier if len(earlier) > 2 else _english(stories)
        chosen = _some(earlier, rng.randint(3, 8), rng)
        parts = [part for each in chosen for part in (each.headline, each.draft().paragraphs[0])]
        intro = flavour.say(rng.choice(world.flavour["round.intro"]), rng)
        head = rng.choice(world.flavour["round.headline"])
        yield str(number), at, ENGLISH, Draft(headline=f"{head} {number}", paragraphs=(intro, *parts))


def shared_boilerplate(world: World, stories: Sequence[Story], rng: random.Random) -> Iterable[Trapped]:
    """480 words of one outlet's own around some 60 words of news."""
    for outlet in world.outlets[:3]:
        for number in range(8):
            story = tell(world, "", ENGLISH, rng, at=0, words=50)
            text = story.draft()
            text = with_paragraphs(text, *text.paragraphs, *world.boiler(outlet))
            yield f"{outlet} {number}", rng.randint(200, 1400), ENGLISH, text


def shared_background(world: World, stories: Sequence[Story], rng: random.Random) -> Iterable[Trapped]:
    """Unrelated news of one desk that ends on one paragraph of background, word for word."""
    for number in range(5):
        source = tell(world, "", ENGLISH, rng, at=0, words=200)
        background = " ".join(source.draft().paragraphs[1:3])
        for each in range(4):
            text = tell(world, "", ENGLISH, rng, at=0, words=rng.randint(90, 250)).draft()
            text = with_paragraphs(text, *text.paragraphs, background)
            yield f"{number} {each}", rng.randint(200, 1400), ENGLISH, text


def same_headline(world: World, stories: Sequence[Story], rng: random.Random) -> Iterable[Trapped]:
    """Other copy under the headline of a story."""
    for story in _some(_english(stories), 15, rng):
        other = tell(world, "", ENGLISH, rng, at=0, words=rng.randint(120, 300))
        yield story.key, story.at + rng.randint(5, 300), ENGLISH, replace(other.draft(), headline=story.headline)


def tiny(world: World, stories: Sequence[Story], rng: random.Random) -> Iterable[Trapped]:
    """Texts of no or few words under headlines of their own."""
    bodies = ("", "", "Details soon.", "More follows.", "Full text to come within the hour.", "See picture.")
    for number in range(24):
        story = tell(world, "", rng.choice((ENGLISH, ENGLISH, *LANGUAGES)), rng, at=0, words=40)
        text = Draft(headline=story.headline, paragraphs=(rng.choice(bodies),))
        yield str(number), rng.randint(100, 1400), story.language, text


def chain(world: World, stories: Sequence[Story], rng: random.Random) -> Iterable[Trapped]:
    """Thirty edits in a row, each replacing one paragraph in ten: neighbours are near, the ends share nothing."""
    for number in range(3):
        story = tell(world, "", ENGLISH, rng, at=0, words=330)
        yield from ((f"{number}", 400 + 15 * step, ENGLISH, draft) for step, draft in enumerate(edits(story, rng, 30)))


def live_page(world: World, stories: Sequence[Story], rng: random.Random) -> Iterable[Trapped]:
    """A live page at eight moments: new posts on top, old ones off the end."""
    for number in range(3):
        grammar = world.grammar(world.flavour)
        head = grammar.say(rng.choice(world.flavour["live.headline"]), rng)
        posts = [_post(world, rng) for _ in range(8)]
        for step in range(8):
            posts = [_post(world, rng) for _ in range(3)] + posts[:-3]
            yield str(number), 420 + 60 * step, ENGLISH, Draft(headline=head, paragraphs=tuple(posts))


def pasted(world: World, stories: Sequence[Story], rng: random.Random) -> Iterable[Trapped]:
    """Two to four stories pasted together, whole or in part."""
    for number in range(25):
        chosen = _some(_english(stories), rng.randint(2, 4), rng)
        yield str(number), max(each.at for each in chosen) + rng.randint(5, 300), ENGLISH, paste(chosen, rng)


def two_languages(world: World, stories: Sequence[Story], rng: random.Random) -> Iterable[Trapped]:
    """The same event with the same names and figures in another language."""
    for story in _some(_english(stories), 10, rng):
        language = rng.choice(LANGUAGES[:3])
        other = translate(world, story, language, rng, words=200)
        yield story.key, story.at + rng.randint(5, 200), language, other.draft()


SCENARIOS: dict[str, Scenario] = {
    "template": template,
    "slow template": slow_template,
    "independent": independent,
    "follow-up": follow_up,
    "round-up": round_up,
    "shared boilerplate": shared_boilerplate,
    "shared background": shared_background,
    "same headline": same_headline,
    "tiny": tiny,
    "chain": chain,
    "live page": live_page,
    "pasted": pasted,
    "two languages": two_languages,
}


def edits(story: Story, rng: random.Random, count: int) -> Iterable[Draft]:
    """`count` edits in a row, each of one paragraph more, from the first to the last and round again."""
    paragraphs = list(story.paragraphs)
    for step in range(count):
        place = step % len(paragraphs)
        paragraphs[place] = tuple(story.sentence("clause", rng) for _ in paragraphs[place])
        yield with_paragraphs(story.draft(), *story.render(tuple(paragraphs)))


def paste(stories: Sequence[Story], rng: random.Random) -> Draft:
    """Several stories as one text: whole or the first half, none over twice as long as the shortest."""
    texts = [each.draft() for each in stories]
    most = 2 * min(text.words for text in texts)
    parts = [_first(text.paragraphs, rng.choice((most, most // 2))) for text in texts]
    return Draft(headline=texts[0].headline, paragraphs=tuple(each for part in parts for each in part))


def _first(paragraphs: Sequence[str], words: int) -> Sequence[str]:
    ends = accumulate(len(each.split()) for each in paragraphs)
    return paragraphs[: max(2, sum(end <= words for end in ends))]


def _moved(text: str, rng: random.Random) -> str:
    """Every third figure a little higher, three at least."""
    figures = list(re.finditer(r"\d+", text))
    for figure in sorted(rng.sample(figures, max(3, len(figures) // 3)), key=lambda found: -found.start()):
        text = f"{text[: figure.start()]}{int(figure[0]) + rng.randint(1, 9)}{text[figure.end() :]}"
    return text


def _post(world: World, rng: random.Random) -> str:
    grammar = world.grammar(world.flavour)
    first, second = rng.sample(world.flavour["live.more"], 2)
    news = grammar.say("{clause}", rng).split("> ")[-1]
    return f"{grammar.say(first, rng)} {grammar.say(second, rng)} {news[:1].upper()}{news[1:]}."


def _some(stories: Sequence[Story], count: int, rng: random.Random) -> list[Story]:
    return rng.sample(stories, min(len(stories), count))


def _english(stories: Sequence[Story]) -> list[Story]:
    return [each for each in stories if each.language == ENGLISH]


def _quotes(story: Story) -> list[Sentence]:
    return [each for paragraph in story.paragraphs for each in paragraph if each.quoted]
