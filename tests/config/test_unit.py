"""The systemd unit agrees with the program that it runs."""

from pathlib import Path

import pytest

from wire.config.values import quantity
from wire.policy import DaemonPolicy

UNIT = Path(__file__).parents[2] / "systemd" / "wire.service"

HARDENING = {
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "MemoryDenyWriteExecute": "yes",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
}


@pytest.fixture
def directives() -> dict[str, list[str]]:
    """Each directive with its values, in order."""
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text("utf-8").splitlines():
        if line and line[0] not in "#[":
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def test_a_stop_leaves_polls_their_time(directives: dict[str, list[str]]) -> None:
    assert float(directives["TimeoutStopSec"][0]) > DaemonPolicy().drain


def test_it_waits_for_the_daemon_and_watches_it(directives: dict[str, list[str]]) -> None:
    assert directives["Type"] == ["notify"]
    assert float(directives["WatchdogSec"][0]) >= 10
    assert (quantity(directives["TimeoutStartSec"][0], "s") or 0) >= 600


def test_wrong_config_is_not_tried_again_and_reload_is_sighup(directives: dict[str, list[str]]) -> None:
    assert directives["RestartPreventExitStatus"] == ["2"]
    assert directives["ExecReload"] == ["/bin/kill -HUP $MAINPID"]


def test_a_child_out_of_memory_does_not_stop_the_daemon(directives: dict[str, list[str]]) -> None:
    assert directives["OOMPolicy"] == ["continue"]


def test_it_stays_hardened(directives: dict[str, list[str]]) -> None:
    assert {name: directives[name][0] for name in HARDENING} == HARDENING


def test_the_drop_in_for_folders_opens_them_and_nothing_else() -> None:
    text = (UNIT.parent / "spool.conf").read_text("utf-8")
    said = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert said == ["[Service]", "ReadWritePaths=/var/spool/wire"]
    docs = (UNIT.parents[1] / "docs" / "spools.md").read_text("utf-8")
    assert "\n".join(said) in docs


def test_each_block_says_why() -> None:
    for section in UNIT.read_text("utf-8").split("\n[")[1:]:
        blocks = [block.splitlines() for block in section.partition("\n")[2].strip().split("\n\n")]
        silent = [block[0] for block in blocks if not any(line.startswith("# ") for line in block)]
        assert [name for name in silent if not name.startswith(("Description=", "WantedBy=", "Restart="))] == []
