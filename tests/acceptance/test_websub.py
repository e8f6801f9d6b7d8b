"""The daemon as a process, and a hub that pushes to it."""

import socket
from pathlib import Path

import anyio

from tests.acceptance.site import Installation
from tests.hub import hubbing, item
from tests.test_ingest import FROST, MOLE


def test_what_a_hub_pushes_to_the_daemon_is_delivered(tmp_path: Path, database_url: str) -> None:
    wire = Installation(tmp_path / "config", database_url)

    async def main() -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        async with hubbing() as hub:
            hub.items = [item("1", "Mole", MOLE)]
            wire.configure({"harbour": hub.topic}, interval=60)
            with (wire.folder / "wire.toml").open("a") as config:
                config.write(f'[listen]\naddress = "127.0.0.1:{port}"\n')
                config.write(f'[websub]\ncallback = "http://127.0.0.1:{port}/websub"\n')
            with anyio.fail_after(90), wire.daemon():
                while not hub.verified:  # noqa: ASYNC110 - another process is waited for
                    await anyio.sleep(0.1)
                assert await hub.push(hub.document(item("2", "Frost", FROST))) == 202
                while guids() != ["1", "2"]:  # noqa: ASYNC110 - the same
                    await anyio.sleep(0.1)
                assert hub.polled == 1

    def guids() -> list[str]:
        return sorted(guid for (guid,) in wire.query("SELECT guid FROM delivery_v1"))

    anyio.run(main)
    assert "subscribed until 20" in wire.run("feed", "harbour")
    assert "Traceback" not in wire.log()
    secrets = wire.query("SELECT token FROM subscription") + wire.query("SELECT secret FROM subscription")
    assert all(secret not in wire.log() for (secret,) in secrets)
