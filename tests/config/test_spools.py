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


# --- on other machines ------------------------------------------------------------------------------------------------

FAR = '[feeds.far]\nurl = "sftp://files.example.com/out/*.xml"\nsource = "Far"\nuser = "wire"\n'
KEY = 'private_key = { file = "key" }\n'
FTP = '[feeds.far]\nurl = "ftps://files.example.com/out/"\nsource = "Far"\n'
S3 = '[feeds.far]\nurl = "s3://bucket/out/*.xml"\nsource = "Far"\n'


def test_a_folder_elsewhere_is_a_feed_with_what_it_logs_in_by(write: Write) -> None:  # noqa: F811 - the fixture
    folder = write(feeds='[defaults]\nknown_hosts = "hosts"\n' + FAR + KEY)
    (folder / "key").write_text("-----BEGIN\nsecret\n-----END\n")
    (folder / "hosts").write_text("")
    found = settings(folder)
    (far,) = found.feeds
    assert (far.spooled, far.in_folder, far.interval) == (True, False, 300.0)
    access = found.access["far"]
    assert (access.user, access.private_key) == ("wire", "-----BEGIN\nsecret\n-----END")
    assert access.known_hosts == folder / "hosts"
    assert "secret" not in repr(found)
    assert "wire" not in repr(access)


def test_what_a_login_needs_has_to_be_there(write: Write) -> None:  # noqa: F811 - the fixture
    (hosts, key) = told(write(feeds=FAR + KEY + 'known_hosts = "hosts"\n'))
    assert "feeds.toml:6: feeds.far.known_hosts: " in hosts + key
    assert "feeds.toml:5: feeds.far.private_key.file: " in hosts + key


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FAR, "feeds.toml:2: feeds.far.url: needs something to log in with: point to it with private_key or password"),
        (FAR.replace('user = "wire"\n', KEY), "feeds.toml:2: feeds.far.url: names nobody who logs in"),
        (FAR.replace("//", "//wire@") + KEY, "feeds.toml:4: feeds.far.user: stands in url as well"),
        (FAR.replace("//", "//wire:word@") + KEY, "feeds.toml:2: feeds.far.url: carries a password, which would be"),
        (FAR + KEY + 'password = "x"\n', "feeds.toml:6: feeds.far.password: a secret does not stand here"),
        (FAR + 'passphrase = { env = "X" }\npassword = { env = "X" }\n', "feeds.toml:5: feeds.far.passphrase: opens"),
        (FAR + KEY + "adaptive = true\n", "feeds.toml:6: feeds.far.adaptive: says nothing of a folder on another"),
        (
            FAR + KEY + "verify_tls = false\n",
            "feeds.toml:6: feeds.far.verify_tls: says nothing of sftp:// (but of ftps",
        ),
        (FAR + KEY + 'basic = { env = "X" }\n', "feeds.toml:6: feeds.far.basic: says nothing of sftp:// (but of http"),
        (FAR + KEY + 'ca_file = "x"\n', "feeds.toml:6: feeds.far.ca_file: says nothing of sftp:// (but of ftps, imap"),
        (FAR.replace("files.example.com", "files.example.com:x") + KEY, "feeds.toml:2: feeds.far.url: should name a"),
        (FAR.replace("/out/", "/*/") + KEY, "feeds.toml:2: feeds.far.url: has a pattern in a folder's name"),
        (FAR.replace("/out/", "/%0A/") + KEY, "feeds.toml:2: feeds.far.url: has a line break in its path"),
        (
            FAR.replace("//files.example.com/out/*.xml", "//files.example.com") + KEY,
            "feeds.toml:2: feeds.far.url: should",
        ),
        (FTP + 'user = "wire"\n', "feeds.toml:2: feeds.far.url: user and password go together"),
        (FTP + 'password = { env = "X" }\n', "feeds.toml:4: feeds.far.password: user and password go together"),
        (FTP + 'known_hosts = "x"\n', "feeds.toml:4: feeds.far.known_hosts: says nothing of ftps:// (but of sftp)"),
        (S3 + 'settle = "5s"\n', "feeds.toml:4: feeds.far.settle: says nothing of objects: they are whole when"),
        (S3 + 'endpoint = "objects"\n', "feeds.toml:4: feeds.far.endpoint: should be the http:// or https:// URL"),
        (S3.replace("bucket", "user@bucket"), "feeds.toml:2: feeds.far.url: should name a bucket"),
        (WEB + 'user = "x"\n', "feeds.toml:4: feeds.web.user: says nothing of a feed that is asked for by HTTP, which"),
        (WEB + 'known_hosts = "x"\n', "feeds.toml:4: feeds.web.known_hosts: says nothing of a feed that a server is"),
        (
            BOX + 'endpoint = "https://x.example"\n',
            "feeds.toml:4: feeds.box.endpoint: says nothing of a watched folder",
        ),
        ('[defaults]\nuser = "x"\n', "feeds.toml:2: defaults.user: belongs to one feed"),
        (
            FTP + FTP.replace("far", "two").replace(".com/", ".com:21/").replace("files", "FILES"),
            "feeds.toml:5: feeds.two.url: is polled already by feeds.far on line 1",
        ),
    ],
)
def test_what_is_wrong_with_one_elsewhere_is_said(write: Write, text: str, said: str) -> None:  # noqa: F811 - the fixture
    problems = told(write(feeds=text))
    assert any(each.startswith(said) for each in problems), problems


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("sftp://wire@h.example/in/*.xml", "sftp://wire@h.example:22/in"),
        ("SFTP://H.Example.:2222/~/in/", "sftp://h.example:2222/~/in"),
        ("ftp://[2001:db8::1]:2121/a%20b/", "ftp://2001:db8::1:2121/a b"),
        ("ftps://h.example/?#.xml", "ftps://h.example:21/"),
        ("s3://bucket.name/a/b/*.json", "s3://bucket.name/a/b"),
    ],
)
def test_a_place_elsewhere_has_a_server(url: str, where: str) -> None:
    assert place_of(url).where == where
