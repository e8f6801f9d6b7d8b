"""Bytes that nobody sent: seeds broken, spliced, repeated, with what formats take notice of put in.

Law: a function of run, target and number, so that every execution can be had again.
"""

import random
import re
from collections.abc import Sequence

from tests.fuzz.shapes import reshaped

LARGEST = 60_000
"""Bytes of what a parser is given."""
_DEEDS = 6
"""Changes at most."""
_WHOLE = 0.6
"""Of the executions on JSON and XML, those that keep the document whole."""
_TOKENS = (
    *(b"<", b">", b"/>", b"</", b"&", b";", b"&#0;", b"&#xD800;", b"&#99999999999;", b'"', b"'", b"=", b"<!--", b"-->"),
    *(
        b"<![CDATA[",
        b"]]>",
        b"<?",
        b"?>",
        b"<!DOCTYPE x [",
        b"]>",
        b"<!ENTITY a 'b'>",
        b"xmlns:a='b'",
        b"xml:base='//['",
    ),
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\\",
        b"\\ud800",
        b"\\u0000",
        b"null",
        b"true",
        b"-1e999",
        b"[[[[[[[[",
        b'{"a":',
    ),
    *(
        b"\0",
        b"\x01",
        b"\x02",
        b"\x03",
        b"\x04",
        b"\x07",
        b"\x08",
        b"\x0b",
        b"\x0c",
        b"\x0e",
        b"\x0f",
        b"\x11",
        b"\x12",
    ),
    *(
        b"\x13",
        b"\x14",
        b"\x16",
        b"\x18",
        b"\x19",
        b"\x1b",
        b"\x1b(K",
        b"\x1b-A",
        b"\x1b*R",
        b"\x1bN",
        b"\x1d",
        b"\x1f",
    ),
    *(b"\x7f", b"\x80", b"\x8e", b"\xc1", b"\xc8", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xff", b"\xed\xa0\x80"),
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b"\t",
        b"   ",
        b"\n\n",
        b" =\n",
        b"^",
        b"^<",
        b"=",
        b"@<",
        b"(",
        b")",
        b"((((",
        b"# Notizblock\n",
    ),
    *(b"--", b"\n--b\n", b"boundary=b", b"=?utf-8?q?=00?=", b"=?x?b?!!?=", b"Content-Type: ", b"charset=", b"base64"),
    *(b"0", b"-1", b"9999999999999999999", b"0000-00-00", b"99999-12-31T99:99:99+99:99", b"2026-02-30T24:00:00Z"),
    *(
        b"313131 Feb 99",
        b"AP-WF-99-99-99 9999GMT",
        b"urn:newsml:",
        b"http://[",
        b"javascript:",
        b"//",
        b"%00",
        b"data:,",
    ),
)
_WORD = re.compile(rb"[<\"]?[A-Za-z:-]{3,40}[\">=:]?")
_NUMBER = re.compile(rb"\d+")


def mutant(seeds: Sequence[bytes], run: int, target: str, number: int) -> bytes:
    """Execution `number` of a target in a run."""
    chance = random.Random(f"{run}/{target}/{number}")
    seed = chance.choice(seeds)[:LARGEST]
    if chance.random() < _WHOLE and (whole := reshaped(seed, seeds, chance)) is not None:
        return whole[:LARGEST]
    body = bytearray(seed)
    for _ in range(chance.randint(1, _DEEDS)):
        _change(body, seeds, chance)
    return bytes(body[:LARGEST])


def _change(body: bytearray, seeds: Sequence[bytes], chance: random.Random) -> None:
    begin = chance.randrange(len(body) + 1)
    end = min(len(body), begin + chance.choice((0, 1, 1, 4, 16, 80, 400)))
    match chance.randrange(11):
        case 0 if body:
            body[begin % len(body)] = chance.randrange(256)
        case 1:
            del body[begin:end]
        case 2:
            body[begin:begin] = chance.choice(_TOKENS)
        case 3:
            body[begin:end] = chance.choice(_TOKENS)
        case 4:
            body[begin:begin] = (bytes(body[begin:end]) or chance.choice(_TOKENS)) * chance.choice((1, 2, 9, 60, 900))
        case 5:
            other = chance.choice(seeds)
            start = chance.randrange(len(other) + 1)
            body[begin:end] = other[start : start + chance.choice((4, 40, 400, 4_000))]
        case 6:
            del body[begin:]
        case 7:
            body[begin:begin] = chance.choice(_TOKENS) * chance.choice((2, 30, 900))
        case 8:
            _replace_one(body, _WORD, chance, _WORD.findall(chance.choice(seeds)) or _TOKENS)
        case 9:
            _replace_one(body, _NUMBER, chance, (b"0", b"-1", b"7", b"99", b"65536", b"9" * 30, b"00", b""))
        case _:
            body[begin:end] = chance.randbytes(chance.choice((1, 3, 20)))
    del body[2 * LARGEST :]


def _replace_one(body: bytearray, what: re.Pattern[bytes], chance: random.Random, by: Sequence[bytes]) -> None:
    found = list(what.finditer(body))
    if found:
        one = chance.choice(found)
        start, end = one.span()
        del one, found  # a match holds the buffer, which then can't grow
        body[start:end] = chance.choice(by)
