"""Entries as received, packed and unpacked."""

import zlib

from hypothesis import given
from hypothesis import strategies as st

from wire.store.packed import Packer, unpack


@given(st.lists(st.binary(max_size=3000), min_size=1, max_size=5))
def test_what_was_packed_comes_out_again(entries: list[bytes]) -> None:
    packer = Packer()
    assert [unpack(packed) for packed in [packer.pack(each) for each in entries]] == entries


def test_what_the_first_databases_hold_is_read() -> None:
    assert unpack(zlib.compress(b'{"headline":"Ferry late"}', 1)) == b'{"headline":"Ferry late"}'


def test_an_entry_takes_less_room() -> None:
    entry = b'{"headline":"Ferry late","body":"' + b"The ferry to Velm left an hour late on Monday. " * 20 + b'"}'
    assert len(Packer().pack(entry)) < len(entry) / 4
