"""Hours of embargoes, as people write them."""

from datetime import UTC, datetime

import pytest

from wire.editorial import until

SENT = datetime(2031, 3, 12, 13, 50, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("EMBARGOED: Not for release before 18:00 GMT, Friday, March 14, 2031.", "2031-03-14T18:00"),
        ("Embargoed until 6 p.m. EST on March 14", "2031-03-14T23:00"),
        ("Embargo: 0001 GMT March 15", "2031-03-15T00:01"),
        ("EMBARGOED TO 0930 HRS GMT, 16 MARCH 2031", "2031-03-16T09:30"),
        ("Sperrfrist: 15. März 18.00 Uhr", "2031-03-15T17:00"),
        ("Sperrfrist 15.03.2031, 6 Uhr MEZ", "2031-03-15T05:00"),
        ("embargoed until 2031-03-15T01:00:00+01:00", "2031-03-15T00:00"),
        ("EMBARGO until noon ET Friday", "2031-03-14T17:00"),
        ("embargo until midnight GMT tomorrow", "2031-03-14T00:00"),
        ("under embargo until 14 de marzo 20:00 CET", "2031-03-14T19:00"),
        ("EMBARGOED until 09:00 JST", "2031-03-13T00:00"),
        ("EMBARGOED until 00:30 GMT, Jan 2", "2031-01-02T00:30"),
    ],
)
def test_an_hour_is_read_with_its_zone(text: str, expected: str) -> None:
    assert until(text, SENT) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_a_clock_without_zone_is_never_early() -> None:
    assert until("EMBARGOED until 18:00, March 14", SENT) == datetime(2031, 3, 15, 6, tzinfo=UTC)


@pytest.mark.parametrize("text", ["EMBARGOED", "18:00 GMT", "embargoed until the vote", "embargo until 99:99 March 45"])
def test_what_states_no_hour_has_none(text: str) -> None:
    assert until(text, SENT) is None
