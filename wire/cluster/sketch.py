"""MinHash of a text, and how it is laid out in bytes.

Law: the values are datasketch's, worked out without it; what a row of bytes means is said by its scheme, and unlike
schemes are never compared.
"""

import struct
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from typing import Final, NamedTuple

import numpy as np

from wire.cluster.profile import CHARACTERS, FOLD, WORDS, Profile
from wire.cluster.shingles import Hashes
from wire.cluster.strokes import strokes
from wire.errors import InputError
from wire.model import Sketch

SEED: Final = 1
BODY: Final = 48
"""Permutations over the body."""
LEAD: Final = 16
"""Permutations over the lead, which finds the teaser of a long text."""
HEADLINE: Final = 4
"""Permutations over the pairs of words of the headline, which finds a text rewritten under it."""
KEYS: Final = BODY + LEAD + HEADLINE

_SCHEME: Final = f"datasketch2/affine32/seed={SEED}/body={BODY}/lead={LEAD}/headline={HEADLINE}/fold={FOLD}"
SCHEMES: Final = {WORDS: f"{_SCHEME}/word{WORDS}", CHARACTERS: f"{_SCHEME}/character{CHARACTERS}"}
_READABLE: Final = frozenset(SCHEMES.values())
_STROKE: Final = 8192
"""Values that are permuted in one stroke: 1.5 MB for a body's permutations, which a processor has near."""
_HEAD = struct.Struct("<I")


class Signature(NamedTuple):
    """A sketch, unpacked."""

    keys: Hashes
    """MinHash values: `BODY` of the body, `LEAD` of the lead, `HEADLINE` of the headline."""
    shingles: Hashes
    """Distinct shingles of the body, sorted: what story frequencies are counted from."""


def sketch(profile: Profile) -> Sketch:
    """Sketch a text. A text without any token has an empty sketch, which is like nothing."""
    return sketches([profile])[0]


def sketches(profiles: Sequence[Profile]) -> list[Sketch]:
    """The same of several texts, in the time of a few."""
    full = [profile for profile in profiles if len(profile.shingles)]
    titles = [profile.title if len(profile.title) else profile.shingles for profile in full]
    keys = np.concatenate(
        [
            _least([profile.shingles for profile in full], BODY),
            _least([profile.lead for profile in full], LEAD),
            _least(titles, HEADLINE),
        ],
        axis=1,
    ).astype("<u4")
    rows = iter(keys)
    return [
        Sketch(
            scheme=SCHEMES[profile.size],
            data=_HEAD.pack(KEYS) + next(rows).tobytes() + profile.shingles.astype("<u4").tobytes()
            if len(profile.shingles)
            else _HEAD.pack(0),
        )
        for profile in profiles
    ]


def unpack(sketch: Sketch) -> Signature:
    """Read a sketch back. Raises InputError for a scheme of another release: the text must be sketched again."""
    if sketch.scheme not in _READABLE:
        raise InputError(f"sketch of unknown scheme {sketch.scheme!r}: the text must be sketched again")
    (count,) = _HEAD.unpack_from(sketch.data)
    values = np.frombuffer(sketch.data, dtype="<u4", offset=_HEAD.size)
    return Signature(keys=values[:count], shingles=values[count:])


def shingles_in(size: int) -> int:
    """How many distinct shingles a sketch of so many bytes was made of."""
    return max(0, (size - _HEAD.size) // 4 - KEYS)


def minhash(shingles: Hashes, permutations: int) -> Hashes:
    """The `hashvalues` of `datasketch.MinHash(permutations, seed=SEED)` over shingles hashed already, in one stroke."""
    values: Hashes = _least([shingles], permutations)[0]
    return values


def _mix(shingles: Hashes) -> Hashes:
    """The finalizer of MurmurHash3, with which `affine32` begins."""
    mixed: Hashes = (shingles ^ (shingles >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(13)
    mixed *= np.uint32(0xC2B2AE35)
    mixed ^= mixed >> np.uint32(16)
    return mixed


def _least(sets: Sequence[Hashes], permutations: int) -> Hashes:
    """Of each set, none of which is empty, the least of its values under each permutation: a row a set."""
    a, b = _permutations(permutations)
    values = np.empty((len(sets), permutations), np.uint32)
    for piece in strokes([len(each) for each in sets], _STROKE):
        some = sets[piece]
        permuted = _mix(np.concatenate(some)) * a
        permuted += b
        begins = [0, *accumulate(len(each) for each in some[:-1])]
        values[piece] = np.minimum.reduceat(permuted, begins, axis=1).T
    return values


def as_datasketch() -> bool:
    """Are the values those of the datasketch that is installed? Sketches are stored, so neither may ever change."""
    from datasketch import MinHash  # noqa: PLC0415 - brings scipy: half a second that no other command needs

    text = np.arange(1000, dtype=np.uint32)
    theirs = MinHash(num_perm=BODY, seed=SEED, hashfunc=int)
    theirs.update_batch(text.tolist())
    return np.array_equal(minhash(text, BODY), theirs.hashvalues)


@cache
def _permutations(count: int) -> tuple[Hashes, Hashes]:
    """As datasketch draws them for `affine32`: from a generator whose numbers never change (NEP 19)."""
    draw = np.random.RandomState(SEED)
    a = draw.randint(0, 1 << 31, count, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    b = draw.randint(0, 1 << 32, count, dtype=np.uint32)
    return a[:, None], b[:, None]
