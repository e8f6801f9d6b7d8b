"""Files on a server that is reached by SSH (SFTP 3, draft-ietf-secsh-filexfer-02), through fsspec and paramiko.

Law: see `Far`. Who the server is, is settled before anybody logs in; no agent and no key of the user's that runs this
is ever asked. Names are bytes: what is no UTF-8 travels as surrogates.
"""

import errno
import io
import logging
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import paramiko
from fsspec.implementations.sftp import SFTPFileSystem
from paramiko import AuthenticationException, ChannelException, Message, PKey, SFTPClient, SFTPError, SSHException

from wire.access import Access
from wire.errors import SpoolError
from wire.fetch.place import Denied, text
from wire.fetch.remote.dial import dial
from wire.fetch.remote.hostkeys import KnownHosts
from wire.fetch.remote.patience import Patience
from wire.model import Feed, SpoolFile, place_of

PIECE = 32_768
"""Bytes that every server gives in one answer."""

logging.getLogger("paramiko").setLevel(logging.CRITICAL + 1)  # whatever it has to say, its errors say as well


_OF_A_FILE = (FileNotFoundError, FileExistsError, NotADirectoryError, PermissionError)


class _Text(Message):
    """An answer whose names may be any bytes."""

    def get_text(self) -> str:
        return text(self.get_string())


class _Session(SFTPClient):
    """Files, by the answers of the server."""

    def _read_response(self, waitfor: int | None = None) -> tuple[Any, Any]:
        kind, message = super()._read_response(waitfor)
        return kind, message and _Text(message.get_remainder())


class _Sessions:
    """Sessions on one connection. A server answers the requests of each in turn: several of them hide how far it is."""

    def __init__(self, transport: paramiko.Transport, first: _Session, most: int = 10) -> None:
        self._transport, self._free = transport, [first]
        self._made, self._most = 1, most
        self._turn = threading.Condition()

    @contextmanager
    def one(self, timeout: float) -> Iterator[_Session]:
        """One that nobody else uses."""
        session = self._taken(timeout)
        try:
            yield session
        finally:
            with self._turn:
                self._free.append(session)
                self._turn.notify()

    def _taken(self, timeout: float) -> _Session:
        with self._turn:
            if self._free or self._made == self._most:
                self._turn.wait_for(lambda: bool(self._free))
                return self._free.pop()
            self._made += 1
        try:
            return _begun(self._transport, timeout)
        except (SSHException, SFTPError, EOFError, OSError):  # there are servers that give out one, or few
            with self._turn:
                self._made -= 1
                self._most = self._made
                self._turn.wait_for(lambda: bool(self._free))
                return self._free.pop()


def _begun(transport: paramiko.Transport, timeout: float) -> _Session:
    session = _Session.from_transport(transport)
    if session is None:
        raise EOFError
    session.get_channel().settimeout(timeout)
    return session  # type: ignore[no-any-return]  # paramiko has no types


class _Files(SFTPFileSystem):
    """The file system of fsspec, with a session of our own."""

    cachable = False

    def _connect(self) -> None:
        self.client = paramiko.SSHClient()
        self.client.set_missing_host_key_policy(self.host_key_policy)
        self.client.connect(self.host, **self.ssh_kwargs)
        transport = self.client.get_transport()
        self.ftp = _begun(transport, self.ssh_kwargs["timeout"])
        self.sessions = _Sessions(transport, self.ftp)


class Sftp:
    """One login. `access`: what is shown to the server."""

    def __init__(self, feed: Feed, access: Access, timeout: float) -> None:
        place = place_of(feed.url)
        self._host, self._port, self._private = place.host, place.port, feed.allow_private
        self._access = access
        self.server = f"{place.host}:{place.port}"
        self._patience = Patience(self.server, timeout)
        self._socket: socket.socket | None = None
        self._files: _Files | None = None

    def connect(self) -> None:
        """Log in."""
        access, timeout = self._access, self._patience.timeout
        key = _key(access)
        policy = KnownHosts(access.known_hosts, self._host, self._port)
        backstop = 2 * timeout  # `step` ends what is slow before, and can tell what it was
        self._patience.begin(self._cut)
        with self._patience.step("connect"):
            sock = dial(
                *(self._host, self._port),
                timeout=timeout,
                allow_private=self._private,
                under_way=lambda sock: setattr(self, "_socket", sock),
            )
        try:
            with self._patience.step("log in"):
                self._files = _Files(
                    self._host,
                    host_key_policy=policy,
                    port=self._port,
                    sock=sock,
                    username=access.user,
                    password=access.password or None,
                    pkey=key,
                    timeout=backstop,
                    banner_timeout=backstop,
                    auth_timeout=backstop,
                    channel_timeout=backstop,
                    allow_agent=False,
                    look_for_keys=False,
                    disabled_algorithms={"keys": policy.unfit} if policy.unfit else None,
                )
        except SpoolError:
            self.close()
            raise
        except (SSHException, SFTPError, EOFError, OSError) as error:
            unwelcome = self._unwelcome(error, policy)
            self.close()
            raise unwelcome from None

    def _unwelcome(self, error: Exception, policy: KnownHosts) -> SpoolError:
        access = self._access
        said = access.hidden(str(error))
        if self._patience.overran():
            return self._patience.error("log in")
        if isinstance(error, AuthenticationException):
            means = [name for name in ("private_key", "password") if getattr(access, name)]
            return Denied(
                f"{self.server} does not let {access.user} in: {said.rstrip('.')}; look at user and "
                f"{' and '.join(means)}, and whether the server lets this user in in that way"
            )
        if "acceptable host key" in said:
            kinds = "shows no key of a kind that is in known_hosts"
            return Denied(
                f"{self.server} {kinds}: ask its owner for its keys; nothing was sent" if policy.unfit else said
            )
        if isinstance(error, TimeoutError) or "timeout" in said.lower() or "timed out" in said.lower():
            return self._patience.slow("log in")
        if isinstance(error, EOFError | ConnectionError | ChannelException) or said == "Channel closed.":
            return SpoolError(f"{self.server} hung up before it gave out files: it has no SFTP, or not for this user")
        return SpoolError(f"{self.server} can't be talked to by SFTP: {said or type(error).__name__}")

    def close(self) -> None:
        """Hang up."""
        self._patience.end()

    def _cut(self) -> None:
        if self._socket:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it is down

    # --- files ----------------------------------------------------------------------------------------------------

    def files(self, folder: bytes, wanted: Callable[[str], bool], odd: list[str]) -> Iterator[SpoolFile]:
        """The plain files in a folder: see `Far`."""
        with self._asked("list a folder") as session:
            listed = session.listdir_attr(folder)
        for each in listed:
            if not wanted(each.filename):
                continue
            if file := _file(each.filename, each):
                yield file
            elif not stat.S_ISDIR(each.st_mode or 0):
                odd.append(each.filename)

    def status(self, folder: bytes, name: bytes) -> SpoolFile | None:
        """A plain file as it stands; no link is followed."""
        with self._asked("look at a file") as session:
            try:
                return _file(text(name), session.lstat(folder + b"/" + name))
            except FileNotFoundError:
                return None

    def read(self, path: bytes, size: int) -> bytes:
        """The bytes of a file: see `Far`."""
        with self._asked("send a file", size) as session, session.open(path, "rb", bufsize=0) as file:
            if size > PIECE:  # many requests under way hide how far the server is
                file.prefetch(size, max_concurrent_requests=64)
            body = bytearray()
            while len(body) < size and (piece := file.read(min(PIECE, size - len(body)))):
                body += piece
            return bytes(body)

    def write(self, path: bytes, body: bytes) -> None:
        """A small file."""
        with self._asked("take a file") as session, session.open(path, "wb") as file:
            file.write(body)

    def rename(self, old: bytes, new: bytes) -> None:
        """Move a file; by the standard, and OpenSSH keeps to it, never over another one."""
        with self._asked("move a file") as session:
            try:
                session.rename(old, new)
            except (FileNotFoundError, PermissionError):
                raise
            except OSError as error:
                if _there(session, new):
                    raise FileExistsError(errno.EEXIST, "another file is there") from error
                raise

    def remove(self, path: bytes) -> None:
        """Remove a file."""
        with self._asked("remove a file") as session:
            session.remove(path)

    def make_folder(self, path: bytes) -> None:
        """Make a folder, unless there is one."""
        with self._asked("make a folder") as session:
            if not _there(session, path):
                session.mkdir(path, 0o770)
            elif not stat.S_ISDIR(session.stat(path).st_mode or 0):
                raise NotADirectoryError(errno.ENOTDIR, "a file is there, and no folder")

    @contextmanager
    def _asked(self, doing: str, size: int = 0) -> Iterator[SFTPClient]:
        if self._files is None:
            raise SpoolError(f"there is no connection to {self.server}")
        try:
            with self._patience.step(doing, size), self._files.sessions.one(self._patience.timeout) as session:
                yield session
        except (EOFError, SSHException, SFTPError, TimeoutError) as error:
            raise self._patience.lost(doing, error) from None
        except OSError as error:
            if not isinstance(error, _OF_A_FILE) and not self._alive():
                raise self._patience.lost(doing, error) from None
            raise

    def _alive(self) -> bool:
        transport = self._files and self._files.client.get_transport()
        return bool(transport and transport.is_active()) and not self._patience.ended


def _file(name: str, status: paramiko.SFTPAttributes) -> SpoolFile | None:
    if status.st_size is None or not stat.S_ISREG(status.st_mode or 0):
        return None
    return SpoolFile(name=name, size=status.st_size, modified=int(status.st_mtime or 0) * 10**9)


def _there(session: SFTPClient, path: bytes) -> bool:
    try:
        session.lstat(path)
    except FileNotFoundError:
        return False
    return True


def _key(access: Access) -> PKey | None:
    """The private key. Raises Denied; nothing of it is in the message."""
    if not access.private_key:
        return None
    kinds: tuple[type[PKey], ...] = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)
    for kind in kinds:
        try:
            return kind.from_private_key(io.StringIO(access.private_key + "\n"), access.passphrase or None)
        except paramiko.PasswordRequiredException:
            raise Denied("the private key is locked: point to its passphrase") from None
        except (SSHException, ValueError, TypeError, IndexError, UnicodeError):
            continue
    locked = ", or its passphrase is another" if access.passphrase else ""
    raise Denied(f"private_key leads to no key of SSH (Ed25519, ECDSA or RSA, in OpenSSH's form or PEM){locked}")
