"""Text of teleprinters: lines become the paragraphs that they were, bytes the characters that they stood for."""

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wire.parse.charsets import DESIGNATED, GUESSED, Variant
from wire.parse.codepage import decode_wire, without_controls
from wire.parse.text import clean
from wire.parse.wrapped import paragraphs

unhurried = settings(deadline=None)
WORDS = st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12), min_size=40, max_size=90).map(" ".join)


@unhurried
@given(st.lists(WORDS, min_size=1, max_size=5), st.integers(50, 80))
def test_what_a_program_wrapped_is_unwrapped(sent: list[str], width: int) -> None:
    wrapped = "\n\n".join(textwrap.fill(each, width, break_on_hyphens=False) for each in sent)
    assert paragraphs(wrapped).split("\n\n") == sent


def test_a_line_that_ends_before_its_margin_was_ended_by_somebody() -> None:
    sent = ["Termine in Quarn am Freitag", " ".join(["Wort"] * 40), "Rathaus", " ".join(["Sitzung"] * 30)]
    wrapped = "\n".join(textwrap.fill(each, 60) for each in sent)
    assert paragraphs(wrapped).split("\n\n") == sent


@unhurried
@given(st.text("ab \n\t*|+-=^<(.", max_size=300))
def test_no_word_is_lost_or_moved(text: str) -> None:
    def words(of: str) -> list[str]:
        return [each for each in of.replace("|", " ").replace("*", " ").split() if each]

    assert words(paragraphs(text)) == words(text)


@unhurried
@given(st.binary(max_size=300))
def test_decoding_never_fails(data: bytes) -> None:
    text, strange = without_controls(decode_wire(data).text)
    assert clean(text) == text
    assert strange >= 0


@pytest.mark.parametrize("final", DESIGNATED, ids=lambda final: DESIGNATED[final].name)
def test_a_designated_set_is_read_until_the_next_one(final: bytes) -> None:
    variant = DESIGNATED[final]
    decoded = decode_wire(b"\x1b(" + final + b"a{b|c}d\x1b(B{|}")
    assert decoded.text == f"a{variant.read('{')}b{variant.read('|')}c{variant.read('}')}d{{|}}"
    assert decoded.problems == ()


PHRASES = {
    "ISO 646-DE": "Die Bürger müssen für die Straße nach München nicht zahlen, sagte der Minister über den Plan",
    "ISO 646-SE": "Regeringen säger att det är på gång och att färjorna från Åbo inte går när stormen är över",
    "ISO 646-NO": "Regjeringen sier at det ikke er så farlig, og også båten på fjorden må være til kai når været snur",
    "ISO 646-FR": "Le président est à Paris et les députés ont été reçus par le ministre pour une réunion à huis clos",
    "ISO 646-ES": "El señor dijo que los niños de España no tendrán más que una mañana para el año que viene",
    "ISO 646-HU": "Az elnök és a miniszter már nem látott több olyan esetet, hogy egy szörnyű vihar jött volna",
}


@pytest.mark.parametrize("variant", [each for each in GUESSED if each.name in PHRASES], ids=lambda each: each.name)
def test_a_variant_that_is_not_named_is_told_by_its_words(variant: Variant) -> None:
    phrase = PHRASES[variant.name]
    table = {ord(variant.read(plain)): plain for plain in "#$@[\\]^`{|}~" if variant.read(plain) != plain}
    sent = phrase.translate(table)
    assert sent != phrase
    if sent.isascii():
        decoded = decode_wire(sent.encode("ascii"))
        assert (decoded.text, decoded.problems) == (phrase, (f"names no character set, read as {variant.name}",))


@pytest.mark.parametrize(
    "text",
    ["see [this] and {that}", "a|b|c and x ~ y", "C:\\path\\name and [the] {list}", "f{x} = {y|y in z}", "[Ed. note]"],
)
def test_brackets_in_plain_ascii_stay_brackets(text: str) -> None:
    assert decode_wire(text.encode()).text == text
