"""Characters, lines and paragraphs of plain text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.normalize.text import LIMIT, has_words, one_line, paragraphs, visible, word_count


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("NUL\0 inside", "NUL inside"),
        ("bell\a, escape\x1b", "bell, escape"),
        ("lone \ud800surrogate\udfff", "lone surrogate"),
        ("\ufeffmarked", "marked"),
        ("zero\u200bwidth", "zerowidth"),
        ("\u202eright to left\u202c", "right to left"),
        ("soft\u00adhyphen", "softhyphen"),
        ("e\u0301", "\u00e9"),
        ("\x93quoted\x94 in Windows-1252", "“quoted” in Windows-1252"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("“quotes” ‘stay’ – as they came…", "“quotes” ‘stay’ – as they came…"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("lat\u200cin", "latin"),
        ("👩\u200d🚒", "👩\u200d🚒"),
    ],
)
def test_what_no_reader_sees_goes(sent: str, seen: str) -> None:
    assert visible(sent) == seen


def test_blank_lines_part_paragraphs() -> None:
    assert paragraphs("One.\n\nTwo.\n \t\nThree.\n") == ("One.", "Two.", "Three.")


def test_indented_first_lines_part_paragraphs_and_wrapped_lines_join() -> None:
    wire = (
        "Showers continued in the\nOrvan hills through the week, and helped the young\n"
        "trees, growers said.\n    Prices rose to 340\ncrowns a bag.\n    Buyers were few."
    )
    assert paragraphs(wire) == (
        "Showers continued in the Orvan hills through the week, and helped the young trees, growers said.",
        "Prices rose to 340 crowns a bag.",
        "Buyers were few.",
    )


def test_an_indented_text_as_a_whole_has_no_indents() -> None:
    assert paragraphs("    The first line of all the lines of this text\n    goes on in the second line of it.") == (
        "The first line of all the lines of this text goes on in the second line of it.",
    )


def test_a_dash_that_a_wrap_pushed_to_the_next_line_opens_nothing() -> None:
    wrapped = "The trade that the man runs from a small town in the northern hills\n- and hides so well - is odd."
    assert len(paragraphs(wrapped)) == 1


def test_long_lines_are_paragraphs() -> None:
    long = "word " * 30
    assert len(paragraphs(f"{long}\n{long}\nNEWS DESK")) == 3


def test_rows_in_columns_stay_apart() -> None:
    table = "Wheat     340    350    the price at noon\nBarley    210    220    the price at noon"
    assert paragraphs(table) == ("Wheat 340 350 the price at noon", "Barley 210 220 the price at noon")


def test_no_text_is_longer_than_the_limit() -> None:
    assert sum(map(len, paragraphs("a b\n" * LIMIT))) <= LIMIT
    assert len(paragraphs("x" * (LIMIT + 5))[0]) == LIMIT


def test_a_headline_is_cut_at_a_word() -> None:
    assert one_line("  two\n\twords  ") == "two words"
    assert one_line("aaa bbb ccc", 8) == "aaa bbb"


@pytest.mark.parametrize(("text", "words"), [("one two  three", 3), ("", 0), ("日本の新聞社", 4), ("서울 신문", 2)])
def test_words_of_scripts_without_spaces_are_two_characters(text: str, words: int) -> None:
    assert word_count([text]) == words


@given(st.lists(st.text("a 町é\n", max_size=12), max_size=4), st.integers(1, 12))
def test_words_are_counted_as_far_as_it_takes(texts: list[str], number: int) -> None:
    assert has_words(texts, number) == (word_count(texts) >= number)
