"""Files taken in by hand: found, put in the order of their own times, taken in batches.

Law: what can't be read is named and passed over, and the rest is taken. A file taken again adds nothing.
"""

from wire.archive.found import BATCH, Archive, Refused
from wire.archive.take import Report, take

__all__ = ["BATCH", "Archive", "Refused", "Report", "take"]
