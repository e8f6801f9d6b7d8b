"""`wire feed`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from wire.cli import show
from wire.cli.app import AsJson, ConfigDir, Database, opened, out, print_json
from wire.errors import InputError
from wire.store import FeedFile, FeedRow, Quarantined

_GAPS = 5
"""Shown at most."""


def _state(row: FeedRow) -> Iterator[str]:
    """How the feed is doing, line by line."""
    yield row.health + (f": {row.last_error}" if row.last_error else "")
    why = f" ({row.next_poll_reason})" if row.next_poll_reason else ""
    yield f"next poll {show.moment(row.next_poll_at) or 'not set'}{why}"
    if row.poll_interval:
        overlap = "" if row.overlap is None else f", {row.overlap:.0%} of the last document stood in the one before"
        yield f"usually every {show.age(row.poll_interval)}{overlap}"
    if row.moved_to:
        yield f"polled at {row.moved_to}, where its publisher has moved it: take that into feeds.toml"
    if row.lies:
        times = "once" if row.lies == 1 else f"{row.lies} times"
        whole = show.moment(row.last_whole_at)
        yield f"its server has called news unchanged {times}: whole documents are asked for as well, the last {whole}"


def _kept(document: Quarantined) -> str:
    """What is in quarantine, and how to get it out."""
    part = "" if document.kept == document.size else f", the first {document.kept:,} are kept"
    kind = f", {document.content_type}" if document.content_type else ""
    return (
        f"kept for a report: the document of {show.moment(document.at)} from {document.url} "
        f"({document.size:,} bytes{part}{kind}): {document.reason}; --quarantined FILE writes it out"
    )


def _write_out(body: bytes, path: Path) -> None:
    if path == Path("-"):
        sys.stdout.buffer.write(body)
        return
    try:
        path.write_bytes(body)
    except OSError as error:
        raise InputError(f"{path} can't be written: {error.strerror}") from error
    out.print(f"{len(body):,} bytes in {path}; open them with care", soft_wrap=True, markup=False)


def _entries(found: FeedFile) -> Iterator[str]:
    """What is wrong or odd about its entries, line by line."""
    if found.feed.gaps:
        yield f"gaps: {found.feed.gaps}, where entries were probably missed; the last ones"
    for gap in found.gaps[:_GAPS]:
        missed = "how many is not known" if gap.missed is None else f"about {gap.missed} missed"
        away = show.age((gap.at - gap.since).total_seconds())
        yield f"  {show.moment(gap.at)}  nothing known among {gap.entries} entries after {away}: {missed}"
    if found.notes:
        yield "put right on arrival"
    for note in found.notes:
        times = "once" if note.documents == 1 else f"in {note.documents} documents since {show.moment(note.first_at)}"
        example = ", ".join(f"{name} {value}" for name, value in note.detail.items())
        yield f"  {show.moment(note.last_at)}  {note.kind}: {note.entries} entries {times}; last {example or '-'}"


def feed(
    key: Annotated[str, typer.Argument(metavar="KEY")],
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: AsJson = False,
    quarantined: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write out the document whose reading had to be stopped, as sent; -: to stdout."
        ),
    ] = None,
) -> None:
    """Health of one feed, with its gaps, what is odd about its entries, and its last polls."""
    with opened(config_dir, database) as (_, store), store.reading() as read:
        found = read.feed(key)
        body = read.quarantined(key) if quarantined else b""
    if quarantined:
        _write_out(body, quarantined)
        return
    if as_json:
        print_json(found)
        return
    out.print(f"[bold]{found.feed.feed}[/]  {found.feed.source}  {found.feed.url}", soft_wrap=True)
    for line in _state(found.feed):
        out.print(line, soft_wrap=True, markup=False)
    if found.quarantined:
        out.print(_kept(found.quarantined), soft_wrap=True, markup=False)
    for line in _entries(found):
        out.print(line, soft_wrap=True, markup=False)
    table = show.table("at", "outcome", "status", "entries", "new", "bytes", "seconds")
    for each in found.polls:
        status = str(each.http_status or "")
        figures = (str(each.entries), str(each.new), str(each.bytes), f"{each.elapsed:.2f}")
        table.add_row(f"{each.at:%Y-%m-%d %H:%M:%S}", each.outcome, status, *figures)
    out.print(table)
