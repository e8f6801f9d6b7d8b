"""Where alerts are told: the address may hold a token, and the secret is one.

Law: a secret is pointed to, never written into wire.toml; an address may be either.
"""

from collections.abc import Mapping
from typing import Any

from wire.config.files import TomlFile
from wire.config.secrets import FORMS, found, pointer
from wire.errors import ConfigError


def settled(
    table: dict[str, Any], file: TomlFile, environ: Mapping[str, str], problems: list[ConfigError]
) -> dict[str, Any]:
    """Give `[alerts]` with what its pointers point to."""
    made = dict(table)
    for name in ("url", "secret"):
        value, place = table.get(name, ""), ("alerts", name)
        if value == "" or (name == "url" and not isinstance(value, dict)):
            continue
        try:
            made[name] = found(pointer(value, place, file, forms=FORMS), place, file, environ)
        except ConfigError as error:
            problems.append(error)
            del made[name]
    return made
