"""What systemd hears of the daemon (sd_notify)."""

import os
import signal
import socket
import subprocess
from pathlib import Path

from tests.acceptance.site import PATIENCE, Installation


def test_ready_alive_reloading_and_stopping(tmp_path: Path) -> None:
    wire = Installation(tmp_path / "config", f"sqlite:///{tmp_path / 'wire.db'}")
    wire.configure({})
    wire.run("migrate")
    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(address))
        channel.settimeout(PATIENCE)
        environment = os.environ | {"NOTIFY_SOCKET": str(address), "WATCHDOG_USEC": "400000"}
        with subprocess.Popen(wire.command("run"), stderr=subprocess.DEVNULL, env=environment) as daemon:

            def heard(word: str) -> None:
                while not channel.recv(4096).decode().startswith(word):
                    pass

            heard("READY=1")
            heard("WATCHDOG=1")
            heard("WATCHDOG=1")
            daemon.send_signal(signal.SIGHUP)
            heard("RELOADING=1")
            heard("READY=1")
            daemon.send_signal(signal.SIGTERM)
            heard("STOPPING=1")
            assert daemon.wait(PATIENCE) == 0
