"""The columns of the views, which are the contract (docs/database.md), as this release reads them.

Law: says what the newest migration has made, and makes nothing itself; a test holds the two together.
"""

from sqlalchemy import Boolean, Column, Double, Integer, MetaData, Table, Text

from wire.store.columns import Json
from wire.store.types import Moment, Words

_views = MetaData()

story_v1 = Table(
    "story_v1",
    _views,
    Column("story_id", Text),
    Column("status", Text),
    Column("headline", Text),
    Column("canonical_version_id", Text),
    Column("origin", Text),
    Column("language", Text),
    Column("first_seen_at", Moment),
    Column("published_at", Moment),
    Column("updated_at", Moment),
    Column("embargo_until", Moment),
    Column("versions", Integer),
    Column("deliveries", Integer),
    Column("sources", Integer),
    Column("merged_into", Text),
    Column("copies", Integer),
)

version_v1 = Table(
    "version_v1",
    _views,
    Column("number", Integer),
    Column("version_id", Text),
    Column("story_id", Text),
    Column("relation", Text),
    Column("similarity", Double),
    Column("is_canonical", Boolean),
    Column("headline", Text),
    Column("byline", Text),
    Column("dateline", Text),
    Column("body", Text),
    Column("word_count", Integer),
    Column("language", Text),
    Column("origin", Text),
    Column("credit", Text),
    Column("slug", Text),
    Column("first_seen_at", Moment),
    Column("published_at", Moment),
    Column("updated_at", Moment),
    Column("teaser", Boolean),
    Column("notice", Boolean),
    Column("usable", Boolean),
    Column("slug_root", Text),
    Column("revision", Text),
    Column("update_number", Integer),
    Column("reason", Text),
    Column("notes", Text),
)

lineage_v1 = Table(
    "lineage_v1",
    _views,
    Column("story_id", Text),
    Column("version_id", Text),
    Column("author", Text),
    Column("position", Integer),
    Column("step", Text),
    Column("update_number", Integer),
    Column("reason", Text),
    Column("sent_at", Moment),
    Column("replaces", Text),
    Column("linked_by", Text),
    Column("linked_to", Text),
)

removed_v1 = Table(
    "removed_v1",
    _views,
    Column("version_id", Text),
    Column("story_id", Text),
    Column("removed_at", Moment),
)

delivery_v1 = Table(
    "delivery_v1",
    _views,
    Column("number", Integer),
    Column("delivery_id", Text),
    Column("version_id", Text),
    Column("story_id", Text),
    Column("feed", Text),
    Column("source", Text),
    Column("guid", Text),
    Column("url", Text),
    Column("headline", Text),
    Column("signal", Text),
    Column("signals", Words),
    Column("published_at", Moment),
    Column("published_as_sent", Text),
    Column("seen_at", Moment),
    Column("entry", Text),
    Column("arrival", Text),
    Column("recognised_by", Text),
    Column("replaces", Text),
)

article_v1 = Table(
    "article_v1",
    _views,
    Column("feed", Text),
    Column("url", Text),
    Column("state", Text),
    Column("reason", Text),
    Column("tries", Integer),
    Column("refetches", Integer),
    Column("queued_at", Moment),
    Column("next_try_at", Moment),
    Column("tried_at", Moment),
    Column("story_id", Text),
    Column("teaser_version_id", Text),
    Column("full_version_id", Text),
)

feed_v1 = Table(
    "feed_v1",
    _views,
    Column("feed", Text),
    Column("url", Text),
    Column("source", Text),
    Column("enabled", Boolean),
    Column("health", Text),
    Column("last_polled_at", Moment),
    Column("last_ok_at", Moment),
    Column("next_poll_at", Moment),
    Column("failures", Integer),
    Column("last_error", Text),
    Column("entries_seen", Integer),
    Column("gaps", Integer),
    Column("next_poll_reason", Text),
    Column("poll_interval", Double),
    Column("overlap", Double),
    Column("moved_to", Text),
    Column("last_whole_at", Moment),
    Column("lies", Integer),
    Column("hub", Text),
    Column("subscription", Text),
    Column("subscribed_until", Moment),
    Column("last_push_at", Moment),
    Column("pushes", Integer),
    Column("hub_error", Text),
)

health_v1 = Table(
    "health_v1",
    _views,
    Column("feed", Text),
    Column("alerts", Words),
    Column("polls", Integer),
    Column("failed", Double),
    Column("not_modified", Double),
    Column("unchanged", Double),
    Column("lag_p50", Double),
    Column("lag_p95", Double),
    Column("lag_entries", Integer),
    Column("last_new_at", Moment),
    Column("usual_interval", Double),
    Column("failing_since", Moment),
    Column("last_failed_at", Moment),
    Column("last_failure", Text),
    Column("last_status", Integer),
    Column("last_gap_at", Moment),
    Column("recent", Text),
)

alert_v1 = Table(
    "alert_v1",
    _views,
    Column("alert_id", Text),
    Column("condition", Text),
    Column("severity", Text),
    Column("feed", Text),
    Column("source", Text),
    Column("began_at", Moment),
    Column("ended_at", Moment),
    Column("summary", Text),
    Column("advice", Text),
    Column("how_ended", Text),
    Column("told_at", Moment),
    Column("end_told_at", Moment),
    Column("untold", Text),
)

feed_gap_v1 = Table(
    "feed_gap_v1",
    _views,
    Column("feed", Text),
    Column("at", Moment),
    Column("since", Moment),
    Column("entries", Integer),
    Column("missed", Integer),
)

feed_note_v1 = Table(
    "feed_note_v1",
    _views,
    Column("feed", Text),
    Column("kind", Text),
    Column("first_at", Moment),
    Column("last_at", Moment),
    Column("documents", Integer),
    Column("entries", Integer),
    Column("detail", Json),
)

change_v1 = Table(
    "change_v1",
    _views,
    Column("seq", Integer),
    Column("kind", Text),
    Column("story_id", Text),
    Column("version_id", Text),
    Column("at", Moment),
    Column("detail", Json),
)

change_log_v1 = Table(
    "change_log_v1",
    _views,
    Column("first_seq", Integer),
    Column("last_seq", Integer),
    Column("first_at", Moment),
    Column("last_at", Moment),
)

notice_v1 = Table(
    "notice_v1",
    _views,
    Column("notice_id", Text),
    Column("kind", Text),
    Column("story_id", Text),
    Column("matched_by", Text),
    Column("embargo_until", Moment),
    Column("at", Moment),
    Column("seen_at", Moment),
    Column("delivery_id", Text),
    Column("source", Text),
    Column("origin", Text),
    Column("headline", Text),
    Column("alert_id", Text),
    Column("decision_id", Text),
    Column("follows", Text),
    Column("lifted_at", Moment),
    Column("lifted_by", Text),
)

carried_v1 = Table(
    "carried_v1",
    _views,
    Column("story_id", Text),
    Column("status", Text),
    Column("ordered_at", Moment),
    Column("delivery_id", Text),
    Column("version_id", Text),
    Column("feed", Text),
    Column("source", Text),
    Column("url", Text),
    Column("headline", Text),
    Column("published_at", Moment),
    Column("seen_at", Moment),
    Column("late", Boolean),
)

decision_v1 = Table(
    "decision_v1",
    _views,
    Column("decision_id", Text),
    Column("kind", Text),
    Column("story_id", Text),
    Column("other_story_id", Text),
    Column("version_id", Text),
    Column("at", Moment),
    Column("decided_by", Text),
    Column("why", Text),
    Column("undoes", Text),
    Column("undone_by", Text),
    Column("detail", Json),
)

spool_file_v1 = Table(
    "spool_file_v1",
    _views,
    Column("feed", Text),
    Column("file", Text),
    Column("outcome", Text),
    Column("reason", Text),
    Column("taken_at", Moment),
    Column("size", Integer),
    Column("entries", Integer),
    Column("new", Integer),
    Column("put_away", Boolean),
    Column("stored_as", Text),
)

VIEWS = tuple(_views.tables.values())
