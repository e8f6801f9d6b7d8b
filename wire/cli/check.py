"""`wire check`."""

import os
from collections.abc import Iterator
from pathlib import Path

import typer

from wire import cluster, config
from wire.cli.app import AsJson, ConfigDir, Database, err, load, out, print_json
from wire.config import Settings
from wire.fetch.remote import lacking
from wire.model import Feed, place_of


def check(config_dir: ConfigDir = None, database: Database = None, as_json: AsJson = False) -> None:
    """Validate the config files; names file, line and key of every problem, and exits 2 when there is one.

    Says too, with exit code 1, if the libraries that are installed would make other sketches than the stored ones.
    """
    directory = config.find(config_dir, os.environ)
    problems = config.check(directory, environ=os.environ, database=database)
    if as_json:
        print_json([{"path": one.path, "line": one.line, "message": one.message} for one in problems])
    else:
        for one in problems:
            err.print(str(one), soft_wrap=True)
    if problems:
        raise typer.Exit(2)
    if not cluster.as_datasketch():
        err.print("the datasketch or numpy that is installed makes other sketches than those that are stored")
        raise typer.Exit(1)
    if not as_json:
        settings = load(config_dir, database)
        enabled = sum(feed.enabled for feed in settings.feeds)
        out.print(
            f"{directory}: fine; {enabled} of {len(settings.feeds)} feeds enabled, {len(settings.agencies)} agencies"
        )
        for remark in _remarks(settings):
            out.print(f"  {remark}", style="yellow", soft_wrap=True, markup=False)


def _folder(feed: Feed) -> Iterator[str]:
    """What stands in the way of a watched folder now; it may be mounted later, or by another user."""
    path = os.fsdecode(place_of(feed.url).folder.encode("utf-8", "surrogateescape"))
    if not Path(path).is_dir():
        yield f"feeds.{feed.key}: its folder is not there: {path}"
    elif not os.access(path, os.R_OK | os.X_OK):
        yield f"feeds.{feed.key}: its folder can't be read by you: {path}"
    elif feed.afterwards != "keep" and not os.access(path, os.W_OK):
        yield f"feeds.{feed.key}: its folder can't be written to by you, and files are to leave it: {path}"


def _remarks(settings: Settings) -> Iterator[str]:
    """What is no mistake, and worth a second look."""
    for feed in settings.feeds:
        if feed.enabled and feed.in_folder:
            yield from _folder(feed)
        elif feed.enabled and feed.spooled and not feed.in_mailbox and (lack := lacking(feed)):
            yield f"feeds.{feed.key}: {lack}"
        if feed.enabled and not feed.verify_tls:
            yield f"feeds.{feed.key}: its server's certificate is not verified (verify_tls = false)"
        if feed.enabled and feed.password and feed.url.lower().startswith("ftp:"):
            yield f"feeds.{feed.key}: its password and its files travel in the clear (ftp://): ask for ftps or sftp"
        if feed.enabled and feed.cleartext:
            yield f"feeds.{feed.key}: its password and its mail may travel in the clear (cleartext = true)"
        if feed.key in settings.access and feed.url.startswith("http:") and settings.access[feed.key].secrets:
            yield f"feeds.{feed.key}: its credentials travel in the clear: its url is not https"
