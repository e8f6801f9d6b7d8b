"""MinHash of a text, and how it is laid out in bytes.

Law: the values are datasketch's own; what a row of bytes means is said by its scheme, and unlike schemes are never
compared.
"""

import struct
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from datasketch import MinHash

from wire.cluster.profile import FOLD, Hashes, Profile
from wire.errors import InputError
from wire.model import Sketch

SEED: Final = 1
BODY: Final = 48
"""Permutations over the body."""
LEAD: Final = 16
"""Permutations over the lead, which finds the teaser of a long text."""

SCHEMES: Final = {
    3: f"datasketch2/affine32/seed={SEED}/body={BODY}/lead={LEAD}/word3/fold={FOLD}",
    5: f"datasketch2/affine32/seed={SEED}/body={BODY}/lead={LEAD}/character5/fold={FOLD}",
}
_HEAD = struct.Struct("<I")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Signature:
    """A sketch, unpacked."""

    keys: Hashes
    """MinHash values: `BODY` of the body, then `LEAD` of the lead."""
    shingles: Hashes
    """Distinct shingles of the body, sorted: what story frequencies are counted from."""


def sketch(profile: Profile) -> Sketch:
    """Sketch a text. A text without any token has an empty sketch, which is like nothing."""
    if not len(profile.shingles):
        return Sketch(scheme=SCHEMES[profile.size], data=_HEAD.pack(0))
    keys = np.concatenate([minhash(profile.shingles, BODY), minhash(profile.lead, LEAD)])
    data = _HEAD.pack(len(keys)) + keys.astype("<u4").tobytes() + profile.shingles.astype("<u4").tobytes()
    return Sketch(scheme=SCHEMES[profile.size], data=data)


def unpack(sketch: Sketch) -> Signature:
    """Read a sketch back. Raises InputError for a scheme of another release: the text must be sketched again."""
    if sketch.scheme not in SCHEMES.values():
        raise InputError(f"sketch of unknown scheme {sketch.scheme!r}: the text must be sketched again")
    (count,) = _HEAD.unpack_from(sketch.data)
    values = np.frombuffer(sketch.data, dtype="<u4", offset=_HEAD.size)
    return Signature(keys=values[:count], shingles=values[count:])


def minhash(shingles: Hashes, permutations: int) -> Hashes:
    """The `hashvalues` of `datasketch.MinHash(permutations, seed=SEED)` over shingles hashed already, in one stroke."""
    a, b = _permutations(permutations)
    mixed = shingles ^ (shingles >> np.uint32(16))
    mixed = mixed * np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(13)
    mixed = mixed * np.uint32(0xC2B2AE35)
    mixed ^= mixed >> np.uint32(16)
    values: Hashes = (mixed * a + b).min(axis=1)
    return values


@cache
def _permutations(count: int) -> tuple[Hashes, Hashes]:
    a, b = MinHash(num_perm=count, seed=SEED).permutations
    return a[:, None], b[:, None]
