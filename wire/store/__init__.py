"""The only SQL, on SQLite and PostgreSQL. What other programs see of it: docs/database.md.

A database is made and brought up to date by `wire.store.migration`, which is not imported here.
"""

from wire.store.answers import (
    AlertRow,
    ArticleRow,
    Call,
    CarriedRow,
    ChangeLog,
    ChangeRow,
    DecisionRow,
    DeliveryRow,
    FeedFile,
    FeedRow,
    HealthRow,
    LineageRow,
    Named,
    NoticeRow,
    Quarantined,
    StoredEvidence,
    StoryFile,
    StoryRow,
    VersionRow,
)
from wire.store.hubs import Hubs, Pushed
from wire.store.links import Linked
from wire.store.moves import Moves
from wire.store.read import Read
from wire.store.rows import (
    Carrier,
    EntryRow,
    Gap,
    Kin,
    LastDocument,
    Lineage,
    Note,
    Notice,
    Place,
    Poll,
    Received,
    StoredSketch,
    StoredText,
)
from wire.store.snapshot import Snapshot, Wal
from wire.store.spools import SpoolRow, Spools
from wire.store.store import Store
from wire.store.write import Write

__all__ = [
    "AlertRow",
    "ArticleRow",
    "Call",
    "CarriedRow",
    "Carrier",
    "ChangeLog",
    "ChangeRow",
    "DecisionRow",
    "DeliveryRow",
    "EntryRow",
    "FeedFile",
    "FeedRow",
    "Gap",
    "HealthRow",
    "Hubs",
    "Kin",
    "LastDocument",
    "Lineage",
    "LineageRow",
    "Linked",
    "Moves",
    "Named",
    "Note",
    "Notice",
    "NoticeRow",
    "Place",
    "Poll",
    "Pushed",
    "Quarantined",
    "Read",
    "Received",
    "Snapshot",
    "SpoolRow",
    "Spools",
    "Store",
    "StoredEvidence",
    "StoredSketch",
    "StoredText",
    "StoryFile",
    "StoryRow",
    "VersionRow",
    "Wal",
    "Write",
]
