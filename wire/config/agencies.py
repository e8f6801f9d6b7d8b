"""The profiles of agencies: the shipped ones, and the operator's over them.

Law: what is returned compiles; a pattern that does not is a problem at its own line.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from wire.config.files import TomlFile
from wire.config.lines import Place
from wire.config.values import build
from wire.errors import ConfigError
from wire.normalize import Agencies
from wire.policy import AgencyProfile, Orders


def profiles_of(base: TomlFile, own: TomlFile, problems: list[ConfigError]) -> tuple[AgencyProfile, ...]:
    """Lay the operator's tables over the shipped ones, key by key."""
    own.only(["agencies"], problems)
    tables = _over(base.tables_of("agencies", problems), own.tables_of("agencies", problems))
    built = build(AgencyProfile, {key: {**table, "key": key} for key, table in tables.items()})
    profiles = tuple(built.records.values())
    wrong = [(one.place, one.message) for one in built.wrong]
    if together := _fault(profiles):
        single = [fault for profile in profiles for fault in _faults(profile)]
        wrong += single or [((), f"the patterns don't go together: {together}")]
    for place, message in wrong:
        whole = ("agencies", *place)
        file = base if base.holds(whole) and not own.holds(whole) else own
        problems.append(file.problem(whole, message))
    return profiles


def _over(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one table over another, key by key, down to what is no table."""
    merged = {**base, **own}
    for key in base.keys() & own.keys():
        if isinstance(base[key], dict) and isinstance(own[key], dict):
            merged[key] = _over(base[key], own[key])
    return merged


def _fault(profiles: tuple[AgencyProfile, ...]) -> str | None:
    try:
        Agencies(profiles)
    except (ValueError, re.error) as error:
        return f"is no regular expression: {error.__cause__}" if error.__cause__ else str(error)
    return None


def _faults(profile: AgencyProfile) -> Iterator[tuple[Place, str]]:
    """Which patterns of a profile don't compile."""
    for field in fields(profile):
        patterns = getattr(profile, field.name)
        for position, pattern in enumerate(patterns if isinstance(patterns, tuple) else ()):
            if fault := _fault_of(profile, **{field.name: (pattern,)}):
                yield (profile.key, field.name, position), fault
    for field in fields(profile.orders):
        for position, pattern in enumerate(getattr(profile.orders, field.name)):
            if fault := _fault_of(profile, orders=Orders(**{field.name: (pattern,)})):
                yield (profile.key, "orders", field.name, position), fault


def _fault_of(profile: AgencyProfile, **alone: Any) -> str | None:
    """What is wrong with a profile that has one pattern only."""
    return _fault((AgencyProfile(key=profile.key, name=profile.name, **alone),))
