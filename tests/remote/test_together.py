"""Several at once: processes on one folder, sessions on one connection."""

import threading

import anyio
import paramiko
import pytest

from tests.remote.far import FarBox
from tests.spools.box import LONG_AGO, NOW, headlines, looked
from wire.fetch.place import Settling
from wire.poll import Poller
from wire.store import Store


def test_two_who_take_from_one_folder_into_one_database_take_each_file_once(sqlite: Store, far: FarBox) -> None:
    """As `wire poll` beside the daemon: there are no locks on a server of files."""
    for number in range(60):
        far.put(f"{number:02}.xml", at=LONG_AGO + number)

    async def both() -> None:
        settings = far.settings(batch=7)
        async with (
            Poller(settings=settings, store=sqlite, clock=lambda: NOW) as one,
            Poller(settings=settings, store=sqlite, clock=lambda: NOW) as other,
            anyio.create_task_group() as group,
        ):
            group.start_soon(one.poll, [far.feed()])
            group.start_soon(other.poll, [far.feed()])

    anyio.run(both)
    looked(sqlite, far.feed(), chosen=far.settings())
    assert sorted(headlines(sqlite)) == [f"Item {number:02}.xml" for number in range(60)]
    assert len(far.names("done")) == 60
    assert far.names() == far.hidden() == []


@pytest.mark.parametrize("sessions", [1, 4, 40])
def test_what_is_read_and_moved_side_by_side_comes_as_it_was_asked_for(
    ssh_far: FarBox, monkeypatch: pytest.MonkeyPatch, sessions: int
) -> None:
    """Also where the server gives out fewer sessions than are wanted (here, as OpenSSH: ten)."""
    for number in range(100):
        ssh_far.put(f"{number:02}.xml", f"text {number}")
    begun = []
    kept = paramiko.Transport.open_session

    def counted(transport: paramiko.Transport, *given: object, **named: object) -> object:
        begun.append(transport)
        return kept(transport, *given, **named)

    monkeypatch.setattr(paramiko.Transport, "open_session", counted)
    monkeypatch.setattr("wire.fetch.remote.choice.SESSIONS", sessions)
    with ssh_far.opened() as place:
        files = place.waiting(lambda _: (), Settling(), 100).files
        together = threading.Barrier(min(sessions, 40))

        def read(number: int) -> None:
            together.wait()
            for file in files[number::sessions]:
                assert place.read(file) == f"text {int(file.name[:2])}".encode()
                assert place.put_away(file, None, NOW) == file.name

        threads = [threading.Thread(target=read, args=(number,)) for number in range(sessions)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(ssh_far.names("done")) == 100
    assert 1 <= len(begun) <= 11
