"""What `--help` prints is what was written: a name in brackets is no markup."""

import inspect
from importlib import import_module

import pytest
from rich.text import Text
from typer.models import ArgumentInfo, OptionInfo

from wire.cli import COMMANDS


def _told(command: str) -> list[str]:
    function = getattr(import_module(f"wire.cli.{command}"), command)
    notes = [
        each.help
        for parameter in inspect.signature(function).parameters.values()
        for each in getattr(parameter.annotation, "__metadata__", ())
        if isinstance(each, OptionInfo | ArgumentInfo) and each.help
    ]
    return [inspect.getdoc(function) or "", *notes]


@pytest.mark.parametrize("command", [each for each in COMMANDS if each != "feeds"])
def test_help_is_shown_as_it_was_written(command: str) -> None:
    for text in _told(command):
        assert Text.from_markup(text).plain == text.replace("\\[", "[")
