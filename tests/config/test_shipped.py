"""The shipped files are the reference of every key: nothing missing, nothing more, each with its real default."""

import re
import subprocess
import tomllib
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from wire.config import SECTIONS, Settings, check, load, shipped
from wire.config.feeds import ITS_OWN
from wire.config.values import build
from wire.model import Feed

COMMENTED = re.compile(r"^#(?=[a-z_]+ = )", re.MULTILINE)
KEY = re.compile(r"^#[a-z_]+ = ")


def uncommented(name: str) -> str:
    return COMMENTED.sub("", (shipped() / name).read_text("utf-8"))


def test_the_shipped_config_is_sound_and_changes_no_default() -> None:
    assert check(shipped(), environ={}) == []

    found, bare = load(shipped(), environ={}), load(None, environ={})
    for name in SECTIONS:
        assert getattr(found, name) == getattr(bare, name)
    assert found.agencies == bare.agencies
    assert found.feeds
    assert not any(feed.enabled for feed in found.feeds)


def test_the_shipped_database_leaves_the_choice_to_the_environment() -> None:
    found = load(shipped(), environ={"WIRE_DATABASE_URL": "sqlite:///other.db"})

    assert found.store.url == "sqlite:///other.db"


def test_every_policy_of_the_settings_has_a_table() -> None:
    assert set(SECTIONS) == {field.name for field in fields(Settings)} - {"path", "feeds", "access", "agencies"}
    assert list(tomllib.loads(uncommented("wire.toml"))) == list(SECTIONS)


@pytest.mark.parametrize("section", SECTIONS)
def test_each_key_stands_with_its_default(section: str) -> None:
    table = tomllib.loads(uncommented("wire.toml"))[section]
    policy = SECTIONS[section]

    assert set(table) == {field.name for field in fields(policy)}
    for key in table:  # one by one, so that a wrong value is named
        assert build(policy, {"it": {key: table[key]}}).records == {"it": policy()}, key


def test_the_defaults_of_feeds_stand_with_their_defaults() -> None:
    table = tomllib.loads(uncommented("feeds.toml"))["defaults"]
    defaults = {field.name: field.default for field in fields(Feed) if field.default is not MISSING}
    shown = {key: table[key] for key in table if defaults[key] is not None or key == "proxy"}
    feed = Feed(key="k", url="https://example.com/", source="s")

    assert set(table) == set(defaults) - set(ITS_OWN)
    del shown["proxy"]  # an example: there is none by default
    assert build(Feed, {"k": {"key": "k", "url": feed.url, "source": "s", **shown}}).records == {"k": feed}


def test_what_belongs_to_one_feed_stands_below_an_example(tmp_path: Path) -> None:
    text = uncommented("feeds.toml")
    tables = tomllib.loads(text)["feeds"]
    assert {*tables["agency-premium"], *tables["agency-files"]} == {"enabled", "source", "interval", *ITS_OWN} - {"key"}
    (tmp_path / "feeds.toml").write_text(text.replace("\nbearer =", "\n#bearer =").replace("\nagency =", "\n#agency ="))
    assert check(tmp_path, environ={}) == [], "as shown, it may be taken up (but in one way of authorizing)"


@pytest.mark.parametrize("name", ["wire.toml", "feeds.toml"])
def test_each_key_has_a_comment_above(name: str) -> None:
    text = (shipped() / name).read_text("utf-8")
    before = ""
    for line in text.splitlines():
        if KEY.match(line):
            assert before.startswith("# "), line
        before = line


@pytest.mark.skipif(not (shipped().parent / "docs").is_dir(), reason="installed without its docs")
def test_the_page_on_installing_says_where_the_database_is(tmp_path: Path) -> None:
    page = (shipped().parent / "docs" / "operating.md").read_text("utf-8")
    (edit,) = re.findall(r"^sed -i ('.+') /etc/wire/wire\.toml$", page, re.MULTILINE)
    (tmp_path / "wire.toml").write_bytes((shipped() / "wire.toml").read_bytes())
    subprocess.run(f"sed -i {edit} {tmp_path / 'wire.toml'}", shell=True, check=True)  # noqa: S602 - as it is typed
    assert check(tmp_path, environ={}) == []
    found = load(tmp_path, environ={})
    assert found.store.url == "sqlite:////var/lib/wire/wire.db"
    assert found.alerts == load(None, environ={}).alerts
