"""`wire migrate`."""

from wire.cli.app import AsJson, ConfigDir, Database, load, out, print_json
from wire.store import migration


def migrate(config_dir: ConfigDir = None, database: Database = None, as_json: AsJson = False) -> None:
    """Make the database, or bring its schema up to this release; does nothing where that is done."""
    done = migration.migrate(load(config_dir, database).store)
    if as_json:
        print_json(done)
        return
    out.print(f"the schema is at revision {done.revision}")
    for note in done.notes:
        out.print(f"note: {note}", soft_wrap=True)
