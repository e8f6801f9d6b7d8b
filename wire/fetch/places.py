"""Which kind of place a feed's files wait in.

Law: the one module that knows all of them; nobody else asks for a scheme.
"""

from wire.access import Access
from wire.fetch.mail import mailbox_place
from wire.fetch.place import Place
from wire.fetch.putaway import LocalSpool
from wire.fetch.remote import remote_place
from wire.model import Feed
from wire.policy import FetchPolicy, SpoolPolicy


def place_for(feed: Feed, policy: SpoolPolicy, fetch: FetchPolicy, access: Access | None) -> Place:
    """The place of a feed, not opened yet. `access`: what is shown to a server. Raises SpoolError."""
    if feed.in_folder:
        return LocalSpool(feed, policy.max_bytes)
    if feed.in_mailbox:
        return mailbox_place(feed, policy, fetch, access)
    return remote_place(feed, policy, fetch, access)
