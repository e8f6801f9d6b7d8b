"""A copy as columns of a row, and back.

Law: knows the columns' names and asks no database; what goes in comes out.
"""

from typing import Any

from sqlalchemy import Row

from wire.model import Copy, Dateline, Signal
from wire.store.rows import StoredText


def read_out(copy: Copy) -> dict[str, Any]:
    """The columns of what is read out of a text, besides the text itself."""
    return {
        "headline": copy.headline,
        "published_at": copy.published_at,
        "updated_at": copy.updated_at,
        "language": copy.language,
        "signals": copy.signals,
        "origin": copy.origin,
        "slug": copy.slug,
        "slug_root": copy.slug_root,
        "revision": copy.revision,
        "update_number": copy.number,
        "reason": copy.reason,
        "notes": "\n\n".join(copy.notes) if copy.notes else None,
        "byline": copy.byline,
        "credit": copy.credit,
        "dateline": copy.dateline and copy.dateline.text,
        "dateline_place": copy.dateline and copy.dateline.place,
        "dateline_date": copy.dateline and copy.dateline.date,
        "dateline_agency": copy.dateline and copy.dateline.agency,
    }


def delivered(copy: Copy) -> dict[str, Any]:
    """The columns of a delivery that say which text it brought, and under which headline."""
    return {
        "version_id": copy.version_id,
        "headline": copy.headline,
        "signal": copy.signals[0] if copy.signals else None,
        "signals": copy.signals,
    }


def text(row: Row[Any]) -> StoredText:
    """A version's row as the matcher needs it."""
    return StoredText(copy=_copy(row), story_id=row.story_id, at=row.at, teaser=row.teaser)


def _copy(row: Row[Any]) -> Copy:
    return Copy(
        version_id=row.version_id,
        headline=row.headline,
        paragraphs=tuple(row.body.split("\n\n")) if row.body else (),
        dateline=row.dateline
        and Dateline(text=row.dateline, place=row.dateline_place, date=row.dateline_date, agency=row.dateline_agency),
        byline=row.byline,
        credit=row.credit,
        origin=row.origin,
        signals=signals(row.signals),
        slug=row.slug,
        slug_root=row.slug_root,
        revision=row.revision,
        number=row.update_number,
        reason=row.reason,
        notes=tuple(row.notes.split("\n\n")) if row.notes else (),
        language=row.language,
        published_at=row.published_at,
        updated_at=row.updated_at,
    )


def signals(words: tuple[str, ...]) -> tuple[Signal, ...]:
    """Signals as they stand in a row."""
    return tuple(map(Signal, words))
