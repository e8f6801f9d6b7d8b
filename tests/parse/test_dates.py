"""Dates as feeds write them."""

from datetime import UTC, date, datetime

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from wire.parse.dates import EARLIEST_YEAR, from_struct, moment

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T12:00:00Z",
        "2026-03-02T13:00:00+01:00",
        "2026-03-02T13:00:00+0100",
        "2026-03-02 13:00:00 +0100",
        "2026-03-02T12:00:00.000000000Z",
        "2026-03-02T12:00",
        "2026-03-02 12:00:00",
        "  2026-03-02T12:00:00Z\n",
        "Mon, 02 Mar 2026 12:00:00 GMT",
        "Mon, 02 Mar 2026 12:00:00 +0000",
        "Mon, 2 Mar 2026 12:00 UT",
        "mon, 02 mar 26 12:00:00 z",
        "Monday, 02 March 2026 12:00:00 UTC",
        "Mon,02 Mar 2026 12:00:00 GMT",
        "2 Mar 2026 12:00:00",
        "02-Mar-2026 12:00:00 GMT",
        "Mon, 02 Mar 2026 07:00:00 EST",
        "Mon, 02 Mar 2026 04:00:00 PST",
        "Mon, 02 Mar 2026 13:00:00 CET",
        "Mon, 02 Mar 2026 14:00:00 CEST",
        "Mon, 02 Mar 2026 13:00:00 BST",
        "Mon, 02 Mar 2026 17:30:00 IST",
        "Mon, 02 Mar 2026 21:00:00 JST",
        "Mon, 02 Mar 2026 22:00:00 AEST",
        "Mon, 02 Mar 2026 07:00:00 -0500 (EST)",
        "Mon, 02 Mar 2026 17:45:00 +05:45",
        "Tue, 03 Mar 2026 02:00:00 +1400",
        "Mon, 02 Mar 2026 12:00:00.123 GMT",
        "Mo, 02 Mär 2026 13:00:00 +0100",
        "2. März 2026 12:00",
        "lun., 02 mars 2026 13:00:00 +0100",
        "lun, 02 mar 2026 12:00:00 GMT",
        "2 de marzo de 2026 12:00",
        "segunda-feira, 2 de março de 2026, 12:00",
        "ma, 02 mrt. 2026 12:00:00 GMT",
        "pon, 02 marca 2026 13:00:00 CET",
        "пн, 02 марта 2026 15:00:00 +0300",
        "Pzt, 02 Mart 2026 15:00:00 +0300",
    ],
)
def test_noon(text: str) -> None:
    assert moment(text) == NOON


@pytest.mark.parametrize("text", ["2026-03-02", "02 Mar 2026", "Mon, 02 Mar 2026", "2 March 2026"])
def test_day_without_time_is_its_midnight_in_utc(text: str) -> None:
    assert moment(text) == datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["2026-03-01T24:00:00Z", "2026-03-01 24:00", "Sun, 01 Mar 2026 24:00:00 GMT", "2026-03-01T24:00:00.000+00:00"],
)
def test_twenty_four_hours_are_the_midnight_that_follows(text: str) -> None:
    assert moment(text) == datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "1970-01-01T00:00:00Z",
        "1970-01-01",
        "Thu, 01 Jan 1970 00:00:00 +0100",
        "Wed, 31 Dec 1969 19:00:00 -0500",
        "1899-12-30T00:00:00",
        "Mon, 01 Jan 1900 00:00:00 GMT",
        "1904-01-01 00:00:00",
    ],
)
def test_where_a_clock_begins_is_no_time_of_publication(text: str) -> None:
    assert moment(text) is None


def test_a_time_beside_where_a_clock_begins_is_one() -> None:
    assert moment("1970-01-01T10:30:00Z") == datetime(1970, 1, 1, 10, 30, tzinfo=UTC)


def test_a_name_of_two_months_is_none() -> None:
    assert moment("2. listopada 2026 12:00") is None
    assert moment("2. prosince 2026 12:00") == datetime(2026, 12, 2, 12, tzinfo=UTC)


def test_leap_second_is_the_second_before() -> None:
    assert moment("Sat, 31 Dec 2016 23:59:60 GMT") == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "   ",
        "now",
        "2026",
        "2026-02-30",
        "2026-13-01T00:00:00Z",
        "30 Feb 2026",
        "Mon, 02 Mar 2026 25:00:00 GMT",
        "2026-03-02T24:00:01Z",
        "2026-03-02T24:30:00Z",
        "Thu, 31 Dec 9999 24:00:00 GMT",
        "Mon, 02 Mrz 2026 12:00:00 GMT",
        "Mon, 02 Mar 2026 12:00:00 XYZ",
        "Mon, 02 Mar 2026 12:00:00 +9900",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+05:00",
        "Mon, 01 Jan 0001 00:00:00 +0000",
        "9999-12-31T23:59:59-05:00",
        "10000-01-01T00:00:00Z",
        "-001-01-01",
        "1" * 5000,
        "٢٠٢٦-٠٣-٠٢",
    ],
)
def test_anything_else_is_none(text: str | None) -> None:
    assert moment(text) is None


def test_two_digit_years_turn_at_1970() -> None:
    assert [found.year for y in (69, 70) if (found := moment(f"02 Mar {y} 12:00:00 GMT"))] == [2069, 1970]


@pytest.mark.parametrize("year", [-1, 0, EARLIEST_YEAR - 1, 10_000])
def test_tuple_of_an_absurd_year_is_none(year: int) -> None:
    assert from_struct((year, 1, 1, 0, 0, 0), f"{year}-01-01") is None


@pytest.mark.parametrize(("text", "there"), [("2026", True), ("31 Dec 2025 23:00 EST", True), ("10000-01-01", False)])
def test_tuple_is_believed_where_the_text_names_its_year(text: str, there: bool) -> None:
    assert (from_struct((2026, 1, 1, 4, 0, 0), text) is not None) is there


@settings(deadline=None)
@given(st.text(max_size=60) | st.from_regex(r"[A-Z]?[a-z]{2}, [0-9 ]\d [A-Z][a-z]{2} \d{4} \d\d:\d\d(:\d\d)? .{0,6}"))
def test_never_raises_and_is_always_utc(text: str) -> None:
    found = moment(text)
    assert found is None or found.tzinfo is UTC


@settings(deadline=None)
@given(st.datetimes(timezones=st.timezones()).filter(lambda when: EARLIEST_YEAR < when.year < 9999))
def test_isoformat_comes_back(when: datetime) -> None:
    text = when.isoformat()
    assert moment(text) == datetime.fromisoformat(text)


NAMES = {
    language: [Locale.parse(language).months["format"]["wide"][number] for number in range(1, 13)]
    for language in ("de", "fr", "es", "it", "nl", "sv", "pl", "ru", "tr")
}


@settings(deadline=None)
@given(st.sampled_from(sorted(NAMES)), st.dates(datetime(1981, 1, 1).date(), datetime(2199, 1, 1).date()))  # noqa: DTZ001 - days
def test_a_month_is_read_in_its_language_or_not_at_all(language: str, day: date) -> None:
    found = moment(f"{day.day} {NAMES[language][day.month - 1]} {day.year} 12:00")
    assert found is None or found == datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    assert found or NAMES[language][day.month - 1] == "listopada"
