"""The numbers that are given under the write lock, and the counts of what other processes have to notice.

Law: read once a transaction and all together, for most transactions ask for most of them; as nobody else writes
meanwhile, they are counted on in memory.
"""

from sqlalchemy import Connection, select

from wire.store import bulk
from wire.store.read import Read
from wire.store.tables import counter

_ALL = select(counter)


class Counters(Read):
    """The part of the write transaction that counts."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._counts: dict[str, int] = {}
        self._given: set[str] = set()
        """Those that have risen, and are still to be written down."""

    def _reached(self, name: str) -> int:
        if not self._counts:
            self._counts = {row.name: row.value for row in self._connection.execute(_ALL)}
        return self._counts.get(name, 0)

    def _next(self, name: str) -> int:
        """The next number of its kind."""
        self._counts[name] = number = self._reached(name) + 1
        self._given.add(name)
        return number

    def _save_counts(self) -> None:
        rows = [{"name": name, "value": self._counts[name]} for name in sorted(self._given)]
        bulk.insert(self._connection, counter, rows, renew=("value",))
