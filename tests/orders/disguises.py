"""A killed text in a thousand disguises: as bytes of a feed, each another document, all by one seed."""

import html
import random
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.orders.road import MOLE

LONG = (
    "Inspectors of the province closed the cold store at Harrow Quay on Thursday after ammonia leaked from a pipe that "
    "should have been replaced in 2019, according to a report that the works council keeps under lock.\n\n"
    "Eleven packers were treated for burns of the throat. Two of them, sisters from Upper Tessa, will not be able to "
    "return to work, their physician wrote in a letter to the insurer.\n\n"
    "The company, Brandt & Oyle, bought the hall for 3.4 million crowns nine years ago and has since reported profits "
    "in every quarter but one. Its director signed off the yearly test of the valves without opening the machine room, "
    "the report says.\n\n"
    "“Nobody ever came down here with so much as a torch,” said a foreman who has worked at the quay for twenty-two "
    "years. He asked not to be named because he fears for his pension.\n\n"
    "A spokeswoman for the company said that it regretted the incident and was working with the authorities. She did "
    "not answer questions about the pipe. The union wants the prosecutor to look into the matter.\n\n"
    "The hall stores a third of the valley's apples. Growers were told to bring what they harvest this week to Port "
    "Lannic instead, at their own cost, and some said that they would rather leave the fruit on the trees."
)
BRIEF = (
    "The regional bank of Marre has lost 48 million crowns in a single trade and hidden it from its supervisors since "
    "March, two people who have seen its books said on Monday.\n\n"
    "The loss exceeds what the bank earned in all of last year. Its chairwoman, Ida Koll, declined to comment, and the "
    "supervisors said that they were looking into the accounts of several lenders."
)
TEXTS = {"mole": MOLE, "store": LONG, "bank": BRIEF}
SUBJECTS = {
    "mole": [
        "Treasurer held over missing mole money",
        "Harbour official detained in Port Lannic",
        "Mole fund: an arrest",
    ],
    "store": ["Leak shuts cold store", "What they knew at Harrow Quay", "Ammonia leak injures eleven packers"],
    "bank": ["Bank of Marre hid loss", "Where did 48 million crowns go?", "Chairwoman silent on loss"],
}
ODD = ["You will not believe this", "Morning read", "Our weekend pick for subscribers", "Aus der Region", "Top story"]
ABOVE = [
    "Published on Tuesday at 18:05. Reading time: two minutes.",
    "By our own correspondent",
    "Listen to this article. Share on all networks. Save for later.",
    "This story was first sent by an agency and has not been edited by our staff.",
]
BELOW = [
    "Sign up for our morning newsletter and never miss a story from your region again.",
    "The Echo is an independent paper for the coast and the valley, printed in Port Lannic since 1871 by its readers.",
    "Read more: ten walks along the estuary. Our crossword. What the stars say.",
    "All rights reserved. No part of this page may be reproduced without permission in writing.",
]
OTHER = ["reportedly", "overall", "locally", "meanwhile", "earlier", "plainly", "largely", "nearby", "recent", "known"]
ENCODINGS = ("utf-8", "windows-1252", "iso-8859-1", "utf-16", "utf-8-sig", "ascii")
FEEDS = 12
Change = Callable[[random.Random, list[str]], list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disguise:
    """One attempt."""

    text: str
    """Name of the text that it hides."""
    how: tuple[str, ...]
    feed: int
    body: bytes
    content_type: str


def _trimmed(draw: random.Random, paragraphs: list[str]) -> list[str]:
    return paragraphs[: max((len(paragraphs) + 1) // 2, len(paragraphs) - draw.randint(1, 3))]


def _beheaded(_: random.Random, paragraphs: list[str]) -> list[str]:
    return paragraphs[1:] if len(paragraphs) > 2 else paragraphs


def _reworded(draw: random.Random, paragraphs: list[str]) -> list[str]:
    """One word in nine to eleven is another, and as many are left as they are."""
    words = [each.split(" ") for each in paragraphs]
    every, start = draw.randint(9, 11), draw.randint(0, 8)
    for words_of in words:
        for place in range(start % len(words_of), len(words_of), every):
            if not any(char.isdigit() for char in words_of[place]):
                words_of[place] = draw.choice(OTHER)
    return [" ".join(each) for each in words]


def _turned(draw: random.Random, paragraphs: list[str]) -> list[str]:
    if len(paragraphs) < 3:
        return paragraphs
    place = draw.randrange(1, len(paragraphs) - 1)
    return [*paragraphs[:place], paragraphs[place + 1], paragraphs[place], *paragraphs[place + 2 :]]


def _wrapped(draw: random.Random, paragraphs: list[str]) -> list[str]:
    return [*draw.sample(ABOVE, draw.randint(1, 2)), *paragraphs, *draw.sample(BELOW, draw.randint(1, 3))]


def _run_together(_: random.Random, paragraphs: list[str]) -> list[str]:
    return [" ".join(paragraphs)]


CHANGES: dict[str, Change] = {
    "trimmed": _trimmed,
    "beheaded": _beheaded,
    "reworded": _reworded,
    "turned": _turned,
    "wrapped": _wrapped,
    "run together": _run_together,
}
SETS = (
    (),
    ("trimmed",),
    ("beheaded",),
    ("reworded",),
    ("turned",),
    ("wrapped",),
    ("run together",),
    ("trimmed", "wrapped"),
    ("reworded", "wrapped"),
    ("reworded", "trimmed"),
    ("turned", "wrapped", "run together"),
    ("reworded", "turned", "wrapped"),
)
SPELLINGS: dict[str, Callable[[str], str]] = {
    "as sent": lambda text: text,
    "capitals": str.upper,
    "small": str.lower,
    "curly": lambda text: text.replace("'", "’").replace(" - ", " – "),
    "straight": lambda text: text.replace("“", '"').replace("”", '"').replace("’", "'"),
    "decomposed": lambda text: unicodedata.normalize("NFD", text.replace("e", "é", 3)),
    "wide blanks": lambda text: text.replace(" ", "\u00a0\u2009", 40),
    "soft hyphens": lambda text: text.replace("tion", "ti\u00adon").replace("ing", "i\u00adng"),
}


def disguises(seed: str, count: int) -> Iterator[Disguise]:
    """So many attempts, no two of the same bytes."""
    draw, seen = random.Random(seed), set[bytes]()
    while len(seen) < count:
        name, how = draw.choice(list(TEXTS)), draw.choice(SETS)
        spelling, encoding = draw.choice(list(SPELLINGS)), draw.choice(ENCODINGS)
        paragraphs = TEXTS[name].split("\n\n")
        for each in how:
            paragraphs = CHANGES[each](draw, paragraphs)
        headline = draw.choice([*SUBJECTS[name], *ODD, paragraphs[0].partition(".")[0]])
        if draw.random() < 0.2:
            headline = draw.choice(["UPDATE 1-", "EXCLUSIVE: ", "(LEAD) "]) + headline
        text = [SPELLINGS[spelling](each) for each in paragraphs]
        number = len(seen)
        body = _document(
            headline, text, f"{seed}-{number}" if draw.random() < 0.8 else None, f"{seed}/{number}", encoding
        )
        if body not in seen:
            seen.add(body)
            yield Disguise(
                text=name,
                how=(*how, spelling, encoding, headline),
                feed=draw.randrange(FEEDS),
                body=body,
                content_type=f"application/rss+xml; charset={encoding.removesuffix('-sig')}",
            )


def _document(headline: str, paragraphs: list[str], guid: str | None, path: str, encoding: str) -> bytes:
    markup = "".join(f"<p>{html.escape(each, quote=False)}</p>" for each in paragraphs)
    named = f"<guid isPermaLink='false'>{guid}</guid>" if guid else ""
    text = (
        f"<?xml version='1.0' encoding='{encoding.removesuffix('-sig')}'?><rss version='2.0'><channel><title>x</title>"
        f"<item><title>{html.escape(headline, quote=False)}</title>{named}<link>http://mirror.example/{path}</link>"
        f"<description>{html.escape(markup, quote=False)}</description></item></channel></rss>"
    )
    return text.encode(encoding, "xmlcharrefreplace")
