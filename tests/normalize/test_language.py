"""Languages: declared, denied by the script, voted, asked of the model."""

import tomllib
from pathlib import Path

import pytest

from wire.normalize.language import language_of

TEXTS: dict[str, str] = tomllib.loads(Path(__file__).with_name("languages.toml").read_text("utf-8"))


@pytest.mark.parametrize("language", TEXTS)
def test_undeclared_text_tells_its_language(language: str) -> None:
    assert language_of(TEXTS[language], None) == language


@pytest.mark.parametrize(
    ("declared", "expected"),
    [("en", "en"), ("en-GB", "en"), ("EN_us", "en"), ("x-default", "en"), ("", "en"), ("und", "en"), ("english", "en")],
)
def test_declared_tags_are_cut_to_the_primary(declared: str, expected: str) -> None:
    assert language_of(TEXTS["en"], declared) == expected


@pytest.mark.parametrize(
    ("declared", "text"), [("en", "ko"), ("en-US", "ru"), ("de", "ja"), ("ru", "en"), ("ja", "ko"), ("ko", "de")]
)
def test_a_script_that_denies_the_tag_wins(declared: str, text: str) -> None:
    assert language_of(TEXTS[text], declared) == text


@pytest.mark.parametrize(
    ("declared", "text"),
    [("sr", "Stari most u gradu."), ("sr", "Стари мост у граду."), ("uk", "Міст"), ("ja", "旧橋"), ("yi", "הגשר")],
)
def test_a_script_that_fits_leaves_the_tag(declared: str, text: str) -> None:
    assert language_of(text, declared) == declared


@pytest.mark.parametrize("text", ["", "1,234.5", "Lant 2:1", "Tessel Motors", "Мост"])
def test_too_little_text_tells_nothing(text: str) -> None:
    assert language_of(text, None) is None


def test_names_in_another_script_do_not_turn_a_text() -> None:
    assert (
        language_of(
            "The paper 人民日报 said on Monday that the bridge of the town was closed to all traffic by the mayor.",
            "en",
        )
        == "en"
    )
