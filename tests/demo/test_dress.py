"""What houses do to copy."""

import pytest

from wire.demo import dress
from wire.demo.dress import House

COPY = ('"Nobody won," she said.', "Prices rose 3 percent.", "The end.")


def test_a_plain_house_changes_nothing() -> None:
    assert dress.carried(COPY, house=House(), place="LOMNI", agency="Northlight") == COPY


def test_own_copy_has_dateline_note_byline_and_sign_off() -> None:
    house = House(dateline="{place} (N) - ")
    whole = dress.own(COPY, house=house, place="LOMNI", byline="By A", note="(Adds end)", signoff="(Editing by B)")
    assert whole == ("(Adds end)", "By A", f"LOMNI (N) - {COPY[0]}", *COPY[1:], "(Editing by B)")


def test_copy_from_elsewhere_is_credited_between_the_furniture() -> None:
    house = House(dateline="{place} ({agency}) — ", credit="By {agency}", before=("TOP",), after=("FOOT",))
    whole = dress.carried(COPY, house=house, place="LOMNI", agency="Northlight")
    assert whole == ("TOP", f"LOMNI (Northlight) — {COPY[0]}", *COPY[1:], "By Northlight", "FOOT")


def test_no_place_no_dateline() -> None:
    assert dress.carried(COPY, house=House(dateline="{place} - "), place=None, agency="N") == COPY


def test_paragraphs_are_joined_two_by_two() -> None:
    whole = dress.carried(COPY, house=House(joins=True), place=None, agency="N")
    assert whole == (f"{COPY[0]} {COPY[1]}", COPY[2])


def test_house_spelling() -> None:
    assert dress.styled("up 3 percent", House(style={" percent": " per cent"})) == "up 3 per cent"


@pytest.mark.parametrize(
    ("plain", "typographic"),
    [
        ('"Yes," he said.', "“Yes,” he said."),
        ('He said: "It\'s done."', "He said: “It’s done.”"),
        ('a ("quiet") word', "a (“quiet”) word"),
        ("the islanders' ferry", "the islanders’ ferry"),
        ("captain 'took shorter channel'", "captain ‘took shorter channel’"),
        ('PORT AVEN — "No."', "PORT AVEN — “No.”"),
    ],
)
def test_typographic_quotation_marks(plain: str, typographic: str) -> None:
    assert dress.styled(plain, House(curly=True)) == typographic
