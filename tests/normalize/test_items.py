"""Wire items in each agency's manner, from `items.toml` and `items/`: what is found on each, and what is left."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.normalize.conftest import Clean
from wire.model import Entry

_HERE = Path(__file__).parent
ITEMS: list[dict[str, Any]] = [
    item
    for path in (_HERE / "items.toml", *sorted(_HERE.glob("items/*.toml")))
    for item in tomllib.loads(path.read_text("utf-8"))["item"]
]


@pytest.mark.parametrize("item", ITEMS, ids=[item["name"] for item in ITEMS])
def test_item(item: dict[str, Any], clean: Clean) -> None:
    entry = Entry(
        guid=item.get("guid"),
        url=item.get("url"),
        headline=item["headline"],
        body=item["body"],
        markup="html" if item.get("html") else "text",
        author=item.get("author"),
    )
    copy = clean(entry, source=item.get("source", ""), agency=item.get("agency"))
    dateline = copy.dateline
    found = {
        "clean": copy.headline,
        "text": copy.body,
        "origin": copy.origin,
        "dateline": dateline.place if dateline else None,
        "date": dateline.date if dateline else None,
        "byline": copy.byline,
        "slug": copy.slug,
        "signals": [signal.value for signal in copy.signals],
    }
    expected = {name: item.get(name) for name in found} | {
        "clean": item.get("clean", item["headline"]),
        "text": item["text"].strip(),
        "signals": item.get("signals", []),
    }
    assert found == expected
    order = copy.order
    also = {
        "root": copy.slug_root,
        "revision": copy.revision,
        "number": copy.number,
        "reason": copy.reason,
        "notes": list(copy.notes) or None,
        "relay": copy.relay,
        "order": order
        and {
            name: list(each)
            for name, each in (("items", order.items), ("slugs", order.slugs), ("headlines", order.headlines))
            if each
        },
    }
    assert also == {name: item.get(name) for name in also}
    if "credit" in item:
        assert copy.credit == item["credit"]


def test_there_are_enough_items() -> None:
    assert len(ITEMS) >= 150
    assert len({item["name"] for item in ITEMS}) == len(ITEMS)
