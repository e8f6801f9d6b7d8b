"""What the views answer: one record a row, and the files of a story and of a feed that are made of them.

Law: data only. The types named after a view have its columns, as docs/database.md explains them.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from wire.health import Alert
from wire.model import Evidence, Status
from wire.store.rows import Gap, Note, Poll


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """A row of `decision_v1`."""

    decision_id: str
    kind: str
    story_id: str
    other_story_id: str | None
    version_id: str | None
    at: datetime
    decided_by: str
    why: str
    undoes: str | None
    undone_by: str | None
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """A row of `notice_v1`."""

    notice_id: str
    kind: str
    story_id: str
    matched_by: str | None
    embargo_until: datetime | None
    at: datetime
    seen_at: datetime
    delivery_id: str | None
    source: str
    origin: str | None
    headline: str
    alert_id: str | None
    decision_id: str | None
    follows: str | None
    lifted_at: datetime | None
    lifted_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedRow:
    """A row of `carried_v1`."""

    story_id: str
    status: str
    ordered_at: datetime
    delivery_id: str
    version_id: str
    feed: str
    source: str
    url: str | None
    headline: str
    published_at: datetime | None
    seen_at: datetime
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRow:
    """A row of `story_v1`."""

    story_id: str
    status: Status
    headline: str | None
    """Of the canonical version; None: merged."""
    canonical_version_id: str | None
    origin: str | None
    language: str | None
    first_seen_at: datetime
    published_at: datetime | None
    updated_at: datetime
    embargo_until: datetime | None
    versions: int
    deliveries: int
    sources: int
    merged_into: str | None
    copies: int
    """Versions that are copy; 0: only an order to editors is known, and what it means has not come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """A row of `version_v1`."""

    number: int
    """Order of arrival: 1, 2, 3 …"""
    version_id: str
    story_id: str
    relation: str | None
    similarity: float | None
    is_canonical: bool
    headline: str
    byline: str | None
    dateline: str | None
    body: str = field(repr=False)
    word_count: int
    language: str | None
    origin: str | None
    credit: str | None
    slug: str | None
    first_seen_at: datetime
    published_at: datetime | None
    updated_at: datetime | None
    teaser: bool
    notice: bool
    """Is it an order to editors, and no copy?"""
    usable: bool
    slug_root: str | None
    revision: str | None
    update_number: int | None
    reason: str | None
    notes: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageRow:
    """A row of `lineage_v1`."""

    story_id: str
    version_id: str
    author: str
    position: int
    step: str
    update_number: int | None
    reason: str | None
    sent_at: datetime
    replaces: str | None
    linked_by: str
    linked_to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """A row of `delivery_v1`."""

    number: int
    """Order of arrival: 1, 2, 3 …"""
    delivery_id: str
    version_id: str
    story_id: str
    feed: str
    source: str
    guid: str | None
    url: str | None
    headline: str
    signal: str | None
    signals: tuple[str, ...]
    published_at: datetime | None
    published_as_sent: str | None
    seen_at: datetime
    entry: str
    """Key of the entry within its feed: deliveries that share it are the history of one entry."""
    arrival: str
    recognised_by: str | None
    replaces: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """A row of `article_v1`."""

    feed: str
    url: str
    state: str
    reason: str | None
    tries: int
    refetches: int
    queued_at: datetime
    next_try_at: datetime | None
    tried_at: datetime | None
    story_id: str
    teaser_version_id: str
    full_version_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """A row of `feed_v1`."""

    feed: str
    url: str
    source: str
    enabled: bool
    health: str
    last_polled_at: datetime | None
    last_ok_at: datetime | None
    next_poll_at: datetime | None
    failures: int
    last_error: str | None
    entries_seen: int
    gaps: int
    next_poll_reason: str | None
    poll_interval: float | None
    overlap: float | None
    moved_to: str | None
    last_whole_at: datetime | None
    lies: int
    hub: str | None
    subscription: str | None
    subscribed_until: datetime | None
    last_push_at: datetime | None
    pushes: int
    hub_error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A document whose reading had to be stopped, kept for a report."""

    at: datetime
    url: str
    """Where it came from in the end."""
    content_type: str | None
    reason: str
    size: int
    """Bytes that were sent, decoded."""
    kept: int
    """Of those, from the first on, how many are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthRow:
    """A row of `health_v1`."""

    feed: str
    alerts: tuple[str, ...]
    polls: int
    failed: float | None
    not_modified: float | None
    unchanged: float | None
    lag_p50: float | None
    lag_p95: float | None
    lag_entries: int
    last_new_at: datetime | None
    usual_interval: float | None
    failing_since: datetime | None
    last_failed_at: datetime | None
    last_failure: str | None
    last_status: int | None
    last_gap_at: datetime | None
    recent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    """A row of `alert_v1`."""

    alert_id: str
    condition: str
    severity: str
    feed: str | None
    source: str | None
    began_at: datetime
    ended_at: datetime | None
    summary: str
    advice: str
    how_ended: str | None
    told_at: datetime | None
    end_told_at: datetime | None
    untold: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """That an alert began or ended, to be told to those outside."""

    alert: Alert
    event: Literal["began", "ended"]
    due_at: datetime
    tries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A row of `change_v1`."""

    seq: int
    kind: str
    story_id: str | None
    version_id: str | None
    at: datetime
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLog:
    """The row of `change_log_v1`."""

    first_seq: int
    last_seq: int
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvidence:
    """Why a version came to the story it came to."""

    version_id: str
    story_id: str
    """The story as it was called when that was decided."""
    at: datetime
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryFile:
    """All that is known of one story."""

    story: StoryRow
    versions: tuple[VersionRow, ...]
    """The canonical one first, then in order of arrival."""
    deliveries: tuple[DeliveryRow, ...]
    """In order of arrival."""
    evidence: tuple[StoredEvidence, ...]
    """In order of decision."""
    notices: tuple[NoticeRow, ...] = ()
    """Orders on it, those that were lifted too."""
    carried: tuple[CarriedRow, ...] = ()
    """Who carried it, where it is not usable."""
    decisions: tuple[DecisionRow, ...] = ()
    lineage: tuple[LineageRow, ...] = ()
    """Takes of the text by its author, in the order in which they were sent; of several authors, one after another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A row of `spool_file_v1`, of one feed."""

    file: str
    outcome: str
    reason: str | None
    taken_at: datetime
    size: int
    entries: int
    new: int
    put_away: bool
    stored_as: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFile:
    """All that is known of one feed."""

    feed: FeedRow
    polls: tuple[Poll, ...]
    """The newest first."""
    quarantined: Quarantined | None = None
    """The last document whose reading had to be stopped, where one is kept; its bytes: `Views.quarantined`."""
    gaps: tuple[Gap, ...] = ()
    """The newest first."""
    notes: tuple[Note, ...] = ()
    """What was odd about its entries, the newest first."""
    files: dict[str, int] = field(default_factory=dict)
    """Files of its spool that are remembered, by outcome."""
    refused: tuple[FileRow, ...] = ()
    """The latest of those that failed."""
    articles: dict[str, int] = field(default_factory=dict)
    """Pages that its teasers link to, by state."""
    untaken: tuple[ArticleRow, ...] = ()
    """The latest of those that wait or were dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What an id stands for today."""

    story_id: str
    """Of a story that was merged: the story that it is part of now."""
    version_id: str | None = None
    """Where the id is that of a version or of a delivery."""
