"""Documents from the network: the one room that talks to publishers.

Law: `Feed + PollState -> Fetched | NotModified | FetchFailed`; a failure is a value, never an exception.
"""

from wire.fetch.http import Fetcher

__all__ = ["Fetcher"]
