"""What a page costs the child that reads it: extraction alone, all that becomes of it, robots.txt, and memory."""

import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial

from tests.articles.site import HEADLINE, STORY, TEASER, page
from wire import prepare
from wire.config import load
from wire.model import Entry, Feed
from wire.parse.article import read
from wire.parse.robots import judge

ROUNDS = 60
LAYOUTS = ("article", "divs", "table", "breaks")
URL = "https://sound.example/ferries"
MEASURED = """
import re, sys, time
from pathlib import Path
from wire import prepare
import wire.child

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024

bare, began = peak(), time.process_time()
from wire.parse.article import read
read(sys.stdin.buffer.read(), url="https://sound.example/a", content_type="text/html")
print(bare, peak(), (time.process_time() - began) * 1e3)
"""
"""What a child measures of itself. Its peak comes from the kernel: what getrusage gives is handed down at a fork."""


def run() -> dict[str, float]:
    """Median CPU µs a page, and MB that a child holds at its peak."""
    bodies = {layout: page(STORY * 3, layout=layout).encode() for layout in LAYOUTS}
    feed, agencies = Feed(key="sound", url=URL, source="The Sound"), load(None, environ={}).agencies
    teaser = prepare.name(Entry(guid="1", url=URL, headline=HEADLINE, body=TEASER, markup="text"))
    figures: dict[str, float] = {}
    for layout, body in bodies.items():
        figures[f"extraction, {layout}, {len(body)} bytes, us"] = _median(partial(read, body, url=URL))
    figures["page to item, us"] = _median(
        lambda: prepare.full_text_of(bodies["article"], "text/html", teaser, feed, agencies, URL)
    )
    rules = b"User-agent: *\n" + b"".join(b"Disallow: /section/%d/*.html\n" % n for n in range(200))
    figures["robots.txt of 200 rules, us"] = _median(lambda: judge(rules, URL, "presswire"))
    huge = page(STORY * 900).encode()
    for name, body in (("one page", bodies["article"]), (f"a page of {len(huge) / 1e6:.1f} MB", huge)):
        bare, peak, spent = _child(body)
        figures["child without pages, MB"] = bare
        figures[f"first page of a child, {name}, CPU ms"] = spent
        figures[f"child after {name}, MB"] = peak
    return figures


def _child(body: bytes) -> tuple[float, float, float]:
    done = subprocess.run([sys.executable, "-c", MEASURED], input=body, capture_output=True, check=True)
    bare, peak, spent = map(float, done.stdout.split())
    return bare, peak, spent


def _median(function: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        function()
        times.append((time.process_time() - began) * 1e6)
    return sorted(times)[ROUNDS // 2]
