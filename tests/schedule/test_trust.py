"""Servers that say "not modified": believed for a day, caught by new entries, believed again after a while."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from tests.schedule.samples import FEED, NOW, POLICY, after, failed, known, taken, unchanged
from wire import schedule
from wire.model import PollState, Trust, Validators

DAY = timedelta(days=1)
SAME = Validators(etag='W/"1"')
"""As `samples.taken` brings it."""


def due(state: PollState | None, at: datetime) -> bool:
    return schedule.check_due(state, at, POLICY)


def test_a_304_is_believed_for_about_a_day() -> None:
    state = after(None, taken(new=20))
    assert state.trust == Trust(whole_at=NOW)
    assert not due(state, NOW + DAY - timedelta(seconds=1))
    assert due(state, NOW + 1.25 * DAY)
    assert not schedule.check_due(state, NOW + 9 * DAY, replace(POLICY, recheck=0)), "0: servers are believed"


def test_checks_are_spread_over_hours() -> None:
    states = [after(None, taken(new=20), feed=replace(FEED, key=f"f{n}")) for n in range(100)]
    shares = [sum(due(state, NOW + DAY + timedelta(hours=hour)) for state in states) for hour in range(8)]
    assert shares == sorted(shares)
    assert (shares[0], shares[6]) == (0, 100)
    assert max(later - sooner for sooner, later in pairwise(shares)) <= 35


def test_a_whole_document_is_a_check_by_itself() -> None:
    state = after(known(validators=Validators(etag='"0"')), taken(at=NOW + DAY))
    assert state.trust == Trust(whole_at=NOW + DAY)


def test_a_feed_that_was_known_before_begins_with_its_next_304() -> None:
    assert not due(known(), NOW)
    assert after(known(), unchanged()).trust == Trust(whole_at=NOW)
    earlier = Trust(whole_at=NOW - DAY)
    assert after(known(trust=earlier), unchanged()).trust == earlier


def test_a_304_with_news_behind_it_is_a_lie() -> None:
    state = after(known(), replace(taken(new=1), denied=True))
    assert state.trust == Trust(whole_at=NOW, doubt=24, lies=1)
    assert not due(state, NOW + timedelta(minutes=59))
    assert due(state, NOW + timedelta(hours=1.25)), "and checked more often"


def test_the_same_validators_over_news_are_a_lie() -> None:
    assert after(known(validators=SAME), taken(new=1)).trust.lies == 1
    dated = taken(new=1)
    dated = replace(dated, fetched=replace(dated.fetched, validators=Validators(last_modified="Wed")))
    assert after(known(validators=Validators(last_modified="Wed")), dated).trust.lies == 1


def test_what_proves_nothing_is_none() -> None:
    for state, outcome in (
        (known(validators=SAME), taken(new=0)),  # a clock in the document
        (known(validators=SAME), taken(entries=None, new=0)),
        (known(validators=Validators(etag='"0"')), taken(new=5)),
        (known(), taken(new=5)),
        (known(), replace(taken(new=0), denied=True)),
        (None, taken(new=20)),  # a first document is all new
    ):
        assert after(state, outcome).trust == Trust(whole_at=NOW)
    assert after(known(trust=Trust(lies=2, doubt=24)), failed(status=500)).trust == Trust(lies=2, doubt=24)


def test_who_is_caught_in_doubt_is_asked_without_validators() -> None:
    lie = replace(taken(new=1), denied=True)
    once, twice = after(known(validators=SAME), lie), after(known(validators=SAME), lie, lie)
    assert (twice.trust.doubt, twice.trust.lies) == (48, 2)
    assert schedule.asked(FEED, once)[1] == once
    _, seen = schedule.asked(FEED, twice)
    assert seen
    assert seen.validators == Validators()
    assert after(twice, lie).trust.doubt == 48, "more doubt there is not"


def test_trust_comes_back() -> None:
    lie, honest = replace(taken(new=1), denied=True), replace(taken(new=0), denied=True)
    state = after(known(), lie, *[honest] * 23)
    assert state.trust.doubt > 0
    state = after(state, honest)
    assert state.trust == Trust(whole_at=NOW, lies=1), "what it did is remembered"
    blind = replace(taken(new=1), fetched=replace(taken().fetched, validators=Validators()))
    state = after(known(trust=Trust(doubt=48, lies=2)), *[blind] * 24)
    assert state.trust.doubt == 24, "24 documents without validators: they are sent again"


def test_another_url_begins_with_trust() -> None:
    state = after(
        known(trust=Trust(whole_at=NOW, doubt=24, lies=1)), taken(), feed=replace(FEED, url="https://b.example/")
    )
    assert state.trust == Trust(whole_at=NOW)
