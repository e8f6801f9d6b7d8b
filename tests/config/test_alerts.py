"""Where alerts are told: secrets by pointer, addresses that can be used."""

from pathlib import Path

import pytest

from wire.config import check, load

ENVIRON = {"HOOK": "https://hooks.example/T0KEN", "KEY": "Bearer invented"}


def folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "wire.toml").write_text(f"[alerts]\n{text}\n")
    (tmp_path / "key").write_text("Bearer invented\n")
    return tmp_path


@pytest.mark.parametrize(
    ("text", "url", "secret"),
    [
        ('url = "https://hooks.example/"', "https://hooks.example/", ""),
        ('url = "http://10.1.2.3:8080/hook"', "http://10.1.2.3:8080/hook", ""),
        ('url = { env = "HOOK" }\nsecret = { env = "KEY" }', ENVIRON["HOOK"], ENVIRON["KEY"]),
        ('url = "https://hooks.example/"\nsecret = { file = "key" }', "https://hooks.example/", ENVIRON["KEY"]),
        ('url = ""\nsecret = ""', "", ""),
    ],
)
def test_where_alerts_are_told(tmp_path: Path, text: str, url: str, secret: str) -> None:
    found = load(folder(tmp_path, text), environ=ENVIRON).alerts
    assert (found.url, found.secret) == (url, secret)
    assert "T0KEN" not in repr(found)
    assert "invented" not in repr(found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('secret = "Bearer invented"', "wire.toml:2: alerts.secret: a secret does not stand here"),
        ('secret = { env = "ABSENT" }', "wire.toml:2: alerts.secret.env: $ABSENT is not set"),
        ('url = { file = "absent" }', "wire.toml:2: alerts.url.file: "),
        ('url = "ftp://hooks.example/"', "wire.toml:1: alerts: "),
        ('url = "https://ada:invented@hooks.example/"', "wire.toml:1: alerts: "),
        ('header = "X Y"', "wire.toml:1: alerts: "),
        ("odds = 5", "wire.toml:2: alerts.odds: "),
        ("gaps = 9", "wire.toml:2: alerts.gaps: "),
        ("tries = 0", "wire.toml:2: alerts.tries: "),
        ("odd = 5", "wire.toml:2: alerts.odd: unknown key; did you mean `odds`?"),
    ],
)
def test_what_is_wrong_is_named_and_no_secret_is_shown(tmp_path: Path, text: str, said: str) -> None:
    (problem,) = check(folder(tmp_path, text), environ=ENVIRON)
    assert str(problem).replace(f"{tmp_path}/", "").startswith(said), problem
    assert "invented" not in str(problem)
