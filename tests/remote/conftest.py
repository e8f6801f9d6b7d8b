"""Servers of files on loopback: one of each kind for a whole run, and a folder of its own for each test."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.remote.far import FarBox
from tests.remote.ftpd import PASSWORD, USER, Ftpd, ftpd
from tests.remote.s3d import S3Box, S3d, s3d
from tests.remote.sshd import Sshd, sshd
from wire.access import Access
from wire.policy import StorePolicy
from wire.store import Store

Opens = Callable[..., AbstractContextManager[FarBox]]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where certificates and keys of servers are."""
    path = tmp_path_factory.mktemp("servers")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(path / "ca.pem"))
    authority.issue_cert("127.0.0.1", "localhost").private_key_and_cert_chain_pem.write_to_path(
        str(path / "server.pem")
    )
    assert ssl.create_default_context(cafile=path / "ca.pem")
    return path


@pytest.fixture(scope="session")
def ssh(home: Path) -> Iterator[Sshd]:
    with sshd(home / "ssh") as server:
        yield server


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the FTP servers give out."""
    return tmp_path_factory.mktemp("ftp")


@pytest.fixture(scope="session")
def ftp(root: Path) -> Iterator[Ftpd]:
    with ftpd(root) as server:
        yield server


@pytest.fixture(scope="session")
def ftps(root: Path, home: Path) -> Iterator[Ftpd]:
    with ftpd(root, tls=home / "server.pem") as server:
        yield server


@pytest.fixture(scope="session")
def old_ftp(root: Path) -> Iterator[Ftpd]:
    """One that knows neither MLSD nor MLST, as vsftpd."""
    with ftpd(root, "--old") as server:
        yield server


@pytest.fixture(scope="session")
def s3() -> Iterator[S3d]:
    with s3d() as server:
        yield server


@pytest.fixture
def bucket(s3: S3d, tmp_path: Path) -> S3Box:
    """A prefix of its own."""
    return S3Box(tmp_path, server=s3, prefix=f"{tmp_path.name}/in/")


def ssh_box(server: Sshd, path: Path) -> FarBox:
    """A folder that an SSH server gives out."""
    access = Access(
        origin="", user=server.user, private_key=server.private_key.read_text(), known_hosts=server.known_hosts
    )
    return FarBox(path, url=f"sftp://{server.user}@127.0.0.1:{server.port}{path}", access=access)


def ftp_box(port: int, path: Path, home: Path, scheme: str = "ftp") -> FarBox:
    """A folder right below the root of an FTP server."""
    access = Access(origin="", user=USER, password=PASSWORD, ca_file=home / "ca.pem", secrets=frozenset({PASSWORD}))
    return FarBox(path, url=f"{scheme}://{USER}@127.0.0.1:{port}/{path.name}", access=access)


@pytest.fixture(params=["sftp", "ftp", "old_ftp", "ftps"])
def far(request: pytest.FixtureRequest, tmp_path: Path, home: Path, root: Path) -> FarBox:
    """A folder on a server of each kind."""
    if request.param == "sftp":
        return ssh_box(request.getfixturevalue("ssh"), tmp_path / "incoming")
    server: Ftpd = request.getfixturevalue(request.param)
    path = root / f"{request.param}-{tmp_path.name}"
    return ftp_box(server.port, path, home, "ftps" if request.param == "ftps" else "ftp")


@pytest.fixture
def sqlite(tmp_path: Path, sqlite_template: Path) -> Iterator[Store]:
    """A database: what differs between two kinds of them is tested with folders of this machine."""
    path = tmp_path / "wire.db"
    path.write_bytes(sqlite_template.read_bytes())
    with Store.open(StorePolicy(url=f"sqlite:///{path}")) as store:
        yield store


@pytest.fixture
def opens(tmp_path: Path, root: Path, home: Path) -> Opens:
    """A server of a test's own, with what it is to do wrong, and a folder on it."""

    @contextmanager
    def opened(scheme: str, *options: str, **knobs: Any) -> Iterator[FarBox]:
        with ExitStack() as stack:
            if scheme == "sftp":
                yield ssh_box(stack.enter_context(sshd(home / "ssh", **knobs)), tmp_path / "own")
            else:
                tls = home / "server.pem" if scheme == "ftps" else None
                server = stack.enter_context(ftpd(tmp_path, *options, tls=tls, **knobs))
                yield ftp_box(server.port, tmp_path / "own", home, scheme)

    return opened


@pytest.fixture
def ssh_far(ssh: Sshd, tmp_path: Path) -> FarBox:
    """A folder on an SSH server."""
    return ssh_box(ssh, tmp_path / "incoming")
