"""The writer's half of the walk: what an entry, a text and an order turn out to be, and what is written down of it.

Law: decides nothing itself; asks the pure rooms and writes down what they answered, in the transaction of who calls.
"""

from wire.ingest.memory import hold
from wire.ingest.taker import Ingest
from wire.ingest.tally import Tally
from wire.ingest.traits import EARLIEST, bounded, item_time, story_founded_by, word_count

__all__ = ["EARLIEST", "Ingest", "Tally", "bounded", "hold", "item_time", "story_founded_by", "word_count"]
