"""What operators write, and what they are told when it is wrong."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import wire.config
from wire.config import Settings, check, find, load
from wire.errors import ConfigError
from wire.policy import DaemonPolicy, FetchPolicy, StorePolicy

Write = Callable[..., Path]

FEED = '[feeds.one]\nurl = "https://one.example/rss"\nsource = "One"\n'


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write config files by their names, and give their folder."""

    def write(**texts: str) -> Path:
        for name, text in texts.items():
            (tmp_path / f"{name}.toml").write_text(text, "utf-8")
        return tmp_path

    return write


def told(directory: Path, environ: Mapping[str, str] | None = None) -> list[str]:
    """Give each problem as `file:line: …`."""
    return [str(problem).replace(f"{directory}/", "") for problem in check(directory, environ=environ or {})]


def settings(directory: Path | None, environ: Mapping[str, str] | None = None, database: str | None = None) -> Settings:
    return load(directory, environ=environ or {}, database=database)


# --- which folder ---------------------------------------------------------------------------------------------------


def test_find_takes_the_folder_given_before_all_others(write: Write, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "feeds.toml").touch()

    assert find(other, {"WIRE_CONFIG": str(tmp_path)}) == other
    assert find(None, {"WIRE_CONFIG": str(other)}) == other


@pytest.mark.parametrize(
    ("explicit", "environ", "origin"),
    [(Path("nowhere"), {}, "--config"), (None, {"WIRE_CONFIG": "nowhere"}, "$WIRE_CONFIG")],
)
def test_find_does_not_fall_back_from_what_was_asked_for(
    explicit: Path | None, environ: dict[str, str], origin: str
) -> None:
    with pytest.raises(ConfigError, match=r"^nowhere: there is no such folder") as caught:
        find(explicit, environ)
    assert origin in str(caught.value)


def test_a_folder_without_a_config_file_is_no_config(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"holds none of wire\.toml, feeds\.toml, agencies\.toml"):
        find(tmp_path, {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[feeds.x]\nurl = 5", "feeds.toml:2: feeds.x.url: should be text, in quotes"),
        ('[feeds.x]\nenabled = "yes"', "feeds.toml:2: feeds.x.enabled: should be true or false, without quotes"),
        ('[feeds.x]\nrank = "first"', "feeds.toml:2: feeds.x.rank: should be a whole number, without quotes"),
    ],
)
def test_a_wrong_type_is_told_in_words_of_toml(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "feeds.toml").write_text(text)
    assert any(str(each).endswith(expected) for each in check(tmp_path, environ={}))


def test_find_takes_the_first_usual_place_that_holds_a_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    usual = (Path("config"), tmp_path / "etc")
    monkeypatch.setattr(wire.config, "PLACES", usual)
    for place in usual:
        place.mkdir()

    with pytest.raises(ConfigError) as caught:
        find(None, {"WIRE_CONFIG": ""})
    for word in ("--config", "$WIRE_CONFIG", str(tmp_path / "config"), str(tmp_path / "etc")):
        assert word in str(caught.value)

    (usual[1] / "wire.toml").touch()
    assert find(None, {}) == usual[1]
    (usual[0] / "feeds.toml").touch()
    assert find(None, {}) == usual[0]


# --- values ---------------------------------------------------------------------------------------------------------


def test_without_files_the_defaults_hold(tmp_path: Path) -> None:
    for directory in (None, tmp_path):
        found = settings(directory)
        assert (found.path, found.daemon, found.fetch, found.feeds) == (directory, DaemonPolicy(), FetchPolicy(), ())
        assert found.store == StorePolicy()


def test_what_is_written_is_taken_and_the_rest_stays(write: Write) -> None:
    found = settings(write(wire='\ufeff[fetch]\ntimeout = "1.5min"\nmax_bytes = "5 MB"\nmax_redirects = 2'))

    assert found.fetch == FetchPolicy(timeout=90.0, max_bytes=5_000_000, max_redirects=2)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7),
        ("0.5", 0.5),
        ('"500ms"', 0.5),
        ('"90s"', 90),
        ('"15min"', 900),
        ('"72h"', 259_200),
        ('"30d"', 2_592_000),
    ],
)
def test_durations(write: Write, text: str, seconds: float) -> None:
    assert settings(write(wire=f"[fetch]\ntimeout = {text}")).fetch.timeout == seconds


@pytest.mark.parametrize(
    ("text", "size"),
    [("7", 7), ('"7B"', 7), ('"2kB"', 2_000), ('"2KiB"', 2_048), ('"20MB"', 20_000_000), ('"1.5GiB"', 1_610_612_736)],
)
def test_sizes(write: Write, text: str, size: int) -> None:
    assert settings(write(wire=f"[fetch]\nmax_bytes = {text}")).fetch.max_bytes == size


@pytest.mark.parametrize(
    "line",
    [
        'timeout = "90"',
        'timeout = "20MB"',
        'timeout = "-5s"',
        'timeout = "1h30min"',
        'timeout = "ten s"',
        'timeout = "0s"',
        "timeout = 0",
        "timeout = -1.0",
        "timeout = true",
        "timeout = inf",
        "timeout = nan",
        "timeout = 07:32:00",
        "timeout = [30]",
        "timeout = { seconds = 30 }",
        'max_bytes = "90s"',
        'max_bytes = "1.5B"',
        'max_bytes = "20mb"',
        "max_bytes = 1.5",
        'max_redirects = "5"',
        "max_redirects = 5.0",
        "max_redirects = true",
        "user_agent = 5",
        "user_agent = 2020-01-01",
    ],
)
def test_wrong_values_name_file_line_and_key(write: Write, line: str) -> None:
    key = line.partition(" ")[0]

    (problem,) = told(write(wire=f"# one\n[fetch] # two\n\n{line}\n"))

    assert problem.startswith(f"wire.toml:4: fetch.{key}: should ")


def test_a_wrong_duration_says_how_one_is_written(write: Write) -> None:
    (problem,) = told(write(wire='[fetch]\ntimeout = "2 fortnights"'))

    assert "seconds" in problem
    assert '"15min"' in problem


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[fetch]\ntimout = 3", "wire.toml:2: fetch.timout: unknown key; did you mean `timeout`?"),
        ("[fetsh]\ntimeout = 3", "wire.toml:1: fetsh: unknown key; did you mean `fetch`?"),
        ("\nfetch.timout = 3", "wire.toml:2: fetch.timout: unknown key; did you mean `timeout`?"),
        ("fetch = 3", "wire.toml:1: fetch: is a table: write [fetch]"),
        ("[[fetch]]\ntimeout = 3", "wire.toml:1: fetch: is a table: write [fetch]"),
    ],
)
def test_unknown_keys_name_the_nearest(write: Write, text: str, expected: str) -> None:
    assert told(write(wire=text)) == [expected]


def test_values_that_contradict_each_other_are_told(write: Write) -> None:
    problems = told(write(wire='\n[schedule]\nmin_interval = "2h"\nmax_interval = "1h"\n'))

    assert problems == ["wire.toml:2: schedule: min_interval should be at most max_interval"]


def test_durations_in_a_table_of_their_own_have_units_as_well(write: Write) -> None:
    table = 'spacing_of = { "feeds.example.com" = "10s", "b.example" = 0 }'
    assert settings(write(wire=f"[schedule]\n{table}")).schedule.spacing_of == {"feeds.example.com": 10, "b.example": 0}
    (problem,) = told(write(wire='[schedule]\nspacing_of = { "a.example" = "often" }'))
    assert problem.startswith("wire.toml:2: schedule.spacing_of")
    assert '"90s"' in problem


def test_a_key_like_no_other_is_told_what_there_is(write: Write) -> None:
    (problem,) = told(write(wire="[schedule]\nzzz = 1"))

    assert problem.startswith("wire.toml:2: schedule.zzz: unknown key; known are ")
    assert "jitter" in problem


@pytest.mark.parametrize(
    ("text", "line"), [("[fetch]\ntimeout = \n", 2), ("[fetch]\na = 1\na = 2\n", 3), ('[fetch]\na = """\nb\n', 3)]
)
def test_what_is_not_toml_names_file_and_line(write: Write, text: str, line: int) -> None:
    (problem,) = told(write(wire=text))

    assert problem.startswith(f"wire.toml:{line}: is not TOML: ")


def test_what_is_not_utf8_names_file_and_line(write: Write) -> None:
    directory = write()
    (directory / "wire.toml").write_bytes(b"# fine\n[fetch]\nuser_agent = '\xe9'\n")

    assert told(directory) == ["wire.toml:3: is not UTF-8"]


def test_a_file_that_cannot_be_read_is_named(write: Write) -> None:
    directory = write()
    (directory / "feeds.toml").mkdir()

    assert told(directory) == ["feeds.toml: can't be read: Is a directory"]


def test_a_file_nested_beyond_reason_is_named(write: Write) -> None:
    assert told(write(feeds="x = " + "[" * 5_000 + "]" * 5_000)) == ["feeds.toml: is nested too deeply"]


def test_a_folder_that_has_gone_is_no_empty_config(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone: there is no such folder$"):
        settings(tmp_path / "gone")


def test_check_tells_all_and_load_the_first(write: Write) -> None:
    directory = write(
        wire='[store]\nurl = 5\nbusy_timeout = 0\n[fetch]\nper_host = 0\n[daemon]\nlog_level = "loud"\n',
        feeds='[feeds.a]\nurl = "gopher://a.example/"\nsource = ""\n[feeds.b]\nsource = "B"\n',
    )

    problems = told(directory)

    assert [problem.split(" ")[0] + problem.split(" ")[1] for problem in problems] == [
        "wire.toml:2:store.url:",
        "wire.toml:3:store.busy_timeout:",
        "wire.toml:5:fetch.per_host:",
        "wire.toml:7:daemon.log_level:",
        "feeds.toml:2:feeds.a.url:",
        "feeds.toml:3:feeds.a.source:",
        "feeds.toml:4:feeds.b.url:",
    ]
    with pytest.raises(ConfigError, match="and 6 more") as caught:
        settings(directory)
    assert (caught.value.path, caught.value.line) == (str(directory / "wire.toml"), 2)


# --- the database's URL ---------------------------------------------------------------------------------------------

ENVIRON = {"WIRE_DATABASE_URL": "sqlite:///environ.db", "DB": "postgresql://wire:sesame@db.example/wire"}


@pytest.mark.parametrize(
    ("file", "environ", "explicit", "expected"),
    [
        ("", {}, None, StorePolicy().url),
        ("", {"WIRE_DATABASE_URL": ""}, None, StorePolicy().url),
        ("", ENVIRON, None, "sqlite:///environ.db"),
        ('url = "sqlite:///file.db"', ENVIRON, None, "sqlite:///file.db"),
        (f'url = "{StorePolicy().url}"', ENVIRON, None, StorePolicy().url),
        ('url = "sqlite:///file.db"', ENVIRON, "sqlite:///asked.db", "sqlite:///asked.db"),
        ('url = { env = "ABSENT" }', ENVIRON, "sqlite:///asked.db", "sqlite:///asked.db"),
        ('url = { env = "DB" }', ENVIRON, None, ENVIRON["DB"]),
        ('url = { file = "secret" }', ENVIRON, None, "postgresql+psycopg://wire:sesame@db.example/wire"),
        (
            'url = "postgresql://wire@/wire?host=/run/postgresql"',
            {},
            None,
            "postgresql://wire@/wire?host=/run/postgresql",
        ),
    ],
)
def test_database_url(write: Write, file: str, environ: dict[str, str], explicit: str | None, expected: str) -> None:
    directory = write(wire=f"[store]\n{file}\n")
    (directory / "secret").write_text("postgresql+psycopg://wire:sesame@db.example/wire\n")

    found = settings(directory, environ, explicit)

    assert found.store.url == expected
    assert "sesame" not in repr(found)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('url = "postgresql://wire:sesame@db.example/wire"', "wire.toml:2: store.url: holds a password"),
        ('url = "postgresql://db.example/wire?password=sesame"', "wire.toml:2: store.url: holds a password"),
        ('url = "postgresql://wire:sesame@[::1/wire"', "wire.toml:2: store.url: holds a password"),
        ('url = { env = "ABSENT" }', "wire.toml:2: store.url.env: $ABSENT is not set"),
        ('url = { file = "absent" }', "wire.toml:2: store.url.file: absent can't be read: No such file or directory"),
        ('url = { file = "binary" }', "wire.toml:2: store.url.file: binary is not UTF-8"),
        ('url = { file = "other" }', "wire.toml:2: store.url: should begin with sqlite:/// or postgresql://"),
        ('url = { environ = "DB" }', "wire.toml:2: store.url.environ: unknown key; did you mean `env`?"),
        ('url = { env = "DB", file = "other" }', "wire.toml:2: store.url: should be a URL, "),
        ("url = { env = 5 }", "wire.toml:2: store.url: should be a URL, "),
        ("url = {}", "wire.toml:2: store.url: should be a URL, "),
        ("url = 5", "wire.toml:2: store.url: should be a URL, "),
        ('url = ""', "wire.toml:2: store.url: should begin with sqlite:/// or postgresql://"),
        ('url = "mysql://sesame"', "wire.toml:2: store.url: should begin with sqlite:/// or postgresql://"),
    ],
)
def test_wrong_database_urls_are_named_and_never_shown(write: Write, line: str, expected: str) -> None:
    directory = write(wire=f"[store]\n{line}\n")
    (directory / "other").write_text("mysql://sesame")
    (directory / "binary").write_bytes(b"\xffsesame")

    (problem,) = told(directory, ENVIRON)

    assert problem.startswith(expected)
    assert "sesame" not in problem


def test_a_wrong_url_from_elsewhere_names_its_origin(tmp_path: Path) -> None:
    (problem,) = told(tmp_path, {"WIRE_DATABASE_URL": "mysql://sesame"})
    assert problem == "$WIRE_DATABASE_URL should begin with sqlite:/// or postgresql://"

    with pytest.raises(ConfigError, match=r"^--database should begin"):
        settings(tmp_path, {}, "mysql://sesame")


# --- feeds ----------------------------------------------------------------------------------------------------------


def test_feeds_take_the_defaults_and_keep_their_order(write: Write) -> None:
    directory = write(
        feeds=f"""
        [defaults]
        rank = 70
        interval = "10min"
        language = "en"
        {FEED}
        [feeds.another-one]
        url = "https://two.example/rss"
        source = "Two"
        rank = 5
        enabled = false
        """
    )

    one, two = settings(directory).feeds

    assert (one.key, one.url, one.source) == ("one", "https://one.example/rss", "One")
    assert (one.rank, one.interval, one.language, one.enabled) == (70, 600.0, "en", True)
    assert (two.key, two.rank, two.interval, two.enabled) == ("another-one", 5, 600.0, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[feeds.a]\nsource = "A"', "feeds.toml:1: feeds.a.url: is missing"),
        (FEED + "urll = 1", "feeds.toml:4: feeds.one.urll: unknown key; did you mean `url`?"),
        (FEED + 'key = "b"', "feeds.toml:4: feeds.one.key: unknown key; the key is the KEY in [feeds.KEY]"),
        (FEED + "rank = 101", "feeds.toml:4: feeds.one.rank: should be less than or equal to 100"),
        (FEED + 'interval = "x"', "feeds.toml:4: feeds.one.interval: should be seconds"),
        (FEED + 'language = "English!"', "feeds.toml:4: feeds.one.language: should be a BCP 47 tag"),
        (FEED + 'agency = "nobody"', "feeds.toml:4: feeds.one.agency: no such agency profile"),
        (FEED.replace("One", " "), "feeds.toml:3: feeds.one.source: is empty"),
        (FEED.replace("one]", '"o ne"]'), 'feeds.toml:1: feeds."o ne".key: a feed\'s key is made of letters'),
        (FEED.replace("https", "gopher"), "feeds.toml:2: feeds.one.url: should be an http:// or https:// URL"),
        (FEED.replace("one.example", ""), "feeds.toml:2: feeds.one.url: should be an http:// or https:// URL"),
        (FEED.replace("/rss", "/a b"), "feeds.toml:2: feeds.one.url: should be an http:// or https:// URL"),
        (FEED.replace("one.example", "[::1"), "feeds.toml:2: feeds.one.url: is no URL"),
        (FEED.replace("one.example", "one:x1"), "feeds.toml:2: feeds.one.url: is no URL"),
        (FEED.replace("//", "//u:sesame@"), "feeds.toml:2: feeds.one.url: carries a user or password"),
        ("[defaults]\nrank = -1\n" + FEED, "feeds.toml:2: defaults.rank: should be greater than or equal to 0"),
        ('[defaults]\nurl = "http://x.example"\n' + FEED, "feeds.toml:2: defaults.url: belongs to one feed"),
        ("[defaults]\nintervall = 1\n", "feeds.toml:2: defaults.intervall: unknown key; did you mean `interval`?"),
        (
            '[defaults]\nlanguage = "?"\n' + FEED + FEED.replace("one", "two"),
            "feeds.toml:2: defaults.language: should be a",
        ),
        ("[feed.one]\nx = 1", "feeds.toml:1: feed: unknown key; did you mean `feeds`?"),
        ("[feeds]\none = 1", "feeds.toml:2: feeds.one: is no table: write [feeds.KEY], and the keys below it"),
    ],
)
def test_wrong_feeds_are_named(write: Write, text: str, expected: str) -> None:
    (problem,) = told(write(feeds=text))

    assert problem.startswith(expected)
    assert "sesame" not in problem


@pytest.mark.parametrize("url", ["HTTPS://One.Example:443/rss#top", "https://one.example/rss"])
def test_two_enabled_feeds_on_one_url_are_refused(write: Write, url: str) -> None:
    again = f'[feeds.again]\nurl = "{url}"\nsource = "Again"\n'

    assert told(write(feeds=FEED + again)) == [
        "feeds.toml:5: feeds.again.url: is polled already by feeds.one on line 1"
    ]
    assert told(write(feeds=FEED + again + "enabled = false\n")) == []


@pytest.mark.parametrize("url", ["https://one.example/RSS", "https://one.example:444/rss", "https://one.example/rss?x"])
def test_other_urls_are_other_feeds(write: Write, url: str) -> None:
    assert told(write(feeds=FEED + f'[feeds.again]\nurl = "{url}"\nsource = "Again"\n')) == []


def test_one_wrong_feed_does_not_hide_what_is_wrong_with_the_next(write: Write) -> None:
    bad = '[feeds.bad]\nurl = "https://b.example/"\nsource = 5\n[feeds.worse]\nurl = "gopher://c.test/"\nsource = "C"\n'

    assert [problem.split(": ")[1] for problem in told(write(feeds=bad))] == ["feeds.bad.source", "feeds.worse.url"]


# --- agencies -------------------------------------------------------------------------------------------------------


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shipped folder of our own, with two profiles."""
    folder = tmp_path / "shipped"
    folder.mkdir()
    text = """
        [agencies.one]
        name = "One"
        aliases = ["1", "I"]
        tags = { kill = ["KILL-"], update = ["UPDATE-"] }
        [agencies.two]
        name = "Two"
    """
    (folder / "agencies.toml").write_text(text)
    monkeypatch.setattr(wire.config, "shipped", lambda: folder)
    return folder


def test_shipped_agencies_hold_where_the_operator_says_nothing(base: Path, write: Write) -> None:
    assert [(one.key, one.name) for one in settings(write()).agencies] == [("one", "One"), ("two", "Two")]
    assert settings(base).agencies == settings(None).agencies


def test_an_operators_agency_overrides_key_by_key(base: Path, write: Write) -> None:
    directory = write(
        agencies='[agencies.one]\nname = "Uno"\ntags.kill = ["TOT-"]\n[agencies.three]\nname = "Three"\n',
        feeds=FEED + 'agency = "three"\n',
    )

    found = settings(directory)

    assert [(one.key, one.name, one.aliases) for one in found.agencies] == [
        ("one", "Uno", ("1", "I")),
        ("two", "Two", ()),
        ("three", "Three", ()),
    ]
    assert (found.agencies[0].tags.kill, found.agencies[0].tags.update) == (("TOT-",), ("UPDATE-",))
    assert found.feeds[0].agency == "three"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[agencies.one]\naliases = ['x', 5]", "agencies.toml:2: agencies.one.aliases[1]: should be text, in quotes"),
        ("[agencies.one]\nnam = 'x'", "agencies.toml:2: agencies.one.nam: unknown key; did you mean `name`?"),
        (
            "[agencies.one.tags]\nkil = ['x']",
            "agencies.toml:2: agencies.one.tags.kil: unknown key; did you mean `kill`?",
        ),
        ("[agencies.new]\naliases = ['x']", "agencies.toml:1: agencies.new.name: is missing"),
        ("[agency.new]\nname = 'x'", "agencies.toml:1: agency: unknown key; did you mean `agencies`?"),
    ],
)
def test_wrong_agencies_are_named(base: Path, write: Write, text: str, expected: str) -> None:
    assert told(write(agencies=text)) == [expected]


def test_a_pattern_that_does_not_compile_is_named_on_its_line(base: Path, write: Write) -> None:
    problems = told(write(agencies="[agencies.two]\nnotes = [\n  'Adds .*',\n  'Adds (.*',\n]\nends = ['[']\n"))

    assert [problem.partition(": is no regular expression: ")[0] for problem in problems] == [
        "agencies.toml:4: agencies.two.notes[1]",
        "agencies.toml:6: agencies.two.ends[0]",
    ]


def test_patterns_that_do_not_go_together_are_refused(base: Path, write: Write) -> None:
    (problem,) = told(write(agencies="\n[agencies.two]\nnotes = ['(?P<x>Adds)', '(?P<x>Drops)']\n"))

    assert problem.startswith("agencies.toml:2: agencies: the patterns don't go together: ")


def test_a_broken_agency_is_not_also_reported_as_missing(base: Path, write: Write) -> None:
    problems = told(write(agencies="[agencies.new]\nname = 5", feeds=FEED + 'agency = "new"\n'))

    assert problems == ["agencies.toml:2: agencies.new.name: should be text, in quotes"]
