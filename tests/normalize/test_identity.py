"""Keys of entries, hashes of entries, addresses of texts."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.model import Entry
from wire.normalize import entry_hash, entry_key, version_id
from wire.normalize.identity import KEY_LIMIT, LONG_ENOUGH

ENTRY = Entry(guid="urn:x:1", url="https://a.example/1", headline="Bridge closed", body="The bridge is closed.")
LONG = ("word " * LONG_ENOUGH).strip()


def key(guid: str | None, url: str | None = None, **more: Any) -> str:
    return entry_key(replace(ENTRY, guid=guid, url=url, **more))


@pytest.mark.parametrize(
    "flipped",
    [
        "http://a.example/1",
        "https://a.example/1/",
        "https://A.Example/1",
        "http://a.example:80/1",
        "HTTPS://a.example:443/1",
    ],
)
def test_a_url_that_flips_is_the_same_entry(flipped: str) -> None:
    assert key(flipped) == key("https://a.example/1") == key(None, flipped)


@pytest.mark.parametrize(
    "other", ["https://a.example/2", "https://a.example/1?p=2", "https://b.example/1", "https://a.example/1#c2"]
)
def test_another_url_is_another_entry(other: str) -> None:
    assert key(other) != key("https://a.example/1")


def test_guid_before_link_before_content() -> None:
    assert key("urn:x:1", "https://a.example/1") == "urn:x:1"
    assert key(" ", "https://a.example/1") == "//a.example/1"
    assert key(None).startswith("content:")
    assert key(None) != key(None, body="The bridge is open.")
    assert key(None) == key(None, author="Una Kell")


def test_case_counts_in_a_guid_and_in_a_path() -> None:
    assert key("tag:A") != key("tag:a")
    assert key("https://a.example/A") != key("https://a.example/a")


def test_broken_urls_are_names() -> None:
    assert key("http://[::1") == "http://[::1"


@given(st.text(min_size=1, max_size=600))
def test_keys_are_short_and_stable(guid: str) -> None:
    made = key(guid)
    assert 0 < len(made) <= KEY_LIMIT
    assert made == key(guid)
    made.encode()


def test_long_guids_that_differ_at_the_end_differ() -> None:
    assert key("x" * 500 + "1") != key("x" * 500 + "2")


@pytest.mark.parametrize("field", ["headline", "body", "summary", "author", "language", "source", "markup"])
def test_what_people_read_counts_for_the_hash(field: str) -> None:
    changed: dict[str, Any] = {field: "text"}
    assert entry_hash(replace(ENTRY, **changed)) != entry_hash(ENTRY)


def test_addresses_dates_and_keywords_do_not_count_for_the_hash() -> None:
    time = datetime(2031, 3, 14, tzinfo=UTC)
    touched = replace(ENTRY, guid="2", url=None, published="x", published_at=time, updated_at=time, keywords=("a",))
    assert entry_hash(touched) == entry_hash(ENTRY)


def test_fields_do_not_run_together() -> None:
    assert entry_hash(replace(ENTRY, headline="ab", body="c")) != entry_hash(replace(ENTRY, headline="a", body="bc"))


def test_a_long_body_is_a_text_under_any_headline() -> None:
    assert version_id("One", [LONG]) == version_id("Other", [LONG])
    assert version_id("One", [LONG]) != version_id("One", [LONG + " more"])


def test_a_short_body_is_a_text_with_its_headline() -> None:
    assert version_id("Wheat", ["340"]) != version_id("Barley", ["340"])
    assert version_id("Wheat", ["340"]) == version_id("Wheat", ["340"])


TEXTS = st.tuples(
    st.sampled_from(["", "a", "b"]), st.lists(st.sampled_from(["a", "b", "a b", LONG]), max_size=3).map(tuple)
)


@given(TEXTS, TEXTS)
def test_equal_address_means_equal_text(one: tuple[str, tuple[str, ...]], other: tuple[str, tuple[str, ...]]) -> None:
    def text(headline: str, paragraphs: tuple[str, ...]) -> object:
        return paragraphs if LONG in paragraphs else (headline, paragraphs)

    assert (version_id(*one) == version_id(*other)) == (text(*one) == text(*other))
