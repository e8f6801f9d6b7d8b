"""`wire run`."""

import anyio

from wire import daemon, log
from wire.cli.app import ConfigDir, Database, clock, load, open_files


def run(config_dir: ConfigDir = None, database: Database = None) -> None:
    """The daemon: polls what is due until SIGTERM or Ctrl-C; SIGHUP reads the config again."""
    settings = load(config_dir, database)
    log.configure(level=settings.daemon.log_level, style=settings.daemon.log_format)
    open_files()
    anyio.run(lambda: daemon.serve(settings, reload=lambda: load(config_dir, database), clock=clock))
