"""Which of a feed's entries is which: those of a document held against those that the feed is known to have brought.

::

    same words under the same guid, link, or neither ─▶ other words under the same guid, then link ─▶ new

Law: pure; a known entry is taken once, and by what stands unchanged before what changed, so that texts that change
places under each other's guids stay themselves. A name that several texts of one document bear tells nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count
from typing import Generic, Protocol, TypeVar

ANOTHER_DAY = timedelta(hours=12)
"""Between two stated times of publication that make it doubtful whether one entry was edited or its name used again."""
MASS = 2
"""Entries at least that a feed gives other guids and links at once, where no date shows that they are the same."""


class By(StrEnum):
    """By what an entry was found again."""

    GUID = "guid"
    LINK = "link"
    CONTENT = "content"
    ITEM = "item"
    """By the id that all versions of an item share in its wire format; it stands in the guid."""


class Sent(Protocol):
    """An entry of the document."""

    @property
    def key(self) -> str:
        """Its name by itself: guid, else link, else content."""

    @property
    def hash(self) -> str:
        """Of its words."""

    @property
    def guid(self) -> str | None:
        """The name that its guid gives it."""

    @property
    def link(self) -> str | None:
        """The name that its link gives it."""

    @property
    def published_at(self) -> datetime | None:
        """As it states."""


class Known(Protocol):
    """An entry that the feed has brought before."""

    @property
    def key(self) -> str:
        """Under which it is remembered, for ever."""

    @property
    def hashes(self) -> Collection[str]:
        """Of the words under which it stood last."""

    @property
    def guid(self) -> str | None:
        """The name that its guid gave it last."""

    @property
    def link(self) -> str | None:
        """The name that its link gave it last."""

    @property
    def published_at(self) -> datetime | None:
        """As it stated last."""


S = TypeVar("S", bound=Sent)
K = TypeVar("K", bound=Known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match(Generic[K]):
    """Which entry it is."""

    key: str
    """Of the entry."""
    known: K | None = None
    """What was known of it; None: it is new."""
    by: By | None = None
    changed: bool = True
    """Are its words others than those that are known, or is it new?"""
    firm: bool = True
    """Where it changed: do its names alone say that the text stands in the place of the one before?"""
    alone: str | None = None
    """Its key where the texts turn out to have nothing in common, and its guid says that it is another entry."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names that one text alone bears in a document."""

    guids: frozenset[str]
    links: frozenset[str]

    @classmethod
    def of(cls, document: Iterable[Sent]) -> "Names":
        """Read a document."""
        guids: defaultdict[str | None, set[str]] = defaultdict(set)
        links: defaultdict[str | None, set[str]] = defaultdict(set)
        for each in document:
            guids[each.guid].add(each.hash)
            links[each.link].add(each.hash)
        return cls(_alone(guids), _alone(links))

    def guid(self, sent: Sent) -> str | None:
        """Its guid, if that is its own."""
        return sent.guid if sent.guid in self.guids else None

    def link(self, sent: Sent) -> str | None:
        """Its link, if that is its own."""
        return sent.link if sent.link in self.links else None


def _alone(texts: dict[str | None, set[str]]) -> frozenset[str]:
    return frozenset(name for name, hashes in texts.items() if name is not None and len(hashes) == 1)


def recognise(
    document: Sequence[S], known: Iterable[K], stood: Callable[[str], bool]
) -> dict[tuple[str, str], Match[K]]:
    """Which entry each of `document` is, by its key and hash.

    `known`: at least those that share a key, guid, link or hash with one of the document; `stood`: was the entry of
    this key in the last document?
    """
    distinct = list({(each.key, each.hash): each for each in document}.values())
    return _Matching[S, K](Names.of(distinct), {each.key: each for each in known}).run(distinct, stood)


class _Matching(Generic[S, K]):
    """One document's entries find their own, round by round."""

    def __init__(self, names: Names, known: dict[str, K]) -> None:
        self._names = names
        self._keys = set(known)
        self._free = dict(known)
        self._found: dict[tuple[str, str], Match[K]] = {}

    def run(self, rest: list[S], stood: Callable[[str], bool]) -> dict[tuple[str, str], Match[K]]:
        """All rounds."""
        rest = [each for each in rest if not self._same_key(each)]
        if rest and self._free:
            rest = self._same(rest, By.GUID, lambda sent: sent.guid, lambda known: [known.guid])
            rest = self._same(rest, By.LINK, lambda sent: sent.link, lambda known: [known.link])
            rest = [each for each in rest if not self._same_any_key(each)]
            rest = self._same(rest, By.CONTENT, _content, lambda known: [known.key.rpartition("~")[0] or None])
            rest = self._same_content(rest, stood)
            rest = [each for each in rest if not self._changed_key(each)]
            rest = self._changed(rest, By.GUID, self._names.guid, lambda known: known.guid)
            rest = self._changed(rest, By.LINK, self._names.link, lambda known: known.link)
        for each in rest:
            self._found[each.key, each.hash] = Match(key=self._new_key(each))
        return self._found

    # --- the same words -------------------------------------------------------------------------------------------

    def _same_key(self, sent: S) -> bool:
        """What is a guid here is no link there: one of the two must agree, where they are known."""
        known = self._free.get(sent.key)
        if known is None or sent.hash not in known.hashes:
            return False
        agrees = known.guid == sent.guid or known.link == sent.link or (known.guid is None and known.link is None)
        return agrees and self._take(sent, known, _key_kind(sent))

    def _same_any_key(self, sent: S) -> bool:
        for key, by in ((sent.key, _key_kind(sent)), (content_key(sent), By.CONTENT)):
            known = self._free.get(key)
            if known is not None and sent.hash in known.hashes:
                return self._take(sent, known, by)
        return False

    def _same(
        self,
        rest: list[S],
        by: By,
        name: Callable[[S], str | None],
        names: Callable[[K], Iterable[str | None]],
    ) -> list[S]:
        index = self._index(names)
        return [
            each
            for each in rest
            if not any(each.hash in known.hashes and self._take(each, known, by) for known in index.get(name(each), ()))
        ]

    def _same_content(self, rest: list[S], stood: Callable[[str], bool]) -> list[S]:
        """Words of the last document under other names: an entry that kept its date, or a whole feed renamed.

        Else it is another entry in the same words, which a daily notice may be.
        """
        index = self._index(lambda known: known.hashes if stood(known.key) else ())
        pairs = [(each, known) for each in rest for known in index.get(each.hash, ())]
        renamed = len({each.hash for each, _ in pairs})
        mass = renamed >= MASS and 2 * renamed >= len(rest) + len(self._found)
        for each, known in pairs:
            dated = each.published_at is not None and each.published_at == known.published_at
            if (mass or dated) and (each.key, each.hash) not in self._found:
                self._take(each, known, By.CONTENT)
        return [each for each in rest if (each.key, each.hash) not in self._found]

    # --- other words ----------------------------------------------------------------------------------------------

    def _changed_key(self, sent: S) -> bool:
        """The same name, and no other text beside it that bears the same."""
        kind = _key_kind(sent)
        own = kind is By.CONTENT or sent.key in (self._names.guids if kind is By.GUID else self._names.links)
        known = self._free.get(sent.key)
        return own and known is not None and self._take(sent, known, kind, changed=True)

    def _changed(
        self, rest: list[S], by: By, name: Callable[[S], str | None], known_name: Callable[[K], str | None]
    ) -> list[S]:
        index = self._index(lambda known: [known_name(known)])
        left: list[S] = []
        for each in rest:
            found = [known for known in index.get(name(each), ()) if known.key in self._free]
            if len(found) != 1 or not self._take(each, found[0], by, changed=True):
                left.append(each)
        return left

    # --- memory ---------------------------------------------------------------------------------------------------

    def _take(self, sent: S, known: K, by: By, *, changed: bool = False) -> bool:
        """Whether the entry was still free."""
        if self._free.pop(known.key, None) is None:
            return False
        firm = not changed or _firm(sent, known, by)
        alone = self._new_key(sent) if changed and by is By.LINK and _other_guid(sent, known) else None
        self._found[sent.key, sent.hash] = Match(
            key=known.key, known=known, by=by, changed=changed, firm=firm, alone=alone
        )
        return True

    def _index(self, names: Callable[[K], Iterable[str | None]]) -> dict[str | None, list[K]]:
        index: defaultdict[str | None, list[K]] = defaultdict(list)
        for known in self._free.values():
            for name in names(known):
                if name is not None:
                    index[name].append(known)
        return index

    def _new_key(self, sent: S) -> str:
        """The first of its names that no other entry goes by."""
        content = _content(sent)
        names = (self._names.guid(sent), self._names.link(sent), content)
        key = next((name for name in names if name and name not in self._keys), None)
        key = key or next(name for number in count(1) if (name := f"{content}~{number}") not in self._keys)
        self._keys.add(key)
        return key


def content_key(sent: Sent) -> str:
    """The key of an entry whose guid and link are not its own."""
    return f"content:{sent.hash}"


def _content(sent: Sent) -> str:
    """What `_new_key` calls it that has no name of its own; others of that key are numbered."""
    return sent.key if _key_kind(sent) is By.CONTENT else content_key(sent)


def _key_kind(sent: Sent) -> By:
    return By.GUID if sent.guid else By.LINK if sent.link else By.CONTENT


def _firm(sent: Sent, known: Known, by: By) -> bool:
    """A guid speaks for itself unless link and date both contradict it; a link, unless the date or a guid does."""
    if by is By.CONTENT:
        return True
    one, other = sent.published_at, known.published_at
    moved = one is not None and other is not None and abs(one - other) >= ANOTHER_DAY
    if by is By.GUID:
        return not (moved and sent.link and known.link and sent.link != known.link)
    return not moved and not _other_guid(sent, known)


def _other_guid(sent: Sent, known: Known) -> bool:
    return bool(sent.guid and known.guid and sent.guid != known.guid)
