"""The writer's half of the walk: what an entry, a text and an order turn out to be, and what is written down of it.

Law: decides nothing itself; asks the pure rooms and writes down what they answered, in the transaction of who calls.
"""

from wire.ingest.memory import hold
from wire.ingest.taker import EARLIEST, Ingest, item_time, story_founded_by, word_count
from wire.ingest.tally import Tally

__all__ = ["EARLIEST", "Ingest", "Tally", "hold", "item_time", "story_founded_by", "word_count"]
