"""Names of months as CLDR has them, in the languages in which feeds write dates though RFC 822 knows English alone.

Law: a name that is one month here and another there (listopad: October in Zagreb, November in Prague) is no name.
"""

from functools import cache

from babel import Locale

_LANGUAGES = (
    "en de fr es it pt nl da sv nb nn fi is pl cs sk sl hr sr ro hu et lv lt tr id ms ca gl eu af sq el bg mk uk ru be"
)


def month(name: str) -> int | None:
    """The month, 1 to 12, that `name` is in any of the languages; case and a full stop at the end do not count."""
    return _names().get(_plain(name))


@cache
def _names() -> dict[str, int]:
    found: dict[str, set[int]] = {}
    for language in _LANGUAGES.split():
        for widths in Locale.parse(language).months.values():
            for number, name in (each for width in ("wide", "abbreviated") for each in widths[width].items()):
                found.setdefault(_plain(name), set()).add(number)
    return {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1}


def _plain(name: str) -> str:
    return name.casefold().strip(". ").removeprefix("de ")
