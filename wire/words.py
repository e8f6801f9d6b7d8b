"""Durations and counts as operators read them.

Law: words only.
"""


def span(seconds: float) -> str:
    """A duration in the largest unit that says enough: `90 s`, `12 min`, `3.5 h`, `2 d`."""
    for unit, size in (("d", 86_400.0), ("h", 3_600.0), ("min", 60.0)):
        if seconds >= 2 * size:
            return f"{seconds / size:.2g} {unit}" if seconds < 100 * size else f"{seconds / size:.0f} {unit}"
    return f"{seconds:.3g} s"


def count(number: int, what: str) -> str:
    """A number of things: `1 file`, `2 files`, `3 stories`."""
    plural = what.removesuffix("y") + "ies" if what.endswith("y") else f"{what}s"
    return f"{number} {what if number == 1 else plural}"
