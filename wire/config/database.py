"""Which database: the one URL that may hold a password, so the one that is never shown.

Law: `--database`, else `[store] url`, else $WIRE_DATABASE_URL, else the default of `StorePolicy`. A password stands in
the environment or in a file of its own, never in wire.toml.
"""

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from wire.config.files import TomlFile
from wire.config.secrets import FORMS, found, pointer
from wire.errors import ConfigError

VARIABLE = "WIRE_DATABASE_URL"
_PLACE = ("store", "url")
_FORMS = f"a URL, {FORMS}"


def database_url(value: object, file: TomlFile, environ: Mapping[str, str], explicit: str | None) -> str | None:
    """Settle the URL; `value` is what `[store] url` says. None: nobody said, the default holds. Raises ConfigError."""
    if explicit:
        url, origin = explicit, "--database"
    elif value is not None:
        url, origin = _stated(value, file, environ), ""
    elif url := environ.get(VARIABLE, ""):
        origin = f"${VARIABLE}"
    else:
        return None
    if not url.startswith(("sqlite:", "postgresql:", "postgresql+", "postgres:")):
        fault = "should begin with sqlite:/// or postgresql://"
        raise ConfigError(f"{origin} {fault}") if origin else file.problem(_PLACE, fault)
    return url


def _stated(value: object, file: TomlFile, environ: Mapping[str, str]) -> str:
    if isinstance(value, dict):
        return found(pointer(value, _PLACE, file, forms=_FORMS), _PLACE, file, environ)
    if not isinstance(value, str):
        raise file.problem(_PLACE, f"should be {_FORMS}")
    if _has_password(value):
        raise file.problem(_PLACE, 'holds a password: give the URL as { env = "NAME" } or { file = "PATH" }')
    return value


def _has_password(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.password is not None or "password" in parse_qs(parts.query)
    except ValueError:  # brackets that don't close: the store will say so
        return "@" in url
