"""What servers of files do wrong, and what an operator is told: it costs the feed alone; nothing is lost or doubled."""

import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from socket import create_server

import anyio
import paramiko
import pytest

from tests.remote.conftest import Opens, ftp_box
from tests.remote.far import FarBox, Wall, listed
from tests.remote.ftpd import PASSWORD, READ, USER, Ftpd
from tests.remote.sshd import Sshd, keygen
from tests.spools.box import LONG_AGO, NOW, Box, headlines, looked, rss
from wire.errors import SpoolError
from wire.fetch.place import Denied
from wire.model import Failure, Health
from wire.poll import Poller
from wire.poll.outcomes import PollSummary
from wire.store import Store


def denied(far: FarBox, **knobs: object) -> Denied:
    """Why a place can't be opened."""
    with pytest.raises(Denied) as said, far.opened(**knobs):
        pass
    return said.value


# --- not let in -------------------------------------------------------------------------------------------------------


def test_a_wrong_password_is_said_and_asked_for_seldom(sqlite: Store, far: FarBox) -> None:
    far.access = replace(far.access, password="hunter2-hunter2", private_key="", secrets=frozenset({"hunter2-hunter2"}))
    far.put("a.xml")
    (summary,) = looked(sqlite, far.feed(), chosen=far.settings())
    assert (summary.outcome, summary.state.health) == ("access", Health.FAILING)
    assert "does not let" in (summary.message or "")
    assert "look at user and password" in (summary.message or "")
    assert "hunter2" not in repr(summary)
    (summary,) = looked(sqlite, far.feed(), chosen=far.settings(), clock=lambda: NOW + timedelta(minutes=5))
    assert (summary.state.next_poll_at or NOW) - NOW > timedelta(hours=1), "nobody is to be banned for it"
    assert far.names() == ["a.xml"]


def test_a_key_that_nobody_vouches_for_is_shown_and_refused(ssh_far: FarBox) -> None:
    ssh_far.access = replace(ssh_far.access, known_hosts=None)
    said = str(denied(ssh_far))
    assert "shows the ED25519 key SHA256:" in said
    assert "`[127.0.0.1]:" in said, "the line to be written"
    line = said.partition("`")[2].partition("`")[0]
    known = ssh_far.path / "known"
    known.write_text("# nobody\nother.example.com ssh-ed25519 AAAA\nbroken\n@revoked * ssh-rsa AAAA\n")
    ssh_far.access = replace(ssh_far.access, known_hosts=known)
    assert f"add to {known} the line `{line}`" in str(denied(ssh_far))
    known.write_text(line)
    with ssh_far.opened():
        pass
    hashed = paramiko.HostKeys.hash_host(line.split()[0])
    known.write_text(f"{hashed} {line.partition(' ')[2]}\n")
    with ssh_far.opened():
        pass


@pytest.mark.parametrize(
    ("kind", "words"), [("ed25519", "set up anew, or somebody stands"), ("rsa", "no key of a kind")]
)
def test_a_key_that_has_changed_is_refused(ssh_far: FarBox, tmp_path: Path, kind: str, words: str) -> None:
    other = keygen(tmp_path / "other", kind).with_suffix(".pub").read_text().split()
    host = ssh_far.url.rpartition("@")[2].partition("/")[0].replace("127.0.0.1", "[127.0.0.1]")
    (tmp_path / "known").write_text(f"{host} {other[0]} {other[1]}\n")
    ssh_far.access = replace(ssh_far.access, known_hosts=tmp_path / "known")
    assert words in str(denied(ssh_far))


def test_private_keys_of_all_kinds_locked_or_not(ssh_far: FarBox, ssh: Sshd, tmp_path: Path) -> None:
    before = (ssh.home / "authorized_keys").read_text()
    try:
        for kind in ("rsa", "ecdsa", "ed25519"):
            key = keygen(tmp_path / kind, kind, passphrase="open sesame")
            (ssh.home / "authorized_keys").write_text(before + key.with_suffix(".pub").read_text())
            ssh_far.access = replace(ssh_far.access, private_key=key.read_text(), passphrase="open sesame")
            with ssh_far.opened():
                pass
            ssh_far.access = replace(ssh_far.access, passphrase="")
            assert "is locked" in str(denied(ssh_far))
            ssh_far.access = replace(ssh_far.access, passphrase="wrong")
            assert "its passphrase is another" in str(denied(ssh_far))
    finally:
        (ssh.home / "authorized_keys").write_text(before)
    ssh_far.access = replace(ssh_far.access, private_key="no key at all", passphrase="")
    assert "leads to no key" in str(denied(ssh_far))
    ssh_far.access = replace(ssh_far.access, private_key=key.with_suffix(".pub").read_text())
    assert "leads to no key" in str(denied(ssh_far))


def test_a_certificate_that_does_not_hold_is_refused(ftps: Ftpd, root: Path, home: Path, tmp_path: Path) -> None:
    far = ftp_box(ftps.port, root / tmp_path.name, home, "ftps")
    far.access = replace(far.access, ca_file=None)
    error = denied(far)
    assert error.failure is Failure.TLS
    assert "ca_file" in str(error)
    with far.opened(verify_tls=False):
        pass
    far.access = replace(far.access, ca_file=home / "ca.pem")
    far.url = far.url.replace("127.0.0.1", "localhost.localdomain")
    (home / "broken.pem").write_text("no certificate")
    far.access = replace(far.access, ca_file=home / "broken.pem")
    with pytest.raises(SpoolError, match="holds no certificates"), far.opened():
        pass


def test_a_server_without_tls_is_told_nothing(ftp: Ftpd, root: Path, home: Path, tmp_path: Path) -> None:
    far = ftp_box(ftp.port, root / tmp_path.name, home, "ftps")
    error = denied(far)
    assert (error.failure, "offers no TLS" in str(error)) == (Failure.TLS, True)


def test_an_address_inside_is_refused_unless_it_is_meant(sqlite: Store, far: FarBox) -> None:
    feed = far.feed(allow_private=False)
    (summary,) = looked(sqlite, feed, chosen=far.settings(feed))
    assert (summary.outcome, "allow_private" in (summary.message or "")) == ("address", True)
    far.url = far.url.replace("127.0.0.1", "localhost")
    feed = far.feed(allow_private=False)
    (summary,) = looked(sqlite, feed, chosen=far.settings(feed))
    assert "localhost is at " in (summary.message or "")


class _Picky(paramiko.ServerInterface):
    """Lets one user in by a password, and gives out no files."""

    def get_allowed_auths(self, _username: str) -> str:
        return "password"

    def check_auth_password(self, username: str, password: str) -> int:
        right = (username, password) == (USER, PASSWORD)
        return int(paramiko.AUTH_SUCCESSFUL if right else paramiko.AUTH_FAILED)

    def check_channel_request(self, _kind: str, _chanid: int) -> int:
        return int(paramiko.OPEN_SUCCEEDED)


@pytest.fixture
def picky(tmp_path: Path) -> Iterator[FarBox]:
    """An SSH server that takes passwords, and has no SFTP."""
    key = paramiko.RSAKey.generate(2_048)
    with create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def serve() -> None:
            while True:
                try:
                    sock, _ = listener.accept()
                except OSError:
                    return
                transport = paramiko.Transport(sock)
                transport.add_server_key(key)
                transport.start_server(server=_Picky())
                served.append(transport)

        served: list[paramiko.Transport] = []
        threading.Thread(target=serve, daemon=True).start()
        (tmp_path / "known").write_text(f"[127.0.0.1]:{port} ssh-rsa {key.get_base64()}\n")
        far = FarBox(tmp_path / "in", url=f"sftp://127.0.0.1:{port}/in")
        far.access = replace(far.access, user=USER, password=PASSWORD, known_hosts=tmp_path / "known")
        yield far
        listener.shutdown(2)
        for transport in served:
            transport.close()


def test_a_password_lets_in_by_ssh_and_a_server_without_sftp_is_said(picky: FarBox) -> None:
    with pytest.raises(SpoolError, match="has no SFTP, or not for this user") as said, picky.opened():
        pass
    assert not isinstance(said.value, Denied)
    picky.access = replace(picky.access, password="not it")
    assert "does not let feeds in" in str(denied(picky))


# --- no server, or a slow one -----------------------------------------------------------------------------------------


def through(far: FarBox, wall: Wall) -> None:
    """Have a folder's server reached through a wall."""
    port = far.url.rpartition("@")[2].partition("/")[0].partition(":")[2]
    wall.server = int(port)
    far.url = far.url.replace(f":{port}/", f":{wall.port}/")
    if far.access.known_hosts:
        known = far.path / "known_hosts.through"
        known.write_text(far.access.known_hosts.read_text().replace(f":{port} ", f":{wall.port} "))
        far.access = replace(far.access, known_hosts=known)


def test_nobody_there_and_somebody_else_there(far: FarBox) -> None:
    port = far.url.rpartition("@")[2].partition("/")[0].partition(":")[2]
    with create_server(("127.0.0.1", 0)) as silent:
        free = silent.getsockname()[1]
        far.url = far.url.replace(f":{port}/", f":{free}/")
        began = time.monotonic()
        with pytest.raises(SpoolError, match="took longer than 1 s to log in"), far.opened(timeout=1.0):
            pass
        assert time.monotonic() - began < 4
    with pytest.raises(SpoolError, match="can't be connected to: Connection refused"), far.opened():
        pass


@pytest.mark.parametrize(
    "said",
    [b"HTTP/1.1 400 Bad Request\r\n\r\n", bytes(range(256)) * 300, b"220 ok\r\n" * 3, b""],
    ids=["http", "bytes", "half", "nothing"],
)
def test_who_answers_in_another_tongue_is_an_error_of_its_feed(far: FarBox, said: bytes) -> None:
    with create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            with suppress(OSError):
                sock, _ = listener.accept()
                with sock:
                    sock.sendall(said)

        threading.Thread(target=answer, daemon=True).start()
        port = far.url.rpartition("@")[2].partition("/")[0].partition(":")[2]
        far.url = far.url.replace(f":{port}/", f":{listener.getsockname()[1]}/")
        with pytest.raises(SpoolError), far.opened(timeout=2.0):
            pass


def test_a_name_that_is_not_known(far: FarBox) -> None:
    far.url = far.url.replace("127.0.0.1", "nowhere.invalid")
    with pytest.raises(SpoolError, match=r"nowhere\.invalid"), far.opened():
        pass


def look_both(store: Store, far: FarBox, box: Box, timeout: float = 1.0) -> list[PollSummary]:
    """A look into a folder on a server and into one here, side by side."""
    settings = far.settings(far.feed(), box.feed(), timeout=timeout)
    return looked(store, *settings.feeds, chosen=settings)


@pytest.mark.parametrize("scheme", ["sftp", "ftp", "ftps"])
def test_a_server_that_falls_silent_in_the_middle_of_a_file_costs_its_feed_alone(
    sqlite: Store, tmp_path: Path, opens: Opens, scheme: str, ssh: Sshd
) -> None:
    box = Box(tmp_path / "here", key="here")
    box.put("here.xml")
    with opens(scheme, *(["--hang"] if scheme != "sftp" else [])) as far, Wall(server=0).standing() as wall:
        far.put("a.xml", rss(*((str(number), f"Item {number}") for number in range(500))))
        if scheme == "sftp":
            through(far, wall)
            wall.silent_after = 30_000
        began = time.monotonic()
        there, here = look_both(sqlite, far, box)
        assert time.monotonic() - began < 15
        assert (there.outcome, here.outcome) == ("spool", "ok")
        assert "took longer than" in (there.message or "")
        assert "to send a file: given up" in (there.message or "")
        assert far.names() == ["a.xml"] + ["known_hosts.through"] * (scheme == "sftp")


@pytest.mark.parametrize("scheme", ["sftp", "ftp", "ftps"])
def test_a_connection_that_breaks_off_in_the_middle_of_a_file_loses_and_doubles_nothing(
    sqlite: Store, tmp_path: Path, opens: Opens, scheme: str
) -> None:
    with opens(scheme, *(["--cut"] if scheme != "sftp" else [])) as far, Wall(server=0).standing() as wall:
        far.put("a.xml", rss(*((str(number), f"Item {number}") for number in range(300))))
        if scheme == "sftp":
            through(far, wall)
            wall.cut_after = 30_000
        (summary,) = looked(sqlite, far.feed(), chosen=far.settings())
        assert (summary.outcome, summary.tally.new) == ("spool", 0)
        assert "broke the connection off" in (summary.message or "")
        wall.cut_after = float("inf")
        if scheme == "sftp":
            (summary,) = looked(sqlite, far.feed(), chosen=far.settings())
            assert (summary.outcome, summary.tally.new) == ("ok", 300)
    if scheme != "sftp":
        with opens(scheme) as far:
            (summary,) = looked(sqlite, far.feed(), chosen=far.settings())
            assert (summary.outcome, summary.tally.new) == ("ok", 300)


def test_whoever_has_to_stop_does_not_wait_for_a_server(sqlite: Store, opens: Opens) -> None:
    """As Ctrl-C, and as a second SIGTERM to the daemon."""
    with opens("ftp", "--hang") as far:
        far.put("a.xml", "x" * 1_000)

        async def stopped() -> float:
            async with Poller(settings=far.settings(timeout=60.0), store=sqlite, clock=lambda: NOW) as poller:
                with anyio.move_on_after(1.0):
                    await poller.poll([far.feed()])
                return anyio.current_time()

        began = time.monotonic()
        anyio.run(stopped)
        assert time.monotonic() - began < 10
        while any(thread.name == "remote spool" for thread in threading.enumerate()):  # its own end
            assert time.monotonic() - began < 15
            time.sleep(0.05)


# --- the folder -------------------------------------------------------------------------------------------------------


def test_a_folder_that_is_not_there_is_said(sqlite: Store, far: FarBox) -> None:
    shutil.rmtree(far.path)
    for feed in (far.feed(), far.feed(taken="keep")):
        (summary,) = looked(sqlite, feed, chosen=far.settings(feed))
        assert summary.outcome == "spool"
        assert "there is no folder" in (summary.message or "")


def test_without_the_right_to_write_there_is_a_word_of_what_to_do(sqlite: Store, opens: Opens) -> None:
    for scheme, knobs in (("sftp", {"command": "internal-sftp -R"}), ("ftp", {"permissions": READ})):
        with opens(scheme, **knobs) as far:
            far.put("a.xml", rss((scheme, scheme)))
            (summary,) = looked(sqlite, far.feed(), chosen=far.settings())
            assert (summary.outcome, summary.tally.new) == ("spool", 0)
            assert 'taken = "keep"' in (summary.message or "")
            kept = far.feed(taken="keep")
            (summary,) = looked(sqlite, kept, chosen=far.settings(kept))
            assert (summary.outcome, summary.tally.new) == ("ok", 1)


def test_without_the_right_to_move_files_are_taken_once_and_put_away_when_it_comes(sqlite: Store, opens: Opens) -> None:
    with opens("ftp", permissions="elradmwMT") as far:
        far.put("a.xml")
        for at in (NOW + timedelta(minutes=minutes) for minutes in (0, 5, 10)):
            (summary,) = looked(
                sqlite, far.feed(), chosen=far.settings(), clock=partial(datetime.fromtimestamp, at.timestamp(), UTC)
            )
            assert "a.xml can't be put away: the server does not let this user" in (summary.message or "")
            assert summary.outcome == "spool"
            wait = (summary.state.next_poll_at or NOW) - (summary.state.last_polled_at or NOW)
            assert wait == timedelta(minutes=5), "what comes is taken meanwhile"
        assert headlines(sqlite) == ["Item a.xml"]
    with opens("ftp") as far:
        (summary,) = looked(sqlite, far.feed(), chosen=far.settings())
        assert (summary.failed, far.names("done"), headlines(sqlite)) == (False, ["a.xml"], ["Item a.xml"])


def test_a_file_that_may_not_be_read_holds_nobody_up(sqlite: Store, far: FarBox) -> None:
    if os.geteuid() == 0 or far.url.startswith("sftp"):
        (far.path / "a.xml").symlink_to(far.path / "nowhere")  # whoever may read all may not read what is not there
    else:
        far.put("a.xml").chmod(0)
    far.put("b.xml")
    looked(sqlite, far.feed(), chosen=far.settings())
    assert headlines(sqlite) == ["Item b.xml"]


def test_what_is_missing_here_is_named_with_the_extra_that_brings_it(
    sqlite: Store, far: FarBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheme = far.url.partition(":")[0]
    for name in [
        each for each in sys.modules if each.startswith("wire.fetch.remote.") and each.endswith(("ftp", "bucket"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    for name in [each for each in sys.modules if each.partition(".")[0] in {"paramiko", "fsspec"}]:
        monkeypatch.setitem(sys.modules, name, None)
    (summary,) = looked(sqlite, far.feed(), chosen=far.settings())
    assert summary.outcome == "spool"
    extra = {"sftp": "sftp"}.get(scheme, "ftp")
    assert f"which is not installed: pip install 'presswire[{extra}]'" in (summary.message or "")


def test_a_thousand_files_that_cannot_be_put_away_are_one_message(sqlite: Store, far: FarBox) -> None:
    for number in range(30):
        far.put(f"{number:02}.xml", at=LONG_AGO + number)
    (far.path / "done").write_text("no folder")
    (summary,) = looked(sqlite, far.feed(), chosen=far.settings())
    assert "(and 29 more)" in (summary.message or "")
    assert (len(far.names()), far.hidden(), len(headlines(sqlite))) == (31, [], 30)
    (far.path / "done").unlink()
    (summary,) = looked(sqlite, far.feed(), chosen=far.settings())
    assert (summary.failed, len(far.names("done")), len(headlines(sqlite))) == (False, 30, 30)


def test_nothing_is_listed_of_a_closed_place(far: FarBox) -> None:
    with far.opened() as place:
        place.close()
        with pytest.raises(SpoolError):
            listed(place)
    place = far.place()
    place.close()
    with pytest.raises(SpoolError, match="closed"):
        place.open()
