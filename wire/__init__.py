"""presswire: press-wire ingestion and deduplication.

The walk of the data, and the package that owns each step of it::

    feed -> fetch -> parse -> normalize -> cluster (sketch, candidates, match, decide) -> store -> publish
"""

__version__ = "0.1.0"
