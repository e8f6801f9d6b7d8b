"""Which kind of place a feed's files wait in.

Law: the one module that knows all of them; nobody else asks for a scheme.
"""

from wire.fetch.place import Place
from wire.fetch.putaway import LocalSpool
from wire.model import Feed
from wire.policy import SpoolPolicy


def place_for(feed: Feed, policy: SpoolPolicy) -> Place:
    """The place of a feed, not opened yet."""
    return LocalSpool(feed, policy.max_bytes)
