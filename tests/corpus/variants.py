"""What happens to one piece of copy on its way: each transformation makes texts that are still the same copy.

Law: a transformation is a function of the story, the world and chance; it gives texts with minutes after the story.
"""

import random
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace

from tests.corpus import rewrite
from tests.corpus.grammar import Grammar
from tests.corpus.story import Draft, Story, dateline, with_paragraphs
from tests.corpus.world import ENGLISH, World

Sent = tuple[int, Draft]
"""Minutes after the story, and the text."""
Transformation = Callable[[Story, World, random.Random], Iterable[Sent]]

_UPDATE = ("UPDATE {}-", "{} LEAD: ", "({} LD) ")
_ALIKE = str.maketrans({"a": "а", "e": "е", "o": "о", "c": "с", "p": "р"})
"""Latin letters to Cyrillic ones that look the same."""
_MISREAD = (("m", "rn"), ("l", "1"), ("o", "0"), ("e", "c"), ("h", "b"), ("cl", "d"), ("i", "l"))


def _later(rng: random.Random) -> int:
    """Most reprints come within three hours, some the next morning."""
    return rng.choice((rng.randint(2, 180), rng.randint(2, 180), rng.randint(180, 1080)))


def identical(story: Story, world: World, rng: random.Random) -> Iterable[Sent]:
    """The same text."""
    yield _later(rng), story.draft()


def headline(story: Story, world: World, rng: random.Random) -> Iterable[Sent]:
    """The same text under another headline."""
    for other in story.headlines(rng, 1):
        yield _later(rng), replace(story.draft(), headline=other)


def boilerplate(story: Story, world: World, rng: random.Random) -> Iterable[Sent]:
    """60 to 200 words of an outlet's own around the text, mostly below it."""
    draft, lines = story.draft(), world.boilers[rng.choice(world.outlets)]
    head, tail = lines[: rng.choice((0, 0, 1))], lines[1 : rng.randint(4, 8)]
    yield _later(rng), with_paragraphs(draft, *head, *draft.paragraphs, *tail)


def trim(story: Story, world: World, rng: random.Random) -> Iterable[Sent]:
    """The first paragraphs only."""
    draft = story.draft()
    keep = rng.randint(2, max(2, len(draft.paragraphs) * 2 // 3))
    yield _later(rng), with_paragraphs(draft, *draft.paragraphs[:keep])


def teaser(story: Story, world: World, rng: random.Random) -> Iterable[Sent]:
    """The first paragraph only."""
    draft = story.draft()
    yield _later(rng), with_paragraphs(draft, draft.paragraphs[0])


def brief(story: Story, world: World, rng: random.Random) -> Iterable[Sent]:
    """The lead and one more sentence, under another headline."""
    sentences = [sentence for paragraph in story.paragraphs[:3] for sentence in paragraph]
    other = story.headlines(rng, 1) or [story.headline]
    text = story.render(((sentences[0], rng.choice(sentences[1:])),))
    yield _later(rng), Draft(headline=other[0], paragraphs=text)


def middle(story: Story, world: World, rng: random.Random) -> Iterable[Sent]:
    """A third of the text cut out of the middle."""
    draft = story.draft()
    count = len(draft.paragraphs)
    start = rng.randint(1, max(1, count // 2))
    yield (
        _later(rng),
        with_paragraphs(draft, *draft.paragraphs[:start], *draft.paragraphs[start + max(1, count // 3) :]),
    )


def reparagraphed(story: Story, world: World, rng: random.Random) -> Iterable[Sent]:
    """Every sentence a paragraph."""
    split = story.render(tuple((each,) for paragraph in story.paragraphs for each in paragraph))
    yield _later(rng), with_paragraphs(story.draft(), *split)


def light_rewrite(story: Story, world: World, rng: random.Random) -> Iterable[Sent]:
    """Some 70 % of the wording kept, the tail in another order."""
    yield _later(rng), with_paragraphs(story.draft(), *story.render(rewrite.light(story, rng)))


def heavy_rewrite(story: Story, world: World, rng: random.Random) -> Iterable[Sent]:
    """Some 40 % of the wording kept, under another headline; nobody does that to a few lines."""
    if story.draft().words < 150:
        return
    other = story.headlines(rng, 1) or [story.headline]
    told = story.render(rewrite.heavy(story, rng))
    yield rng.randint(20, 400), Draft(headline=other[0], paragraphs=told, dateline=story.dateline)


def flash(story: Story, world: World, rng: random.Random) -> Iterable[Sent]:
    """40 minutes ahead: the headline alone, or with half of the lead."""
    words = story.render(story.paragraphs[:1])[0].split()
    text = (" ".join(words[: rng.randint(11, 24)]).rstrip(",;:.") + ".",) if rng.random() < 0.7 else ()
    yield -40, Draft(headline=story.headline, paragraphs=text, dateline=story.dateline if text else "")


def urgent(story: Story, world: World, rng: random.Random) -> Iterable[Sent]:
    """12 minutes ahead: the lead and what follows it, marked urgent."""
    draft = story.draft()
    head = with_paragraphs(draft, *draft.paragraphs[:2])
    yield -12, replace(head, headline=rng.choice(("URGENT: ", "(URGENT) ", "URGENT-")) + draft.headline)


def update(story: Story, world: World, rng: random.Random) -> Iterable[Sent]:
    """Two to four takes, each with a new top above what stood before."""
    paragraphs, tag = list(story.paragraphs), rng.choice(_UPDATE)
    for number in range(1, rng.randint(3, 5)):
        paragraphs[1:1] = [(story.sentence("clause", rng), story.sentence("saying", rng))]
        if number > 1:
            paragraphs[0] = (story.sentence(f"{story.kind}.lead", rng),)
        text = story.render(tuple(paragraphs))
        head = tag.format(number) + story.headline
        yield 35 * number + rng.randint(0, 20), Draft(headline=head, paragraphs=text, dateline=story.dateline)


def writethru(story: Story, world: World, rng: random.Random) -> Iterable[Sent]:
    """A full replacement: the second half told anew, the first in better words."""
    half = max(1, len(story.paragraphs) * 2 // 3)
    new = [(story.sentence("clause", rng), story.sentence("clause", rng)) for _ in story.paragraphs[half:]]
    draft = with_paragraphs(story.draft(), *story.render((*story.paragraphs[:half], *new)))
    yield rng.randint(25, 150), replace(draft, headline=f"{draft.headline}, 1st Ld-Writethru")


def correction(story: Story, world: World, rng: random.Random) -> Iterable[Sent]:
    """One figure or one name put right, marked as a correction."""
    draft = _put_right(story, rng)
    yield rng.randint(10, 180), replace(draft, headline=rng.choice(("CORRECTED-", "CORRECTION: ")) + draft.headline)


def silent_correction(story: Story, world: World, rng: random.Random) -> Iterable[Sent]:
    """The same without a mark."""
    yield rng.randint(10, 180), _put_right(story, rng)


def dressed(story: Story, world: World, rng: random.Random) -> Iterable[Sent]:
    """Another dateline, a credit, a sign-off."""
    draft, names = story.draft(), story.grammar.names
    add = Grammar(rules=world.flavour, names={**names, "O": rng.choice(world.agencies)})
    other = dateline(names["X"], story.language, rng.choice(world.agencies), rng)
    below = [add.say(rng.choice(world.flavour[kind]), rng) for kind in ("credit", "signoff") if rng.random() < 0.7]
    yield _later(rng), replace(with_paragraphs(draft, *draft.paragraphs, *below), dateline=other)


def typography(story: Story, world: World, rng: random.Random) -> Iterable[Sent]:
    """Other quotes and dashes, decomposed letters, invisible marks inside words, letters that only look the same."""

    def other(text: str) -> str:
        text = re.sub(r'["„«] ?([^"“»]*?) ?["“»]', r"“\1”", text).replace(" - ", " — ").replace("'", "’")
        return re.sub(r"\w{6,}", lambda found: _marked(found[0], rng), unicodedata.normalize("NFD", text))

    yield _later(rng), _each(story.draft(), other)


def misread(story: Story, world: World, rng: random.Random) -> Iterable[Sent]:
    """A letter in some two hundred read wrongly, as scanned pages are."""
    draft = story.draft()

    def word(found: re.Match[str]) -> str:
        right, wrong = rng.choice(_MISREAD)
        return found[0].replace(right, wrong, 1) if rng.random() < 0.08 else found[0]

    yield _later(rng), replace(_each(draft, lambda text: re.sub(r"[a-zß-ü]{3,}", word, text)), headline=draft.headline)


def truncated(story: Story, world: World, rng: random.Random) -> Iterable[Sent]:
    """Broken off in the middle of a sentence."""
    draft = story.draft()
    text = " ".join(draft.paragraphs)
    cut = text[: rng.randint(160, 400)].rstrip()
    yield _later(rng), with_paragraphs(draft, cut + rng.choice(("…", " …", "...", " [...]")))


def leftovers(story: Story, world: World, rng: random.Random) -> Iterable[Sent]:
    """Markup, entities and a script that somebody's system left in the text."""
    draft = story.draft()
    marks = ("<p>{}</p>", "<p>{}<br /></p>", '<p class="x">&nbsp;{}</p>', "<div>{}<br>&nbsp;</div>", "{}&nbsp;&shy;")
    texts = [rng.choice(marks).format(each.replace(" a ", " a&nbsp;")) for each in draft.paragraphs]
    yield (
        _later(rng),
        with_paragraphs(draft, *texts, '<script>track("x")</script><img src="http://pixel.invalid/1.gif">'),
    )


EVERYWHERE: dict[str, Transformation] = {
    "identical": identical,
    "headline": headline,
    "trim": trim,
    "teaser": teaser,
    "brief": brief,
    "middle": middle,
    "reparagraphed": reparagraphed,
    "flash": flash,
    "urgent": urgent,
    "update": update,
    "correction": correction,
    "silent correction": silent_correction,
    "typography": typography,
    "truncated": truncated,
    "leftovers": leftovers,
}
"""In every language."""
ALPHABETIC: dict[str, Transformation] = {"misread": misread, "light rewrite": light_rewrite}
ENGLISH_ONLY: dict[str, Transformation] = {
    "boilerplate": boilerplate,
    "heavy rewrite": heavy_rewrite,
    "writethru": writethru,
    "dressed": dressed,
}


def transformations(language: str) -> dict[str, Transformation]:
    """Those that make sense in a language."""
    if language == ENGLISH:
        return EVERYWHERE | ALPHABETIC | ENGLISH_ONLY
    return EVERYWHERE if language == "ja" else EVERYWHERE | ALPHABETIC


def _put_right(story: Story, rng: random.Random) -> Draft:
    """A figure that is one to nine higher, or where there is none a letter more in a name."""
    draft = story.draft()
    figures = [(n, found) for n, text in enumerate(draft.paragraphs) for found in re.finditer(r"\d{2,}", text)]
    if not figures:
        last = story.grammar.names["X"]
        return _each(draft, lambda text: text.replace(last, last + last[-1]))
    place, figure = rng.choice(figures)
    paragraphs = list(draft.paragraphs)
    right = str(int(figure[0]) + rng.randint(1, 9))
    paragraphs[place] = paragraphs[place][: figure.start()] + right + paragraphs[place][figure.end() :]
    return with_paragraphs(draft, *paragraphs)


def _each(draft: Draft, change: Callable[[str], str]) -> Draft:
    return Draft(
        headline=change(draft.headline),
        paragraphs=tuple(change(each) for each in draft.paragraphs),
        dateline=change(draft.dateline),
    )


def _marked(word: str, rng: random.Random) -> str:
    chance = rng.random()
    if chance < 0.05:
        return f"{word[:3]}\u200b{word[3:]}"
    if chance < 0.1:
        return f"{word[:3]}\u00ad{word[3:]}"
    return word.translate(_ALIKE) if chance < 0.15 else word
