"""The one tree of errors. A failure that is expected (a feed that answers 500) is a value, not an error: see `model`.

::

    WireError                   anything this package raises on purpose
    ├── InputError              what was given is wrong: exit code 2
    │   ├── ConfigError         a config file or setting is wrong; names file, line and key
    │   ├── ParseError          bytes that no parser can read
    │   │   ├── NotAFeed        the bytes are something else (an HTML page, an image)
    │   │   └── BrokenDocument  the format is known, the bytes are damaged
    │   └── NotFound            no story, version, delivery or feed under that id
    ├── ChangesGone             a reader of the change log comes too late: exit code 3
    ├── SpoolError              a folder that a feed is taken from can't be used
    ├── ListenError             the daemon's own address can't be listened on
    ├── RowRefused              the database is well, and refuses what it was given: a fault of this package's
    └── StoreError              the database can't be used
        ├── SchemaTooNew        written by a newer release
        ├── SchemaTooOld        `wire migrate` has not been run
        └── StoreBusy           another process holds the write lock for too long
"""


class WireError(Exception):
    """Base of every error that this package raises on purpose; the text says what to do."""


class InputError(WireError):
    """What the user gave is wrong."""


class ConfigError(InputError):
    """A config file or a setting is wrong."""

    def __init__(self, message: str, *, path: str | None = None, line: int | None = None) -> None:
        self.message, self.path, self.line = message, path, line
        where = f"{path}:{line}: " if path and line else f"{path}: " if path else ""
        super().__init__(where + message)


class ParseError(InputError):
    """Bytes that no parser can read."""


class NotAFeed(ParseError):
    """The bytes are something else than a known format: an HTML page, an image, plain text."""


class BrokenDocument(ParseError):
    """The format was recognised, and the bytes are damaged so far that no entry can be read."""


class NotFound(InputError):
    """Nothing is stored under that id."""


class ChangesGone(WireError):
    """The changes that a reader asks for next are not in the log: removed by retention, or never made."""


class SpoolError(WireError):
    """A folder that a feed is taken from can't be used, or a file in it."""


class ListenError(WireError):
    """The address on which the daemon is to answer is taken, or is none of this machine's."""


class RowRefused(WireError):
    """The database is well, and refuses what it was given: a value out of range, a row that breaks a constraint."""


class StoreError(WireError):
    """The database can't be used."""


class SchemaTooNew(StoreError):
    """The database was written by a newer release than this one."""


class SchemaTooOld(StoreError):
    """The database wants `wire migrate` first."""


class StoreBusy(StoreError):
    """Another process holds the write lock for longer than the configured patience."""
