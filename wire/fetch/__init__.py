"""Documents from the network: the one room that talks to publishers.

Law: `Feed + PollState -> Fetched | NotModified | FetchFailed`; a failure is a value, never an exception.
"""

from wire.fetch.article import ArticleFetcher
from wire.fetch.http import Fetcher
from wire.fetch.wanted import Wanted

__all__ = ["ArticleFetcher", "Fetcher", "Wanted"]
