"""Profiles: the shipped ones, an operator's own, and broken ones."""

import pytest

from tests.normalize.conftest import Clean
from wire.model import Entry, Signal
from wire.normalize import Agencies, normalize
from wire.policy import AgencyProfile, Orders, Tags

ORVAN = AgencyProfile(
    key="opa",
    name="Orvan Press",
    aliases=("OPA",),
    tags=Tags(update=("TAKE #:",), plain=("…[opa]",)),
    sign_offs=(r"(?i)opa desk .*",),
    boilerplate=(r"Ring us on \d+\.",),
)


def entry(headline: str, body: str) -> Entry:
    return Entry(guid=None, url=None, headline=headline, body=body, markup="text")


def test_an_operators_agency_has_all_its_manners() -> None:
    body = "HALM, May 3 (OPA) - The mine is open.\n\nRing us on 555.\n\nOPA Desk Halm"
    copy = normalize(
        entry("TAKE 2: Mine open [opa]", body), source="", agency=None, language=None, agencies=Agencies([ORVAN])
    )
    assert (copy.headline, copy.body, copy.origin) == ("Mine open", "The mine is open.", "Orvan Press")
    assert copy.signals == (Signal.UPDATE,)
    assert copy.dateline is not None
    assert copy.dateline.agency == "opa"


def test_without_profiles_nothing_is_an_agency() -> None:
    body = "HALM, May 3 (OPA) - The mine is open."
    copy = normalize(entry("Mine open", body), source="", agency="opa", language=None, agencies=Agencies([]))
    assert (copy.body, copy.origin, copy.dateline) == (body, None, None)


@pytest.mark.parametrize(
    "field", ["datelines", "slugs", "notes", "sign_offs", "boilerplate", "ends", "revisions", "named"]
)
def test_a_broken_pattern_is_named(field: str) -> None:
    with pytest.raises(ValueError, match=rf"agencies\.bad\.{field}: '\(open'"):
        Agencies([AgencyProfile(key="bad", name="Bad", **{field: ("(open",)})])  # type: ignore[arg-type] # by name


def test_a_broken_order_is_named() -> None:
    with pytest.raises(ValueError, match=r"agencies\.bad\.orders\.kill: '\(open'"):
        Agencies([AgencyProfile(key="bad", name="Bad", orders=Orders(kill=("(open",)))])


def test_a_pattern_without_its_group_is_refused() -> None:
    with pytest.raises(ValueError, match=r"agencies\.bad\.revisions: .* none of the groups"):
        Agencies([AgencyProfile(key="bad", name="Bad", revisions=(r"\d+",))])


def test_patterns_that_name_one_group_are_refused() -> None:
    with pytest.raises(ValueError, match="redefinition of group name"):
        Agencies([AgencyProfile(key="bad", name="Bad", notes=("(?P<x>Adds)", "(?P<x>Drops)"))])


@pytest.mark.parametrize(
    ("agency", "dateline", "source", "caption", "origin"),
    [
        ("dpa", "(AFP)", "Reuters", "Pool Photo via AP", "AFP"),
        ("dpa", "", "Reuters", "Pool Photo via AP", "dpa"),
        (None, "", "Reuters", "Pool Photo via AP", "Reuters"),
        (None, "", "Lant Courier", "Pool Photo via AP", "AP"),
        (None, "", "Lant Courier", "", None),
    ],
)
def test_who_wrote_it_by_rank(
    agency: str | None, dateline: str, source: str, caption: str, origin: str | None, clean: Clean
) -> None:
    text = "The old bridge of Lant was closed on Monday, and will stay closed for two years, the city said."
    body = f"{'Lant ' + dateline + ' - ' if dateline else ''}{text}\n\n{caption and 'The bridge. ' + caption}"
    copy = clean(entry("Bridge closed", body), agency=agency, source=source)
    assert copy.origin == origin
    assert copy.body == text


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        ("Reuters", "Reuters"),
        ("REUTERS", "Reuters"),
        ("dpa/lni", "dpa"),
        ("ats afp", "AFP"),
        ("KMIZ", None),
        ("", None),
    ],
)
def test_marks(mark: str, name: str | None, agencies: Agencies) -> None:
    found = agencies.marked(mark)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Source: dpa", "dpa"),
        ("© 2031 The Associated Press", "AP"),
        ("— Agence France-Presse", "AFP"),
        ("(Reuters)", "Reuters"),
        ("Reuters said so", None),
        ("The", None),
        ("2031", None),
    ],
)
def test_credit_lines(line: str, name: str | None, agencies: Agencies) -> None:
    found = agencies.credited(line)
    assert (found.name if found else None) == name
