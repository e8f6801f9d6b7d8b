"""`wire feed`."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from wire.cli import show
from wire.cli.app import AsJson, ConfigDir, Database, clock, opened, out, plain, print_json
from wire.errors import InputError
from wire.health.words import moment
from wire.publish.report import FeedReport, report
from wire.store import AlertRow, FeedFile, FeedRow, Quarantined
from wire.words import span

_GAPS, _ALERTS = 5, 5
"""Shown at most."""


def _state(found: FeedReport) -> Iterator[tuple[str, str]]:
    """How the feed is doing, line by line: a name and what there is to say."""
    row, known = found.feed, found.health
    yield "state", found.state.value
    for problem in found.problems:
        yield problem.state.value, problem.what
        yield "do", problem.do
    why = f": {row.next_poll_reason}" if row.next_poll_reason else ""
    yield "next poll", f"{show.moment(row.next_poll_at) or 'not set'}{why}"
    if row.poll_interval:
        wishes = "" if found.folder else ", before the publisher's wishes"
        yield "polled", f"every {span(row.poll_interval)}{wishes}"
    if known and found.quiet is not None:
        usual = f", usually every {span(known.usual_interval)}" if known.usual_interval else ""
        yield "last new", f"{span(max(found.quiet, 0))} ago{usual}"
    if known and known.lag_p50 is not None and known.lag_p95 is not None:
        of = f"half within {span(known.lag_p50)}, 95 of 100 within {span(known.lag_p95)}"
        yield "lag", f"{of} of publication (last {known.lag_entries} entries)"
    if not found.folder:
        yield from _of_server(found)
    if row.hub:
        yield "hub", _hub(row)
    if known and known.polls:
        yield "last polls", f"{known.recent}  ({known.failed or 0:.0%} of {known.polls} failed)"


def _of_server(found: FeedReport) -> Iterator[tuple[str, str]]:
    """What its documents, and the server that sends them, are like."""
    row, known = found.feed, found.health
    if row.overlap is not None:
        yield "overlap", f"{row.overlap:.0%} of the last document stood in the one before"
    yield "gaps", f"{row.gaps}" + (f", the last at {moment(known.last_gap_at)}" if known and known.last_gap_at else "")
    if known and known.not_modified is not None:
        same = f", {known.unchanged:.0%} sent in full though nothing was new" if known.unchanged else ""
        yield "answers", f"{known.not_modified:.0%} not modified (304){same}"
    if row.lies:
        times, whole = "once" if row.lies == 1 else f"{row.lies} times", show.moment(row.last_whole_at)
        yield "lies", f"has called news unchanged {times}: whole documents are asked for as well, the last {whole}"


def _hub(row: FeedRow) -> str:
    """What is agreed with the feed's hub."""
    last = f", last {show.moment(row.last_push_at)}" if row.last_push_at else ""
    match row.subscription:
        case "active":
            state = f"subscribed until {show.moment(row.subscribed_until)}, {row.pushes} pushed{last}"
        case "offered":
            state = "not subscribed; with [websub] callback it would push"
        case "asked":
            state = "asked, and has not confirmed yet"
        case other:
            state = other or ""
    return f"{row.hub}: {state}" + (f"; {row.hub_error}" if row.hub_error else "")


def _alerts(alerts: Sequence[AlertRow]) -> Iterator[str]:
    for each in alerts[:_ALERTS]:
        end = f" to {moment(each.ended_at)} ({each.how_ended})" if each.ended_at else ", still"
        yield f"alert  {each.condition} from {moment(each.began_at)}{end}"


def _more(made: FeedReport, alerts: Sequence[AlertRow]) -> dict[str, object]:
    """What JSON says of a feed besides its row and its polls."""
    return {
        "state": made.state,
        "problems": plain(made.problems),
        "figures": plain(made.health),
        "alerts": plain(alerts),
    }


def _kept(document: Quarantined) -> str:
    """What is in quarantine, and how to get it out."""
    part = "" if document.kept == document.size else f", the first {document.kept:,} are kept"
    kind = f", {document.content_type}" if document.content_type else ""
    return (
        f"kept for a report: the document of {show.moment(document.at)} from {document.url} "
        f"({document.size:,} bytes{part}{kind}): {document.reason}; --quarantined FILE writes it out"
    )


def _articles(found: FeedFile) -> Iterator[str]:
    """How it stands with the pages that its teasers link to."""
    if found.articles:
        yield "full text: " + ", ".join(f"{count} {state}" for state, count in found.articles.items())
    for each in found.untaken:
        when = f", tried again {show.moment(each.next_try_at)}" if each.next_try_at and each.reason else ""
        yield f"  {each.state}: {each.url}" + (f": {each.reason}" if each.reason else "") + when


def _files(found: FeedFile) -> Iterator[str]:
    """What became of the files in its folder."""
    if found.files:
        yield "files remembered: " + ", ".join(f"{count} {outcome}" for outcome, count in found.files.items())
    for each in found.refused:
        where = f" (as {each.stored_as})" if each.stored_as and each.stored_as != each.file else ""
        yield f"  {show.moment(each.taken_at)}  failed: {each.file}{where}: {each.reason}"


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
    polls: Annotated[int, typer.Option(min=0, help="So many of the last polls (100 are kept).")] = 20,
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
        known = read.health(key).get(key)
        alerts = read.alerts(feed_key=key)
    if quarantined:
        _write_out(body, quarantined)
        return
    made = report(found.feed, known, [each for each in alerts if each.ended_at is None], clock())
    if as_json:
        print_json({**plain(found), **_more(made, alerts)})
        return
    out.print(f"[bold]{found.feed.feed}[/]  {found.feed.source}  {found.feed.url}", soft_wrap=True)
    for name, text in _state(made):
        out.print(f"{name:<11} {text}", soft_wrap=True, markup=False)
    for line in _alerts(alerts):
        out.print(line, soft_wrap=True, markup=False)
    if found.quarantined:
        out.print(_kept(found.quarantined), soft_wrap=True, markup=False)
    for line in (*_files(found), *_entries(found), *_articles(found)):
        out.print(line, soft_wrap=True, markup=False)
    table = show.table("at", "outcome", "status", "entries", "new", "bytes", "seconds")
    for each in found.polls[:polls]:
        status = str(each.http_status or "")
        figures = (str(each.entries), str(each.new), str(each.bytes), f"{each.elapsed:.2f}")
        table.add_row(f"{each.at:%Y-%m-%d %H:%M:%S}", each.outcome, status, *figures)
    out.print(table)
