"""What lines to editors say in a message, in the words that agencies use: signals, takes, items that are named.

Law: pure functions of text, bounded; only lines that stand apart from the text are asked.
"""

import re

from wire.model import Signal

_SAID = (
    (Signal.KILL, r"(?:mandatory )?kill\b|storno\b|annul\w*|cancel(?:led|ed)?\b|streichung\b"),
    (Signal.WITHHOLD, r"hold\b(?! for release)|withhold\b|gesperrt\b"),
    (
        Signal.EMBARGO,
        r"sperrfrist\b|embargo\w*|hold for release\b|(?:not )?for (?:release|use)\b|spärrtid\b|klausul\w*",
    ),
    (Signal.CORRECTION, r"berichtig\w*|korrektur\b|correct\w*|corrig\w*|rectif\w*|rettelse\b|rättelse\b|corrección\b"),
    (Signal.REPEAT, r"wiederholung\b|wdh\w*\b|repeat\w*|rpt\b|répétition\b|repetición\b"),
    (Signal.FLASH, r"blitz\b|flash\b"),
    (Signal.URGENT, r"eil\b|eilt\b|urgent\b|urgente\b|bulletin\b|haster\b|viktigt\b"),
    (
        Signal.UPDATE,
        r"neufassung\b|aktualisier\w*|neu\b|update[sd]?\b|adds\b|recasts\b|actualis\w*|oppdater\w*|uppdater\w*",
    ),
    (Signal.ADVISORY, r"achtung\b|hinweis\b|advisory\b|attention\b|avis\b|eds?\b|editors\b|obs\b"),
)
_SIGNALS = tuple((signal, re.compile(rf"[\s(\[*+-]*(?:{words})", re.IGNORECASE)) for signal, words in _SAID)
_THRICE = re.compile(r"\b(KILL|HOLD)[ .!,+-]+\1\b")
_EXPLAINED = re.compile(r"^[\s(]*[^:()]{2,40}[:–—-]\s*(.{8,}?)[\s)]*$", re.DOTALL)

_NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "one first eins erste erster ersten un première",
            "two second zwei zweite zweiter zweiten deux",
            "three third drei dritte dritter dritten trois",
            "four fourth vier vierte vierter quatre",
            "five fifth fünf fünfte fünfter cinq",
        ),
        1,
    )
    for word in words.split()
}
_NUMBER = r"(?P<{0}>\d{{1,2}}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"
_TAKE = re.compile(
    rf"(?i)\b(?:take|teil|part|suite|folge|deel)\s*{_NUMBER.format('a')}\b|"
    rf"\b{_NUMBER.format('b')}(?:\.|st|nd|rd|th|er|e)?\s*(?:(?:und|and|et)\s+(?:letzter?|last|final|fin)\s+)?"
    rf"(?:take|teil|part|add|fortsetzung|suite|deel)\b|\((?P<c>\d)\s*(?:und schluss|and last|/\s*\d)\)"
)
_ADD = re.compile(r"(?i)\b\d{0,2}(?:st|nd|rd|th)?\s*add\b")
_CONTINUED = re.compile(
    r"(?i)\b(?:fortsetzung (?:von|zu)|continue[sd](?: from)?|continuation of|adds? to|suite de|follows|anschluss an)\b"
    r"\W{0,3}(?:\w{1,10}\W{1,2}){0,2}?(?P<item>(?:urn:\S+\d)|[a-z]{1,4}-?\d{3,5})\b"
)
_URN = re.compile(r"\burn:newsml:[\w.:-]{6,200}\w")
_ITEM = re.compile(r"\b[a-z]{3}\d{4}\b")
_MOST = 20
"""Items that one message may name."""


def signals_in(lines: tuple[str, ...]) -> tuple[Signal, ...]:
    """What lines order or announce by their opening, the strongest first."""
    found = {signal for line in lines if (signal := _signal(line))}
    return tuple(sorted(found, key=tuple(Signal).index))


def _signal(line: str) -> Signal | None:
    if thrice := _THRICE.search(line):
        return Signal.KILL if thrice[1] == "KILL" else Signal.WITHHOLD
    return next((signal for signal, words in _SIGNALS if words.match(line)), None)


def reason_in(lines: tuple[str, ...]) -> str | None:
    """What the first line that corrects or updates says behind its colon."""
    for line in lines:
        if _signal(line) in {Signal.CORRECTION, Signal.UPDATE} and (said := _EXPLAINED.match(line)):
            return said[1].strip()
    return None


def embargo_in(lines: tuple[str, ...]) -> str | None:
    """The line that states an embargo, without its brackets."""
    return next((line.strip("() ") for line in lines if _signal(line) is Signal.EMBARGO), None)


def take_in(line: str) -> int | None:
    """Which take a line says that this is; an `add` is the one behind the first take."""
    found = _TAKE.search(line[:300])
    if found is None:
        return None
    word = found["a"] or found["b"] or found["c"]
    number = _NUMBERS.get(word.lower()) or int(word)
    return number + 1 if _ADD.search(found[0]) else number


def continued_in(line: str) -> str | None:
    """The item that a line says this one continues."""
    found = _CONTINUED.search(line[:600])
    return found["item"] if found else None


def items_in(text: str) -> tuple[str, ...]:
    """Ids and numbers of items that a line names."""
    urns = _URN.findall(text[:5_000])
    return tuple(dict.fromkeys([*urns, *_ITEM.findall(_URN.sub(" ", text[:5_000]))]))[:_MOST]
