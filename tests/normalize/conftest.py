"""The shipped agencies, and short ways to make and clean an entry."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from wire.model import Copy, Entry
from wire.normalize import Agencies, normalize
from wire.policy import AgencyProfile

SHIPPED = Path(__file__).parents[2] / "config" / "agencies.toml"

Clean = Callable[..., Copy]


@pytest.fixture(scope="session")
def agencies() -> Agencies:
    tables = tomllib.loads(SHIPPED.read_text("utf-8"))["agencies"]
    build = TypeAdapter(AgencyProfile).validate_python
    return Agencies([build({"key": key, **table}) for key, table in tables.items()])


@pytest.fixture(scope="session")
def clean(agencies: Agencies) -> Clean:
    def clean(entry: Entry, *, source: str = "", agency: str | None = None, language: str | None = None) -> Copy:
        return normalize(entry, source=source, agency=agency, language=language, agencies=agencies)

    return clean
