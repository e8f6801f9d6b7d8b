"""What `wire demo` shows: the stories found beside those that should have been found, the promises, the live summary.

Law: renderables from what was found; prints nothing, decides nothing.
"""

from collections import Counter
from collections.abc import Sequence

from rich import box
from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from wire.demo.found import Found
from wire.demo.promises import State, Verdict

MARKS = {State.HOLDS: ("✓", "green"), State.BROKEN: ("✗", "bold red"), State.NOT_YET: ("…", "yellow")}


def stories(found: Found) -> Table:
    """Each true story with what became of it: ✓, split over several stories, or merged with others."""
    table = Table(
        "story", "deliveries", "found", "headline", box=box.SIMPLE_HEAD, title="Stories", title_justify="left"
    )
    table.columns[1].justify = "right"
    contents = found.stories()
    for key, story in found.day.stories.items():
        mine = {story_id: counts for story_id, counts in contents.items() if key in counts}
        if not mine:
            continue
        others = sorted({other for counts in mine.values() for other in counts if other != key})
        sizes = sorted((counts[key] for counts in mine.values()), reverse=True)
        verdict = Text("✓", "green")
        if others:
            verdict = Text(f"merged with {', '.join(others)}", "bold red")
        if len(sizes) > 1:
            verdict = Text(f"split {' + '.join(map(str, sizes))}", "red").append(f" {verdict}" if others else "")
        table.add_row(key, str(sum(sizes)), verdict, Text(story.headline, overflow="ellipsis", no_wrap=True))
    return table


def promises(verdicts: Sequence[Verdict], *, brief: bool = False) -> Table:
    """One line a promise; not `brief`: or as many as what was found takes."""
    table = Table(box=None, show_header=False, title="The day promises", title_justify="left", padding=(0, 1))
    for verdict in verdicts:
        mark, style = MARKS[verdict.state]
        detail = Text(verdict.detail, style, overflow="ellipsis", no_wrap=brief)
        table.add_row(Text(mark, style), Text(verdict.name, no_wrap=brief), detail)
    return table


def summary(found: Found, verdicts: Sequence[Verdict]) -> Text:
    """The day in three lines."""
    figures = found.figures()
    told = {d.entry.story for d in found.judged() if d.entry}
    count = Counter(verdict.state for verdict in verdicts)
    return Text.assemble(
        (f"{len(found.deliveries)} deliveries", "bold"),
        f" through {len(found.feeds)} feeds; ",
        (f"stories: {len(found.stories())} found, {len(told)} to be found", "bold"),
        f"\npairs: precision {figures.precision:.3f}, recall {figures.recall:.3f}, F1 {figures.f1:.3f}",
        f"\npromises: {count[State.HOLDS]} hold, ",
        (f"{count[State.BROKEN]} broken", "bold red" if count[State.BROKEN] else ""),
        f", {count[State.NOT_YET]} not yet",
    )


def live(found: Found, verdicts: Sequence[Verdict], advice: str, height: int = 40) -> RenderableType:
    """One screen of `height` lines: the hour, the figures, what came last, how the feeds are, what does not hold.

    `advice`: two lines, what may be done meanwhile; they are never cut, for they are copied.
    """
    hour = Text(f"{found.minute // 60:02}:{found.minute % 60:02} ", "bold")
    wrong = [verdict for verdict in verdicts if verdict.state is not State.HOLDS]
    return Group(
        Columns([hour, ProgressBar(total=24 * 60, completed=found.minute, width=60)]),
        summary(found, verdicts),
        _feeds(found),
        _latest(found, max(3, height - len(wrong) - 15)),
        promises(wrong, brief=True),
        Text(advice, "dim", overflow="fold"),
    )


def line(found: Found, verdicts: Sequence[Verdict]) -> str:
    """The hour and its figures in one line, where there is no screen to draw on."""
    figures = ", ".join(summary(found, verdicts).plain.splitlines())
    return f"{found.minute // 60:02}:{found.minute % 60:02}  {figures}"


def _feeds(found: Found) -> Text:
    """How many feeds are well, and the others by name."""
    ill = [feed for feed in found.feeds.values() if feed.health != "ok"]
    text = Text(f"feeds: {len(found.feeds) - len(ill)} ok", overflow="ellipsis", no_wrap=True)
    for feed in ill:
        text.append(f", {feed.feed} ").append(feed.health, "red")
    return text


def _latest(found: Found, rows: int) -> Table:
    """The newest deliveries: who carried what, and as the how-manieth of its story."""
    table = Table("feed", "headline", "story", box=box.SIMPLE_HEAD)
    place: Counter[str] = Counter()
    lines = []
    for delivered in found.deliveries:
        place[delivered.story_id] += 1
        lines.append((delivered, place[delivered.story_id]))
    for delivered, n in lines[-rows:]:
        word = Text("new", "cyan") if n == 1 else Text(f"copy {n}", "dim")
        table.add_row(delivered.feed, Text(delivered.headline, overflow="ellipsis", no_wrap=True), word)
    return table
