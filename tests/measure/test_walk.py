"""What is kept of an entry is all that it takes to take it again."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tests.measure.copy import CHESS, COURIER, entry, take
from wire import prepare
from wire.config import load
from wire.measure.scratch import scratch
from wire.model import Entry, Label, Signal

text = st.text(max_size=30)
times = st.none() | st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - given their zone by `timezones`
name = st.none() | st.text(min_size=1, max_size=30)
names = st.lists(st.text(max_size=30), max_size=3).map(tuple)
labels = st.builds(
    Label,
    item=name,
    version=name,
    status=st.sampled_from([None, "usable", "withheld", "canceled"]),
    embargo=name,
    embargo_until=times,
    signals=st.lists(st.sampled_from(Signal), max_size=3).map(tuple),
    notes=names,
    priority=st.none() | st.integers(1, 9),
    evolved=names,
)
entries = st.builds(
    Entry,
    guid=st.none() | st.text(min_size=1, max_size=30),
    url=st.none() | st.text(min_size=1, max_size=30),
    headline=text,
    body=text,
    markup=st.sampled_from(["html", "text"]),
    summary=st.none() | st.text(min_size=1, max_size=30),
    author=st.none() | st.text(min_size=1, max_size=30),
    published=st.none() | st.text(min_size=1, max_size=30),
    published_at=times,
    updated_at=times,
    language=st.none() | st.just("de"),
    keywords=st.lists(text, max_size=3).map(tuple),
    source=st.none() | st.text(min_size=1, max_size=30),
    label=st.none() | labels,
)


@given(entries)
def test_an_entry_comes_back_as_it_was_parsed(sent: Entry) -> None:
    assert prepare.restore(prepare.serialise(sent)) == sent


def test_what_a_later_release_wrote_besides_is_passed_over() -> None:
    assert prepare.restore(b'{"headline":"A","later":1}') == Entry(guid=None, url=None, headline="A", body="")


def test_the_language_of_the_document_is_kept_with_an_entry_that_names_none() -> None:
    seen = [prepare.name(entry("1", "Chess", CHESS)), prepare.name(replace(entry("2", "Frost", "x"), language="nl"))]
    agencies = load(None, environ={}).agencies
    feed = replace(COURIER, language="fr")
    assert [prepare.restore(each.raw).language for each in prepare.items(seen, feed, agencies, "de")] == ["de", "nl"]
    kept = [prepare.restore(each.raw).language for each in prepare.items(seen, feed, agencies)]
    assert kept == [None, "nl"], "the feed's is config, and asked for anew"


def test_raws_come_back_through_the_store() -> None:
    sent = [entry(str(number), "Chess", f"{CHESS} {number}") for number in range(3)]
    with scratch() as store:
        take(store, COURIER, sent, 0)
        with store.reading() as read:
            kept = [prepare.restore(each.raw or b"") for each in read.received(raws=True)]
    assert sorted(kept, key=lambda each: each.guid or "") == sent
