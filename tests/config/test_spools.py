"""Folders as feeds: what operators write, and what they are told when it is wrong."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.config.test_load import Write, settings, told, write  # noqa: F401 - a fixture
from wire.config import additions
from wire.model import Feed, place_of
from wire.model.spool import named, shown, takes
from wire.parse.opml import Listed
from wire.publish.opml import export

BOX = '[feeds.box]\nurl = "file:///var/spool/wire/in/*.xml"\nsource = "Box"\n'
WEB = '[feeds.web]\nurl = "https://one.example/rss"\nsource = "One"\n'


def test_a_folder_is_a_feed_with_the_defaults_of_folders(write: Write) -> None:  # noqa: F811 - the fixture
    defaults = '[defaults]\ninterval = "1h"\nsettle = "10s"\ntimeout = "9s"\n'
    text = BOX + 'taken = "keep"\norder = "name"\n' + WEB
    box, web = settings(write(feeds=defaults + text)).feeds
    assert (box.in_folder, web.in_folder) == (True, False)
    assert (box.settle, box.taken, box.order, box.done, box.done_kept) == (10.0, "keep", "name", "done", 604_800.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOX + 'interval = "1min"\n', "feeds.toml:4: feeds.box.interval: says nothing of a watched folder, which is"),
        (BOX + "adaptive = false\n", "feeds.toml:4: feeds.box.adaptive: says nothing of a watched folder, which is"),
        (BOX + 'timeout = "1min"\n', "feeds.toml:4: feeds.box.timeout: says nothing of a watched folder: no server"),
        (BOX + "allow_private = true\n", "feeds.toml:4: feeds.box.allow_private: says nothing of a watched folder"),
        (BOX + 'basic = { env = "X" }\n', "feeds.toml:4: feeds.box.basic: says nothing of a watched folder"),
        (BOX + "verify_tls = false\n", "feeds.toml:4: feeds.box.verify_tls: says nothing of a watched folder"),
        (WEB + 'settle = "1s"\n', "feeds.toml:4: feeds.web.settle: says nothing of a feed that a server is asked for"),
        (WEB + 'taken = "keep"\n', "feeds.toml:4: feeds.web.taken: says nothing of a feed that a server is asked for"),
        (BOX + 'taken = "eat"\n', "feeds.toml:4: feeds.box.taken: should be 'move', 'remove' or 'keep'"),
        (BOX + "settle = -1\n", "feeds.toml:4: feeds.box.settle: should be greater than or equal to 0"),
        (BOX + 'done = ".."\n', "feeds.toml:4: feeds.box.done: should be a folder"),
        (BOX + 'done = ""\n', "feeds.toml:4: feeds.box.done: should be a folder"),
        (BOX + 'done = ".presswire"\n', "feeds.toml:4: feeds.box.done: should be a folder"),
        (BOX + 'failed = "done"\n', "feeds.toml:4: feeds.box.failed: is the folder of the files that were taken"),
        (BOX.replace("/var", "server/var"), "feeds.toml:2: feeds.box.url: should be an absolute path on this machine"),
        (BOX.replace("file:///", "file:"), "feeds.toml:2: feeds.box.url: should be an absolute path on this machine"),
        (BOX.replace("/in/", "/../in/"), "feeds.toml:2: feeds.box.url: has a step `.` or `..` in its path"),
        (BOX.replace("/in/", "/*/"), "feeds.toml:2: feeds.box.url: has a pattern in a folder's name"),
        (BOX.replace("/in/", "/%00/"), "feeds.toml:2: feeds.box.url: has a NUL in its path"),
        (
            BOX + BOX.replace("box", "two").replace("spool", "%73pool"),
            "feeds.toml:5: feeds.two.url: is polled already by feeds.box on line 1",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(write: Write, text: str, said: str) -> None:  # noqa: F811 - the fixture
    (problem,) = told(write(feeds=text))
    assert problem.startswith(said)


def test_two_patterns_of_one_folder_are_two_feeds(write: Write) -> None:  # noqa: F811 - the fixture
    assert told(write(feeds=BOX + BOX.replace("box", "two").replace("*.xml", "*.json"))) == []


def test_no_list_brings_a_folder_of_this_machine_in_and_none_takes_one_out(tmp_path: Path) -> None:
    listed = Listed(title="Passwords", url="file:///etc/*")
    plan = additions.plan(tmp_path, [listed], set(), folders_are_sources=False)
    assert not plan.added
    assert plan.passed_over[0].reason == "should be an http:// or https:// URL"
    sent = export([Feed(key="box", url="file:///var/spool/in/*.xml", source="Box")])
    assert sent.left_out == ("box",)
    assert "spool" not in sent.text


@pytest.mark.parametrize(
    ("url", "folder", "pattern"),
    [
        ("file:///in/*.xml", "/in", "*.xml"),
        ("file://localhost/in/", "/in", "*"),
        ("FILE:///in/a%20b/%C3%BC?.xml", "/in/a b", "ü?.xml"),
        ("file:///in/[0-9]#*.xml", "/in", "[0-9]#*.xml"),
        ("file:///*.xml", "/", "*.xml"),
        ("file:///in/%FF/*", "/in/\udcff", "*"),
    ],
)
def test_a_place_is_a_folder_and_a_pattern(url: str, folder: str, pattern: str) -> None:
    place = place_of(url)
    assert (place.folder, place.pattern) == (folder, pattern)


def test_a_pattern_takes_no_hidden_file() -> None:
    place = place_of("file:///in/*")
    assert takes(place, "a.xml")
    assert not takes(place, ".a.xml")


@given(st.binary(min_size=1, max_size=60))
def test_every_name_is_shown_in_print_and_found_again(name: bytes) -> None:
    text = name.decode("utf-8", "surrogateescape")
    assert shown(text).isprintable()
    assert named(shown(text)) == text
