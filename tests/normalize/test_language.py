"""Languages: declared, denied by the script, voted, asked of the model."""

import subprocess
import sys
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


@pytest.mark.parametrize(
    "table",
    [
        "Shr 57 cts vs 84 cts Net 1,967,000 vs 2,099,000 Revs 20.8 mln vs 19.0 mln Year Shr 20 cts vs 17 cts",
        "Qtly div 7.1 cts vs 7.1 cts prior Pay March 31 Record March 16 NOTE: Lant Tax-Free Income Fund.",
    ],
)
def test_english_tables_of_figures_are_english(table: str) -> None:
    assert language_of(table, None) == "en"


def test_figures_are_no_words_to_tell_a_language_by() -> None:
    assert language_of("Tessel " + "1,234.5 " * 40 + "Lant", None) is None


def test_a_list_of_names_is_told_by_what_follows() -> None:
    names = "Tessel Motors, Lant Brewery, Orvan Shipping, Kell & Sons. " * 7
    assert language_of(names + TEXTS["de"] * 3, None) == "de"


def test_the_model_is_read_where_the_vote_can_not_tell_and_only_there() -> None:
    ask = "import sys; from wire.normalize.language import language_of as f; print(f(sys.argv[1], None), *sys.modules)"
    for language, asked in (("en", False), ("de", False), ("fi", True)):
        run = [sys.executable, "-c", ask, TEXTS[language]]
        told, *modules = subprocess.run(run, capture_output=True, text=True, check=True).stdout.split()
        assert (told, "py3langid" in modules) == (language, asked)


def test_names_in_another_script_do_not_turn_a_text() -> None:
    assert (
        language_of(
            "The paper 人民日报 said on Monday that the bridge of the town was closed to all traffic by the mayor.",
            "en",
        )
        == "en"
    )
