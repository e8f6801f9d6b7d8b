"""Secrets: where they stand, and what stands there.

Law: a secret stands in the environment or in a file of its own, never in a config file; no error shows one.
"""

from collections.abc import Mapping

from wire.access import Secret
from wire.config.files import TomlFile, unknown
from wire.config.lines import Place

FORMS = '{ env = "NAME" } or { file = "PATH" }'


def pointer(value: object, place: Place, file: TomlFile, *, forms: str = FORMS) -> Secret:
    """The place that `value` names; `forms`: what else might stand there. Raises ConfigError."""
    match value:
        case {"env": str(name), **rest} if name and not rest:
            return Secret(env=name)
        case {"file": str(name), **rest} if name and not rest:
            return Secret(file=name)
        case dict():
            for key in value:
                if key not in {"env", "file"}:
                    raise file.problem((*place, key), unknown(key, ["env", "file"]))
            raise file.problem(place, f"should be {forms}")
        case _:
            raise file.problem(place, f"a secret does not stand here: write {FORMS}")


def found(secret: Secret, place: Place, file: TomlFile, environ: Mapping[str, str]) -> str:
    """What stands there, without white space around it; a path counts from the config folder. Raises ConfigError."""
    if secret.env:
        if value := environ.get(secret.env, "").strip():
            return value
        raise file.problem((*place, "env"), f"${secret.env} is {'empty' if secret.env in environ else 'not set'}")
    path = file.path.parent / (secret.file or "")
    try:
        text = path.read_text("utf-8-sig").strip()
    except OSError as error:
        raise file.problem((*place, "file"), f"{path} can't be read: {error.strerror}") from error
    except (UnicodeDecodeError, ValueError):
        # Not chained: that error holds the bytes of the secret. ValueError: a path with a NUL in it.
        raise file.problem((*place, "file"), f"{path} is not UTF-8") from None
    if not text:
        raise file.problem((*place, "file"), f"{path} is empty")
    return text
