"""Feeds added to feeds.toml: nothing that stands there is touched, nothing comes twice, nothing secret is written."""

import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wire.config import additions, check, load
from wire.config.additions import Plan
from wire.errors import ConfigError, InputError
from wire.model import Feed
from wire.parse.opml import Listed, read_opml
from wire.publish import opml

BEFORE = """# My feeds, as of spring.
[defaults]
interval = "10min"   # ten

[feeds.herald]       # the best one
url = "https://herald.example.com/news.xml"
source = "The Example Herald"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "feeds.toml").write_text(BEFORE)
    return tmp_path


def listed(url: str, title: str = "Harbour Wire", *folders: str, **own: str) -> Listed:
    return Listed(url=url, title=title, folders=folders, own=own)


def plan(folder: Path, *feeds: Listed, sources: bool = False) -> Plan:
    return additions.plan(folder, feeds, {"reuters"}, folders_are_sources=sources)


def added(folder: Path, *feeds: Listed, sources: bool = False) -> list[Feed]:
    """Write the feeds, and give all that are there."""
    additions.write(plan(folder, *feeds, sources=sources))
    assert check(folder, environ={}) == []
    return list(load(folder, environ={}).feeds)


def test_what_stands_there_stays_byte_for_byte(folder: Path) -> None:
    feeds = added(folder, listed("https://harbour.test/rss", "Harbour Wire", "World", "Ports"))
    text = (folder / "feeds.toml").read_text()
    assert text.startswith(BEFORE)
    assert text.removeprefix(BEFORE) == (
        '\n# World / Ports\n[feeds.harbour-wire]\nurl = "https://harbour.test/rss"\nsource = "Harbour Wire"\n'
    )
    assert [(feed.key, feed.source, feed.interval) for feed in feeds][1] == ("harbour-wire", "Harbour Wire", 600)


@pytest.mark.parametrize(
    "before",
    ["", "# nothing\n", BEFORE.rstrip("\n"), BEFORE.replace("\n", "\r\n"), "\ufeff" + BEFORE, "[feeds]\n"],
)
def test_files_of_every_kind_are_added_to(tmp_path: Path, before: str) -> None:
    path = tmp_path / "feeds.toml"
    path.write_bytes(before.encode())
    assert added(tmp_path, listed("https://harbour.test/rss"))[-1].key == "harbour-wire"
    assert path.read_bytes().startswith(before.encode())


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    assert [feed.key for feed in added(tmp_path, listed("https://harbour.test/rss"))] == ["harbour-wire"]


def test_no_feed_comes_twice(folder: Path) -> None:
    twins = [
        listed("https://herald.example.com/news.xml"),
        listed("http://HERALD.example.com:80/news.xml#top"),
        listed("https://harbour.test/rss"),
        listed("https://harbour.test/rss/"),
        listed("feed://harbour.test/rss"),
    ]
    planned = plan(folder, *twins)
    assert [each.url for each in planned.added] == ["https://harbour.test/rss"]
    assert [each.reason for each in planned.passed_over] == [
        *["is there already: feeds.herald"] * 2,
        *["is there already: feeds.harbour-wire"] * 2,
    ]
    additions.write(planned)
    assert plan(folder, *twins).added == (), "a second time changes nothing"


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Zürich & Genève: News!", "zurich-geneve-news"),
        ("日本の港", "harbour-test"),
        ("", "harbour-test"),
        ("Herald", "herald-2"),  # taken
        ("x" * 100, "x" * 64),
        ("...", "harbour-test"),
    ],
)
def test_keys_are_made_of_titles(folder: Path, title: str, key: str) -> None:
    assert added(folder, listed("https://www.harbour.test/rss", title))[-1].key == key


def test_keys_are_unlike_each_other_in_any_case(folder: Path) -> None:
    feeds = added(
        folder, *(listed(f"https://h{n}.test/", "A" * 70) for n in range(12)), listed("https://z.test/", key="HERALD")
    )
    keys = [feed.key.lower() for feed in feeds]
    assert len(set(keys)) == len(keys) == 14
    assert max(map(len, keys)) == 64


def test_folders_may_be_sources(folder: Path) -> None:
    feeds = added(
        folder,
        listed("https://a.test/", "World", "All", "Harbour Wire"),
        listed("https://b.test/", "Ports"),
        sources=True,
    )
    assert [feed.source for feed in feeds[1:]] == ["Harbour Wire", "Ports"]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (
            "https://ada:sesame@harbour.test/",
            "carries a user or password, which would be stored and shown: point to it with basic",
        ),
        ("ftp://harbour.test/", "should be an http:// or https:// URL"),
        ("/rss", "should be an http:// or https:// URL"),
        ("javascript:alert(1)", "should be an http:// or https:// URL"),
        ("https://harbour.test/a b", "should be an http:// or https:// URL"),
        ("https://harbour.test:99999/", "is no URL: Port out of range 0-65535"),
    ],
)
def test_what_can_not_be_polled_is_passed_over(folder: Path, url: str, reason: str) -> None:
    planned = plan(folder, listed(url))
    assert (planned.text, [each.reason for each in planned.passed_over]) == ("", [reason])
    assert "sesame" not in str(planned.passed_over)


def test_a_list_opens_no_door_and_says_nothing_that_does_not_fit(folder: Path) -> None:
    own = {
        "allow_private": "true",
        "rank": "500",
        "interval": "-3",
        "enabled": "maybe",
        "agency": "nobody",
        "language": "??",
    }
    sound = {
        "rank": "80",
        "interval": "90",
        "enabled": "false",
        "agency": "reuters",
        "language": "pt-BR",
        "adaptive": "false",
    }
    bad, good = added(folder, listed("https://a.test/", "A", **own), listed("https://b.test/", "B", **sound))[1:]
    assert bad == Feed(key="a", url="https://a.test/", source="A", interval=600)
    assert good == Feed(
        key="b",
        url="https://b.test/",
        source="B",
        rank=80,
        interval=90,
        enabled=False,
        agency="reuters",
        language="pt-BR",
        adaptive=False,
    )


@pytest.mark.parametrize("title", ['A "quoted" \\ title', "# no comment", "[feeds.x]", "a = 1", "'''", "\\u0041"])
def test_titles_are_only_text(folder: Path, title: str) -> None:
    assert added(folder, listed("https://harbour.test/", title, title))[-1].source == title


def test_a_file_that_is_wrong_is_not_added_to(folder: Path) -> None:
    (folder / "feeds.toml").write_text(BEFORE + "colour = 3\n")
    with pytest.raises(ConfigError, match="unknown key"):
        plan(folder, listed("https://harbour.test/"))


def test_a_file_that_no_table_can_be_appended_to_is_left_alone(tmp_path: Path) -> None:
    text = 'feeds = { a = { url = "https://a.test/", source = "A" } }\n'
    (tmp_path / "feeds.toml").write_text(text)
    with pytest.raises(ConfigError, match="tables can't be appended to it"):
        plan(tmp_path, listed("https://harbour.test/"))
    assert (tmp_path / "feeds.toml").read_text() == text


def test_what_was_changed_meanwhile_is_not_overwritten(folder: Path) -> None:
    planned = plan(folder, listed("https://harbour.test/"))
    (folder / "feeds.toml").write_text(BEFORE + "# one more word\n")
    with pytest.raises(InputError, match="has been changed meanwhile"):
        additions.write(planned)
    assert (folder / "feeds.toml").read_text() == BEFORE + "# one more word\n"


def test_mode_and_link_stay(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    real = tmp_path_factory.mktemp("real") / "my-feeds.toml"
    real.write_text(BEFORE)
    real.chmod(0o640)
    (folder / "feeds.toml").unlink()
    (folder / "feeds.toml").symlink_to(real)
    added(folder, listed("https://harbour.test/"))
    assert (folder / "feeds.toml").is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert list(real.parent.iterdir()) == [real], "nothing is left behind"


LINE = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp", "Zs")), min_size=1, max_size=20)
FEEDS = st.lists(
    st.builds(
        Feed,
        key=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True),
        url=st.from_regex(r"https?://[a-z]{1,8}\.test/[a-z&;=?]{0,10}", fullmatch=True),
        source=LINE,
        enabled=st.booleans(),
        rank=st.integers(0, 100),
        interval=st.integers(1, 10**5).map(float),
        adaptive=st.booleans(),
        language=st.none() | st.sampled_from(["en", "pt-BR"]),
    ),
    max_size=6,
    unique_by=(lambda feed: feed.key.lower(), lambda feed: feed.url.partition("://")[2].rstrip("/")),
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(feeds=FEEDS)
def test_what_goes_out_comes_in_again(tmp_path: Path, feeds: list[Feed]) -> None:
    sent = opml.export(feeds)
    planned = plan(tmp_path, *read_opml(sent.text.encode()).feeds)
    assert planned.passed_over == ()
    tables = tomllib.loads(planned.text).get("feeds", {})
    made = {key: Feed(key=key, **table) for key, table in tables.items()}
    assert made == {feed.key: feed for feed in feeds if feed.key not in sent.left_out}


def test_no_secret_goes_out() -> None:
    feeds = [
        Feed(key="open", url="https://a.test/rss?page=2", source="A"),
        Feed(key="token", url="https://b.test/rss?token=sesame", source="B"),
        Feed(key="user", url="https://ada:sesame@c.test/rss", source="C", allow_private=True),
    ]
    sent = opml.export(feeds)
    assert sent.left_out == ("token", "user")
    assert "sesame" not in sent.text
    assert "allow_private" not in sent.text
