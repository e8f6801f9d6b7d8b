"""Text made to hurt: nothing raises, nothing takes long."""

import time

import pytest

from tests.normalize.conftest import Clean
from wire.model import Entry

BODIES = {
    "many paragraphs": "a\n\n" * 200_000,
    "many headings": "Contacts\n\n" * 20_000 + "text",
    "one word": "x" * 1_000_000,
    "many datelines": "LANT (AP) - " * 50_000,
    "many marks": "(AP) " * 100_000,
    "many credits": "Source: dpa\n\n" * 50_000,
    "many sign-offs": "text\n\n" + "(Reporting by A; Editing by B)\n\n" * 20_000,
    "many trails": "text. " + "[…] " * 200_000,
    "many captions": "REUTERS/X\n\n" * 20_000,
    "many stamps": "Mon May 3, 2021 1:00pm EDT\n\n" * 30_000,
    "stamps that are none": "May 3, 2021 1:00 " * 50_000,
    "buttons in a row": "share " * 26 + "\n\n" + "share tweet print " * 50_000,
    "points": "Key points\n\n" + "• x\n\n" * 100_000,
    "comments": "text\n\n" * 50 + "Leave a comment\n\n" * 50_000,
    "datelines of others": "Lant (OPN) -- X\n\n" * 50_000,
    "helpers": "text\n\n"
    + "A contributed to contributed " * 15
    + "\n\n"
    + "B contributed to this report.\n\n" * 20_000,
    "brackets": "(" * 1_000 + "\n\n" + "text " * 50,
    "notes that don't close": "(Adds " * 150 + "\n\n" + "text " * 50,
    "boilerplate that doesn't match": "\n\n".join(["support your " * 80, "sign up get " * 80, "the post " * 100] * 50),
    "spaces": " " * 1_000_000 + "x",
    "joiners": "\u200d" * 500_000,
    "marks of accents": "a" + "\u0301" * 500_000,
    "narrow lines": "ab cd\n" * 100_000,
    "wrapped lines": ("word " * 14 + "\n") * 10_000,
}


@pytest.mark.parametrize("name", BODIES)
def test_hostile_bodies(name: str, clean: Clean) -> None:
    start = time.process_time()
    copy = clean(Entry(guid=None, url=None, headline="Headline", body=BODIES[name], markup="text"))
    assert time.process_time() - start < 5, "a tenth of this is usual"
    assert copy.version_id.startswith("v")


@pytest.mark.parametrize(
    "headline", ["&amp;" * 200_000, "URGENT: " * 100_000, "<b>" * 300_000, "(2) " * 300_000, "\x00" * 10, "\ud800"]
)
def test_hostile_headlines(headline: str, clean: Clean) -> None:
    copy = clean(Entry(guid=headline, url=None, headline=headline, body="Text.", author=headline))
    assert len(copy.headline) <= 1_000


@pytest.mark.parametrize("body", ["", " ", "\x00", "<p></p>", "<script>x</script>", "LANT (AP) -"])
def test_an_entry_without_text_is_a_copy_without_text_or_with_all_of_it(body: str, clean: Clean) -> None:
    copy = clean(Entry(guid=None, url=None, headline="", body=body))
    assert copy.paragraphs in {(), ("LANT (AP) -",)}
    assert copy.language is None
