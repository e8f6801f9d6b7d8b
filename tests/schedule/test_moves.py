"""Permanent redirects: believed after three polls, given up after three failures, never at the price of safety."""

from dataclasses import replace

from tests.schedule.samples import FEED, NOW, after, failed, known, taken, unchanged, wait
from wire import schedule
from wire.model import Failure, Move, Validators

TO = "https://new.example/feed"


def test_a_move_is_believed_at_the_third_poll_in_a_row() -> None:
    twice = after(known(), taken(moved_to=TO), taken(moved_to=TO))
    assert (twice.moved_to, twice.move) == (None, Move(to=TO, seen=2))
    third = after(twice, taken(moved_to=TO))
    assert (third.url, third.moved_to, third.move) == (FEED.url, TO, None)
    assert third.validators == Validators(), "those of another address are void"
    assert third.body_hash == "h", "the text is the same wherever it stands"


def test_a_304_at_the_new_address_stands_for_the_document_that_was_read() -> None:
    moved = replace(unchanged(), moved_to=TO)
    assert after(known(), taken(moved_to=TO), moved, moved).moved_to == TO


def test_a_poll_that_is_not_sent_there_begins_the_count_anew() -> None:
    for other in (taken(), taken(moved_to="https://other.example/"), failed(Failure.NOT_A_FEED), failed(status=404)):
        state = after(known(), taken(moved_to=TO), taken(moved_to=TO), other)
        assert state.moved_to is None
        assert after(state, taken(moved_to=TO), taken(moved_to=TO)).moved_to is None
        assert after(state, *[taken(moved_to=TO)] * 3).moved_to == TO


def test_a_passing_failure_in_between_says_nothing() -> None:
    state = after(known(), taken(moved_to=TO), failed(Failure.DNS), taken(moved_to=TO), failed(status=503))
    assert after(state, taken(moved_to=TO)).moved_to == TO


def test_never_from_https_to_http() -> None:
    plain = "http://new.example/feed"
    assert after(known(), *[taken(moved_to=plain)] * 5).moved_to is None
    state = known(url="http://a.example/feed")
    feed = replace(FEED, url="http://a.example/feed")
    assert after(state, *[taken(moved_to=plain, url=feed.url)] * 3, feed=feed).moved_to == plain


def test_the_fetcher_sees_the_new_address_with_its_own_validators() -> None:
    state = known(moved_to=TO, validators=Validators(etag='"new"'))
    feed, seen = schedule.asked(FEED, state)
    assert feed == replace(FEED, url=TO)
    assert seen
    assert (seen.url, seen.validators.etag) == (TO, '"new"')
    assert schedule.asked(FEED, None) == (FEED, None)
    other = replace(FEED, url="https://b.example/")
    assert schedule.asked(other, state)[0] == other, "the operator's word outranks what was learned"


def test_an_exemption_from_the_guard_stays_with_the_host_of_the_config() -> None:
    inside = replace(FEED, allow_private=True)
    elsewhere, _ = schedule.asked(inside, known(moved_to=TO))
    assert not elsewhere.allow_private
    at_home, _ = schedule.asked(inside, known(moved_to="https://A.example/other"))
    assert at_home.allow_private


def test_a_target_that_fails_three_times_is_given_up() -> None:
    state = known(moved_to=TO, interval=300.0, validators=Validators(etag='"new"'))
    twice = after(state, failed(Failure.DNS, url=TO), failed(Failure.DNS, url=TO))
    assert twice.moved_to == TO
    given_up = after(twice, failed(Failure.DNS, url=TO))
    assert (given_up.moved_to, given_up.validators) == (None, Validators())
    assert wait(given_up) <= 330, "its own address is asked soon"
    assert "its own is asked again" in (given_up.next_poll_reason or "")


def test_410_at_the_target_is_the_targets_affair() -> None:
    done = after(known(moved_to=TO), failed(status=410, url=TO))
    assert (done.moved_to, done.gone) == (None, 0)
    assert done.next_poll_at


def test_a_target_that_moves_on_or_back_is_followed() -> None:
    on = "https://newer.example/feed"
    assert after(known(moved_to=TO), *[taken(moved_to=on, url=TO)] * 3).moved_to == on
    assert after(known(moved_to=TO), *[taken(moved_to=FEED.url, url=TO)] * 3).moved_to is None


def test_an_operator_who_writes_the_move_down_loses_nothing() -> None:
    state = known(moved_to=TO, validators=Validators(etag='"new"'), entries_seen=9)
    written = replace(FEED, url=TO)
    done = after(state, unchanged(), feed=written)
    assert (done.url, done.moved_to, done.validators.etag, done.entries_seen) == (TO, None, '"new"', 9)
    assert schedule.asked(written, done) == (written, done)
    assert done.next_poll_at
    assert done.next_poll_at > NOW
