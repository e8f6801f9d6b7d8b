"""Secrets of feeds: pointed to, found at load and at each reload, and seen nowhere."""

import base64
import pickle
from pathlib import Path

import pytest

from wire.access import Access, Secret, origin_of
from wire.config import Settings, check, load
from wire.errors import ConfigError

HEAD = '[feeds.a]\nurl = "https://a.example/feed"\nsource = "A"\n'
ENVIRON = {
    "LOGIN": "desk:s3same open",
    "TOKEN": "t0k-en",
    "EMPTY": " ",
    "TWO": "a\nb",
    "PROXY": "http://u:p%40ss@proxy.example:3128",
}


def loaded(folder: Path, lines: str, head: str = HEAD) -> Settings:
    (folder / "feeds.toml").write_text(head + lines)
    return load(folder, environ=ENVIRON)


def access(folder: Path, lines: str) -> Access:
    return loaded(folder, lines).access["a"]


def problems(folder: Path, lines: str, head: str = HEAD) -> list[str]:
    (folder / "feeds.toml").write_text(head + lines)
    return [str(one).removeprefix(f"{folder}/") for one in check(folder, environ=ENVIRON)]


def test_what_is_pointed_to_is_found(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("\ufeff k3y-of-agency \n", "utf-8")
    lines = """
headers = { "X-Api-Key" = { file = "key" }, "Accept-Language" = "en" }
query = { "sid" = { env = "TOKEN" } }
basic = { env = "LOGIN" }
cookie = { env = "TOKEN" }
proxy = { env = "PROXY" }
"""
    found = access(tmp_path, lines)
    assert found.origin == "https://a.example:443"
    assert dict(found.headers) == {
        "X-Api-Key": "k3y-of-agency",
        "Accept-Language": "en",
        "Authorization": "Basic " + base64.b64encode(b"desk:s3same open").decode(),
        "Cookie": "t0k-en",
    }
    assert found.query == (("sid", "t0k-en"),)
    assert found.proxy == ENVIRON["PROXY"]
    assert dict(access(tmp_path, 'bearer = { env = "TOKEN" }').headers) == {"Authorization": "Bearer t0k-en"}


def test_a_feed_that_says_nothing_has_nothing(tmp_path: Path) -> None:
    assert loaded(tmp_path, "").access == {}


def test_a_plain_proxy_may_be_for_all_and_be_taken_back_by_none(tmp_path: Path) -> None:
    head = '[defaults]\nproxy = "http://proxy.example:3128"\n' + HEAD
    assert loaded(tmp_path, "", head).access["a"].proxy == "http://proxy.example:3128"
    other = loaded(tmp_path, 'proxy = "https://b.example"\n', head)
    assert other.access["a"].proxy == "https://b.example"


def test_a_reload_reads_the_file_again(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("first")
    before = access(tmp_path, 'bearer = { file = "key" }')
    (tmp_path / "key").write_text("second")
    assert access(tmp_path, 'bearer = { file = "key" }') != before


def test_a_feed_that_is_disabled_needs_no_secret(tmp_path: Path) -> None:
    settings = loaded(tmp_path, 'enabled = false\nbearer = { env = "ABSENT" }')
    assert settings.feeds[0].bearer == Secret(env="ABSENT")
    assert settings.access == {}


SECRETS = (
    "s3same",
    "s3same open",
    "desk:s3same",
    "t0k-en",
    "p%40ss",
    "p@ss",
    base64.b64encode(b"desk:s3same open").decode(),
)


def test_no_repr_holds_a_secret_and_no_child_can_get_it(tmp_path: Path) -> None:
    lines = (
        'basic = { env = "LOGIN" }\ncookie = { env = "TOKEN" }\nquery = { k = { env = "TOKEN" } }\n'
        'proxy = { env = "PROXY" }'
    )
    settings = loaded(tmp_path, lines)
    for each in (settings, settings.access["a"], settings.feeds[0]):
        assert not [secret for secret in SECRETS if secret in repr(each) or secret in str(each)]
    with pytest.raises(TypeError, match="stays in the process"):
        pickle.dumps(settings.access["a"])
    assert b"t0k-en" not in pickle.dumps(settings.feeds[0]), "a feed goes to the children: it only says where"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("login desk:s3same open failed", "login … failed"),
        ("https://a.example/?p=s3same%20open&q=1", "https://a.example/?p=…&q=1"),
        ("https://a.example/?p=s3same+open", "https://a.example/?p=…"),
        ("Basic " + base64.b64encode(b"desk:s3same open").decode(), "Basic …"),
        ("https://a.example/%74%30k-en/x", "…"),
        ("nothing of that kind", "nothing of that kind"),
    ],
)
def test_what_a_server_repeats_is_blotted_out(tmp_path: Path, text: str, hidden: str) -> None:
    found = access(tmp_path, 'basic = { env = "LOGIN" }\ncookie = { env = "TOKEN" }')
    assert found.hidden(text) == hidden


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ('bearer = { env = "ABSENT" }', "feeds.toml:4: feeds.a.bearer.env: $ABSENT is not set"),
        ('bearer = { env = "EMPTY" }', "feeds.toml:4: feeds.a.bearer.env: $EMPTY is empty"),
        ('bearer = { file = "absent" }', "feeds.toml:4: feeds.a.bearer.file: "),
        ('bearer = { file = "." }', "feeds.toml:4: feeds.a.bearer.file: "),
        ('bearer = "t0k-en"', "feeds.toml:4: feeds.a.bearer: a secret does not stand here"),
        ('bearer = { evn = "X" }', "feeds.toml:4: feeds.a.bearer.evn: unknown key; did you mean `env`?"),
        ('bearer = { env = "TWO" }', "feeds.toml:4: feeds.a.bearer: should be a line of printable ASCII"),
        ('basic = { env = "TOKEN" }', "feeds.toml:4: feeds.a.basic: should lead to user:password"),
        ('headers = { "X-Token" = "t0k-en" }', "feeds.toml:4: feeds.a.headers.X-Token: a secret does not stand here"),
        ('headers = { "Authorization" = "t0k-en" }', "feeds.toml:4: feeds.a.headers.Authorization: a secret"),
        (
            'headers = { "Cookie" = { env = "TOKEN" } }',
            "feeds.toml:4: feeds.a.headers.Cookie: this header can't be set",
        ),
        ('headers = { "Host" = "b.example" }', "feeds.toml:4: feeds.a.headers.Host: this header can't be set"),
        ('headers = { "If-None-Match" = "x" }', "feeds.toml:4: feeds.a.headers.If-None-Match: this header can't"),
        ('headers = { "X Y" = "z" }', 'feeds.toml:4: feeds.a.headers."X Y": is no name for a header'),
        ('headers = { "X-Y" = "a\\r\\nHost: b" }', "feeds.toml:4: feeds.a.headers.X-Y: should be a line"),
        ('headers = "X: y"', "feeds.toml:4: feeds.a.headers: should be a table"),
        ('headers = { "X-Y" = 5 }', "feeds.toml:4: feeds.a.headers.X-Y: a secret does not stand here"),
        ('query = { key = "t0k-en" }', "feeds.toml:4: feeds.a.query.key: a secret does not stand here"),
        ('proxy = "http://u:t0k-en@b.example"', "feeds.toml:4: feeds.a.proxy: holds a user or password"),
        ('proxy = "socks5://b.example"', "feeds.toml:4: feeds.a.proxy: should be the http:// or https:// URL"),
        ('proxy = "http://b.example:99999"', "feeds.toml:4: feeds.a.proxy: should be the http:// or https:// URL"),
        ('proxy = { env = "TOKEN" }', "feeds.toml:4: feeds.a.proxy: should be the http:// or https:// URL"),
        ("verify_tls = 0", "feeds.toml:4: feeds.a.verify_tls: "),
    ],
)
def test_a_mistake_is_named_and_no_secret_with_it(tmp_path: Path, lines: str, problem: str) -> None:
    (one,) = problems(tmp_path, lines)
    assert one.startswith(problem)
    assert "t0k-en" not in one


@pytest.mark.parametrize(
    "lines",
    [
        'basic = { env = "LOGIN" }\nbearer = { env = "TOKEN" }',
        'bearer = { env = "TOKEN" }\nheaders = { authorization = { env = "TOKEN" } }',
    ],
)
def test_a_request_is_authorized_in_one_way(tmp_path: Path, lines: str) -> None:
    assert len(problems(tmp_path, lines)) == 1


@pytest.mark.parametrize(
    "line",
    ['bearer = { env = "TOKEN" }', "headers = {}", "query = {}", 'cookie = { env = "TOKEN" }', "verify_tls = false"],
)
def test_what_is_for_one_publisher_is_not_given_to_all(tmp_path: Path, line: str) -> None:
    (one,) = problems(tmp_path, "", f"[defaults]\n{line}\n{HEAD}")
    assert one.startswith("feeds.toml:2: defaults.")
    assert one.endswith("belongs to one feed: write it below [feeds.KEY]")


@pytest.mark.parametrize("query", ["token=x", "a=1&api_key=x", "access_token=x", "pwd=x", "apikey=x"])
def test_a_secret_in_a_url_is_refused(tmp_path: Path, query: str) -> None:
    (one,) = problems(tmp_path, "", HEAD.replace("/feed", f"/feed?{query}"))
    assert "point to it with query" in one
    assert "=x" not in one


@pytest.mark.parametrize("query", ["keyword=x", "token=", "page=2", "key=topic"])
def test_a_common_parameter_is_not(tmp_path: Path, query: str) -> None:
    assert problems(tmp_path, "", HEAD.replace("/feed", f"/feed?{query}")) == []


def test_a_broken_secret_keeps_the_whole_config_from_being_taken(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="ABSENT"):
        loaded(tmp_path, 'bearer = { env = "ABSENT" }')


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("HTTPS://A.example/x?y", "https://a.example:443"),
        ("http://a.example:8080", "http://a.example:8080"),
        ("http://[::1]/", "http://::1:80"),
        ("http://[::1/", ""),
        ("feed.xml", ""),
    ],
)
def test_origin(url: str, origin: str) -> None:
    assert origin_of(url) == origin
