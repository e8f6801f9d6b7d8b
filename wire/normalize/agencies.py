"""Agency profiles, compiled once: who is named, and whose manner a piece of text is.

Law: nothing about any agency stands in code. A profile that can't be compiled is a `ValueError` that names its key and
the pattern.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

from wire.model import Signal
from wire.normalize.common import COMMON
from wire.policy import AgencyProfile, Orders, Tags

_FLAGS = re.compile(r"\(\?([a-zA-Z]+)\)")
_CREDIT = re.compile(
    r"(?i)[\W_]*(?:(?:source|quelle|fuente|fonte|bron|credit|crédito?|copyright|by|text|the)\b[\W_]*)*"
    r"(?:\d{4}[\W_]*)?(?:the )?"
)
_NAME = 2_000
"""Characters of a guid or a link that may be a revision's."""
_NAMES = 50
"""Of each kind that one order may name."""
_VARIED = frozenset("# -")
"""Characters of a tag that stand for others."""
_NUMBERED = frozenset({"update", "writethru"})
_DIGITS = re.compile(r"\d{1,3}")
_GROUPS = {"revisions": {"key"}, "named": {"item", "slug", "headline"}}
_NAME_BREAK = re.compile(r"[\s/,;&+-]+")


class Rules:
    """Patterns of many profiles in one alternation, and whose each is."""

    __slots__ = ("_owners", "_regex")

    def __init__(self, profiles: Iterable[AgencyProfile], *names: str) -> None:
        self._owners: list[AgencyProfile] = []
        alternatives = []
        for profile in profiles:
            for name in names:
                for pattern in getattr(profile, name):
                    alternatives.append(f"(?P<r{len(self._owners)}>{_checked(profile, name, pattern).pattern})")
                    self._owners.append(profile)
        try:
            self._regex = re.compile("|".join(alternatives) or r"(?!)", re.DOTALL)
        except re.error as error:  # each compiles alone: two groups have one name
            raise ValueError(f"agencies: {' and '.join(names)} in one alternation: {error}") from error

    def whole(self, text: str) -> AgencyProfile | None:
        """Whose manner the whole text is."""
        found = self._regex.fullmatch(text)
        return self._owners[int(found.lastgroup[1:])] if found and found.lastgroup else None


class Stripped(NamedTuple):
    """A headline without tags, and what they said."""

    headline: str
    signals: set[Signal]
    number: int | None
    """The first that an update's tag holds."""


class HeadlineTags:
    """Headline tags in two alternations, at the head and at the end, and the signal of each."""

    __slots__ = ("_end", "_ends", "_head")

    def __init__(self, tags: Iterable[Tags]) -> None:
        head: dict[str, set[str]] = {}
        end: dict[str, set[str]] = {}
        for each in tags:
            for field in fields(each):
                for tag in getattr(each, field.name):
                    (end if tag.startswith("…") else head).setdefault(field.name, set()).add(tag)
        self._head = re.compile(_tag_groups(head) or "(?!)")
        self._end = re.compile(rf"(?:{_tag_groups(end)})\s*$" if end else "(?!)")
        self._ends = frozenset(tag[-1] for tags in end.values() for tag in tags)

    def strip(self, headline: str) -> Stripped:
        """The headline without its tags, and what they say; a headline of nothing but tags keeps the last."""
        signals: set[Signal] = set()
        number = None
        while found := self._head.match(headline) or self._at_end(headline):
            rest = (
                headline[found.end() :].lstrip(" -–—:")
                if found.end() < len(headline)
                else headline[: found.start()].rstrip()
            )
            if found.lastgroup and found.lastgroup != "plain":
                signals.add(Signal(found.lastgroup))
            if found.lastgroup in _NUMBERED and number is None and (digits := _DIGITS.search(found[0])):
                number = int(digits[0])
            if not rest:
                break
            headline = rest
        return Stripped(headline, signals, number)

    def _at_end(self, headline: str) -> re.Match[str] | None:
        """A tag at the end; it is looked for where the last character may be a tag's."""
        last = headline.rstrip()[-1:]
        return self._end.search(headline) if last in self._ends or _VARIED & self._ends else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compiled:
    profile: AgencyProfile
    datelines: tuple[re.Pattern[str], ...]
    slugs: tuple[re.Pattern[str], ...]
    own_tags: HeadlineTags


class Agencies:
    """Every agency that is known, with all its manners; made once, used for every entry."""

    def __init__(self, profiles: Sequence[AgencyProfile]) -> None:
        self._by_key = {profile.key: _compiled(profile) for profile in profiles}
        self._by_name = {
            _folded(name): profile for profile in profiles for name in (profile.name, *profile.aliases) if name
        }
        everyone = (*profiles, COMMON)
        self.tags = HeadlineTags(profile.tags for profile in everyone)
        self.notes = Rules(everyone, "notes")
        self._captions = tuple((mark, profile) for profile in everyone for mark in profile.captions)
        self._any_caption = re.compile(_any_of(mark for mark, _ in self._captions))
        self.above = Rules(everyone, "notes", "boilerplate")
        self.below = Rules(everyone, "sign_offs", "boilerplate")
        self.ends = Rules(everyone, "ends")
        self.datelines = tuple((each.profile, regex) for each in self._by_key.values() for regex in each.datelines)
        self.slugs = tuple(regex for each in self._by_key.values() for regex in each.slugs)
        self._revisions = tuple(_each(everyone, "revisions"))
        self._any_revision = re.compile(
            "|".join(regex.pattern.replace("(?P<key>", "(?:") for _, regex in self._revisions) or "(?!)"
        )
        self._named = tuple(regex for _, regex in _each(everyone, "named"))
        orders = [
            f"(?P<{field.name}>{'|'.join(patterns)})"
            for field in fields(Orders)
            if (patterns := _order_patterns(everyone, field.name))
        ]
        self._orders = re.compile("|".join(orders) or "(?!)")

    def strip_tags(self, headline: str, writers: Iterable[str | None] = ()) -> Stripped:
        """The headline without tags, those of the agencies under the keys `writers` too, and what the tags say."""
        headline, signals, number = self.tags.strip(headline)
        for own in (self._by_key[key].own_tags for key in writers if key):
            headline, said, numbered = own.strip(headline)
            signals |= said
            number = numbered if number is None else number
        return Stripped(headline, signals, number)

    def revision(self, names: Iterable[str | None]) -> str | None:
        """The item of which one of the names (a guid, a link, a line with an item number) is a revision."""
        for name in names:
            if not name or len(name) > _NAME or not self._any_revision.fullmatch(name):
                continue
            for profile, regex in self._revisions:
                if found := regex.fullmatch(name):
                    return f"{profile.key or 'newsml'}:{found['key']}"
        return None

    def ordered(self, paragraph: str) -> set[Signal]:
        """What a paragraph orders by its opening, the strongest."""
        found = self._orders.match(paragraph)
        return {Signal(found.lastgroup)} if found and found.lastgroup else set()

    def named_in(self, order: str) -> dict[str, tuple[str, ...]]:
        """What an order names, under `item`, `slug` and `headline`; each once, in the order of the text."""
        found = sorted((hit for regex in self._named for hit in regex.finditer(order)), key=re.Match.start)
        named: dict[str, dict[str, None]] = {"item": {}, "slug": {}, "headline": {}}
        for hit in found:
            for kind, what in hit.groupdict().items():
                if what and kind in named:
                    named[kind][what.strip()] = None
        return {kind: tuple(each)[:_NAMES] for kind, each in named.items()}

    def captioned(self, text: str) -> AgencyProfile | None:
        """Whose caption the text is by a mark in it; of several, the profile that comes first."""
        if not self._any_caption.search(text):
            return None
        return next(profile for mark, profile in self._captions if mark in text)

    def get(self, key: str | None) -> AgencyProfile | None:
        """The profile under that key."""
        found = self._by_key.get(key) if key else None
        return found.profile if found else None

    def named(self, name: str) -> AgencyProfile | None:
        """The agency of that name or alias."""
        return self._by_name.get(_folded(name))

    def marked(self, mark: str) -> AgencyProfile | None:
        """Who wrote what a dateline marks `Reuters`, `dpa/lni`, `ats afp` or `AFP via dpa`: of several, the last before
        `via` is the author."""
        if whole := self.named(mark):
            return whole
        author, via, _ = mark.partition(" via ")
        known = self._known_in(author if via else mark)
        return known[-1] if known else None

    def relayed(self, mark: str) -> AgencyProfile | None:
        """Who passed on what a dateline marks `ats afp`, the first of several, or `AFP via dpa`."""
        author, found = (
            self.marked(mark),
            [] if self.named(mark) else self._known_in(mark.partition(" via ")[2] or mark),
        )
        return found[0] if author and found and found[0].key != author.key else None

    def _known_in(self, mark: str) -> list[AgencyProfile]:
        return [self._by_name[name] for name in map(_folded, _NAME_BREAK.split(mark)) if name in self._by_name]

    def credited(self, line: str) -> AgencyProfile | None:
        """Whom a line credits that holds nothing else: `Source: dpa`, `(Reuters)`, `© 2024 The Associated Press`."""
        if len(line) > 80:
            return None
        opened = _CREDIT.match(line)
        return self.named(line[opened.end() if opened else 0 :].strip(" \t.,;:|()[]{}*/—–-"))


def _compiled(profile: AgencyProfile) -> _Compiled:
    return _Compiled(
        profile=profile,
        datelines=tuple(_checked(profile, "datelines", pattern) for pattern in profile.datelines),
        slugs=tuple(_checked(profile, "slugs", pattern) for pattern in profile.slugs),
        own_tags=HeadlineTags([profile.own_tags]),
    )


def _each(profiles: Iterable[AgencyProfile], field: str) -> Iterator[tuple[AgencyProfile, re.Pattern[str]]]:
    for profile in profiles:
        for pattern in getattr(profile, field):
            yield profile, _with_group(profile, field, _checked(profile, field, pattern))


def _with_group(profile: AgencyProfile, field: str, regex: re.Pattern[str]) -> re.Pattern[str]:
    if not _GROUPS[field] & regex.groupindex.keys():
        raise ValueError(f"agencies.{profile.key}.{field}: {regex.pattern!r} has none of the groups that it needs")
    return regex


def _order_patterns(profiles: Iterable[AgencyProfile], signal: str) -> list[str]:
    return [
        _checked(profile, f"orders.{signal}", pattern).pattern
        for profile in profiles
        for pattern in getattr(profile.orders, signal)
    ]


def _checked(profile: AgencyProfile, field: str, pattern: str) -> re.Pattern[str]:
    """Flags that stand before a pattern count for that pattern alone."""
    flags = _FLAGS.match(pattern)
    scoped = f"(?{flags[1]}:{pattern[flags.end() :]})" if flags else pattern
    try:
        return re.compile(scoped)
    except re.error as error:
        raise ValueError(f"agencies.{profile.key}.{field}: {pattern!r} is no regular expression: {error}") from error


def _tag_groups(tags: dict[str, set[str]]) -> str:
    longest_first = {signal: sorted(found, key=lambda tag: (-len(tag), tag)) for signal, found in tags.items()}
    return "|".join(f"(?P<{signal}>{'|'.join(map(_tag_pattern, found))})" for signal, found in longest_first.items())


def _tag_pattern(tag: str) -> str:
    special = {"#": r"\d{1,3}(?:st|nd|rd|th|ST|ND|RD|TH|e|ème|º|ª)?", " ": r"\s+", "-": r"\s*[-–—]+\s*"}
    pattern = "".join(special.get(char) or re.escape(char) for char in tag.removeprefix("…"))
    return pattern + (r"(?!\w)" if tag[-1:].isalnum() else "")


def _any_of(texts: Iterable[str]) -> str:
    """A pattern for each of the texts; grouped by their first character, they are searched in half of the time."""
    groups: dict[str, list[str]] = {}
    for text in texts:
        groups.setdefault(text[:1], []).append(re.escape(text[1:]))
    return "|".join(f"{re.escape(first)}(?:{'|'.join(rests)})" for first, rests in groups.items()) or "(?!)"


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
