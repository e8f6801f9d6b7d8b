"""MinHash values and their bytes."""

from functools import partial

import datasketch
import numpy as np
import pytest
from datasketch import MinHash
from hypothesis import given
from hypothesis import strategies as st

from tests.cluster.newsroom import Writer, copy
from wire.cluster import profile, sketch
from wire.cluster.sketch import BODY, HEADLINE, KEYS, LEAD, SEED, as_datasketch, minhash, unpack
from wire.errors import InputError
from wire.model import Sketch


@given(st.sets(st.integers(0, 2**32 - 1), min_size=1, max_size=80), st.sampled_from([BODY, LEAD, HEADLINE]))
def test_values_are_those_of_datasketch(shingles: set[int], permutations: int) -> None:
    theirs = MinHash(num_perm=permutations, seed=SEED, hashfunc=int)
    theirs.update_batch(shingles)
    assert np.array_equal(minhash(np.array(sorted(shingles), np.uint32), permutations), theirs.hashvalues)


def test_the_installation_is_asked_whether_it_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    assert as_datasketch()
    monkeypatch.setattr(datasketch, "MinHash", partial(MinHash, scheme="legacy"))
    assert not as_datasketch()


def test_a_sketch_holds_what_index_and_story_counts_need() -> None:
    features = profile(Writer(3).story())
    signature = unpack(sketch(features))
    assert len(signature.keys) == KEYS
    assert np.array_equal(signature.keys[:BODY], minhash(features.shingles, BODY))
    assert np.array_equal(signature.shingles, features.shingles)


def test_an_empty_text_has_an_empty_sketch() -> None:
    signature = unpack(sketch(profile(copy(""))))
    assert (len(signature.keys), len(signature.shingles)) == (0, 0)


def test_words_and_characters_are_different_schemes() -> None:
    words, characters = (sketch(profile(copy("", text))) for text in ("the port of Velm", "東京の港は正午に閉鎖"))
    assert words.scheme != characters.scheme


def test_another_release_s_scheme_is_refused() -> None:
    with pytest.raises(InputError, match="sketched again"):
        unpack(Sketch(scheme="datasketch1/legacy", data=b"\0\0\0\0"))
