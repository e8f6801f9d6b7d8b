"""One TOML file: its tables, and where in it a problem stands.

Law: a file that is missing is an empty one; a file that can't be read is a problem, never a crash. Problems are
collected, so that an operator sees all of them at once.
"""

import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

from wire.config.lines import Place, lines, nearest
from wire.errors import ConfigError

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LINE = re.compile(r"\(at line (\d+)")


@dataclass(frozen=True, kw_only=True)  # no slots: lines are looked up only where there is a problem, then kept
class TomlFile:
    """What one file holds."""

    path: Path
    text: str
    tables: dict[str, Any]

    @cached_property
    def _lines(self) -> dict[Place, int]:
        return lines(self.text)

    def holds(self, place: Place) -> bool:
        """Whether something stands at `place`."""
        return place in self._lines

    def line(self, place: Place) -> int | None:
        """1-based line of `place`, or of the closest table around it."""
        return nearest(self._lines, place)

    def problem(self, place: Place, message: str) -> ConfigError:
        """Make the error that names file, line and dotted key."""
        where = f"{dotted(place)}: " if place else ""
        return ConfigError(where + message, path=str(self.path), line=self.line(place))

    def table(self, name: str, problems: list[ConfigError]) -> dict[str, Any]:
        """Give the table `[name]`, empty where there is none."""
        table = self.tables.get(name, {})
        if isinstance(table, dict):
            return table
        problems.append(self.problem((name,), f"is a table: write [{name}]"))
        return {}

    def tables_of(self, name: str, problems: list[ConfigError]) -> dict[str, dict[str, Any]]:
        """Give the tables `[name.KEY]` by their keys."""
        tables = self.table(name, problems)
        for key, table in tables.items():
            if not isinstance(table, dict):
                problems.append(self.problem((name, key), f"is no table: write [{name}.KEY], and the keys below it"))
            elif "key" in table:
                problems.append(self.problem((name, key, "key"), f"unknown key; the key is the KEY in [{name}.KEY]"))
        return {key: table for key, table in tables.items() if isinstance(table, dict)}

    def only(self, known: Iterable[str], problems: list[ConfigError]) -> None:
        """Refuse every top-level key but the known ones."""
        known = list(known)
        problems += [self.problem((key,), unknown(key, known)) for key in self.tables if key not in known]


def read(path: Path, problems: list[ConfigError]) -> TomlFile:
    """Read a file of UTF-8 TOML."""
    text, tables = "", {}
    try:
        text = path.read_text("utf-8-sig")
        tables = tomllib.loads(text)
    except FileNotFoundError:
        pass
    except OSError as error:
        problems.append(ConfigError(f"can't be read: {error.strerror}", path=str(path)))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problems.append(ConfigError("is not UTF-8", path=str(path), line=line))
    except RecursionError:
        problems.append(ConfigError("is nested too deeply", path=str(path)))
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        line = int(found[1]) if found else text.rstrip("\n").count("\n") + 1
        problems.append(ConfigError(f"is not TOML: {error}", path=str(path), line=line))
        text = ""
    return TomlFile(path=path, text=text, tables=tables)


def unknown(key: str, known: Iterable[str]) -> str:
    """Say that a key is unknown, and which one was probably meant."""
    known = sorted(known)
    near = get_close_matches(key, known, n=1)
    return f"unknown key; did you mean `{near[0]}`?" if near else f"unknown key; known are {', '.join(known)}"


def dotted(place: Place) -> str:
    """Write a place as TOML does: `feeds."my feed".url`, `aliases[0]`."""
    text = ""
    for step in place:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += "." * bool(text) + (step if _BARE.fullmatch(step) else json.dumps(step, ensure_ascii=False))
    return text
