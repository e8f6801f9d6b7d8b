"""Polls of feeds: fetch, read, take, remember; what lands in folders, what hubs push and what teasers link to, too.

Law: whatever a server, a file, a document or a child does becomes a summary; only a database that can't be used raises.
"""

from wire.poll.poller import Poller, steady

__all__ = ["Poller", "steady"]
