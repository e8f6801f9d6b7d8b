"""A fetcher in a hurry, and one fetch against one behaviour."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from tests.fetch.server import Behaviour, serving
from wire.fetch import Fetcher
from wire.model import Feed, FetchResult
from wire.policy import FetchPolicy

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LIMIT = 200_000
"""Bytes that the fetcher takes."""
POLICY = FetchPolicy(timeout=2.0, max_bytes=LIMIT, max_redirects=3, user_agent="presswire-test/1 (+https://desk.test)")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(POLICY) as opened:
        yield opened


def feed(url: str, *, allow_private: bool = True) -> Feed:
    """A feed that may be on loopback, where the tests' servers are."""
    return Feed(key="harbour", url=url, source="Harbour Wire", allow_private=allow_private)


async def fetch_one(fetcher: Fetcher, behaviour: Behaviour) -> FetchResult:
    async with serving(feed=behaviour) as site:
        return await fetcher.fetch(feed(site.url("/feed")), None, now=NOW)
