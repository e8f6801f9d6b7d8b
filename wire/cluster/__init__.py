"""Copy in, decision out: is this text the same piece of copy as one that is known?

::

    copy ─ profile ─▶ Profile ─ sketch ─▶ Sketch ─ Index.candidates ─▶ versions ─ decide ─▶ Joins | Founds
                                                                             relate, choose: its place in the story

Law: pure. Time is the items' own; nothing is read but the arguments, nothing is changed but the index.
"""

from wire.cluster.canonical import choose, relate
from wire.cluster.decide import Candidate, Item, Named, compare, decide
from wire.cluster.index import LONG, Index
from wire.cluster.match import Overlap, overlap
from wire.cluster.page import Telling, telling
from wire.cluster.profile import Profile, profile, profiles
from wire.cluster.sketch import as_datasketch, shingles_in, sketch, sketches

__all__ = [
    "LONG",
    "Candidate",
    "Index",
    "Item",
    "Named",
    "Overlap",
    "Profile",
    "Telling",
    "as_datasketch",
    "choose",
    "compare",
    "decide",
    "overlap",
    "profile",
    "profiles",
    "relate",
    "shingles_in",
    "sketch",
    "sketches",
    "telling",
]
