"""Which database: the one URL that may hold a password, so the one that is never shown.

Law: `--database`, else `[store] url`, else $WIRE_DATABASE_URL, else the default of `StorePolicy`. A password stands in
the environment or in a file of its own, never in wire.toml.
"""

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from wire.config.files import TomlFile, unknown
from wire.errors import ConfigError

VARIABLE = "WIRE_DATABASE_URL"
_PLACE = ("store", "url")
_FORMS = 'should be a URL, { env = "NAME" } or { file = "PATH" }'


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
        return _secret(value, file, environ)
    if not isinstance(value, str):
        raise file.problem(_PLACE, _FORMS)
    if _has_password(value):
        raise file.problem(_PLACE, 'holds a password: give the URL as { env = "NAME" } or { file = "PATH" }')
    return value


def _secret(value: Mapping[str, object], file: TomlFile, environ: Mapping[str, str]) -> str:
    """Fetch what `{ env = "NAME" }` or `{ file = "PATH" }` points to; PATH counts from the config folder."""
    match value:
        case {"env": str(name), **rest} if not rest:
            if found := environ.get(name):
                return found
            raise file.problem((*_PLACE, "env"), f"${name} is not set")
        case {"file": str(name), **rest} if not rest:
            path = file.path.parent / name
            try:
                return path.read_text("utf-8").strip()
            except OSError as error:
                raise file.problem((*_PLACE, "file"), f"{path} can't be read: {error.strerror}") from error
            except UnicodeDecodeError:
                # Not chained: that error holds the bytes of the secret.
                raise file.problem((*_PLACE, "file"), f"{path} is not UTF-8") from None
    for key in value:
        if key not in {"env", "file"}:
            raise file.problem((*_PLACE, key), unknown(key, ["env", "file"]))
    raise file.problem(_PLACE, _FORMS)


def _has_password(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.password is not None or "password" in parse_qs(parts.query)
    except ValueError:  # brackets that don't close: the store will say so
        return "@" in url
