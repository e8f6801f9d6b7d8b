"""Files on a server that speaks FTP (RFC 959, 3659), in the clear or over TLS (RFC 4217, explicit), through fsspec.

Law: see `Far`. Data connections go where the control connection went, whatever the server says. With `ftps` neither a
password nor a file travels before TLS is up. Names are bytes: here they are Latin-1, which is every byte for itself.
"""

import errno
import ftplib
import re
import socket
import ssl
from calendar import timegm
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from fsspec.implementations.ftp import FTPFileSystem

from wire.access import Access
from wire.errors import SpoolError
from wire.fetch.place import Denied, text
from wire.fetch.remote.dial import dial
from wire.fetch.remote.patience import Patience
from wire.model import Failure, Feed, SpoolFile, place_of

PIECE = 65_536
_LINE = "latin-1"
_STAMP = re.compile(r"(\d{14})(?:\.(\d{1,9}))?", re.ASCII)
"""A time, UTC (RFC 3659 §2.3)."""


class _Client(ftplib.FTP_TLS):
    """A client on a socket of ours; TLS only where it is asked for."""

    def __init__(self, host: str, timeout: float, context: ssl.SSLContext | None) -> None:
        super().__init__(timeout=timeout, encoding=_LINE, context=context)
        self.host = host
        self.data: socket.socket | None = None
        self._secure = context is not None

    def use(self, sock: socket.socket) -> None:
        """Begin, on a socket that is connected."""
        self.sock, self.af = sock, sock.family
        self.file = sock.makefile("r", encoding=self.encoding)
        self.welcome = self.getresp()

    def login(self, user: str = "", passwd: str = "", acct: str = "", secure: bool = True) -> str:
        """Log in, inside TLS where that is wanted."""
        return super().login(user, passwd, acct, secure=secure and self._secure)

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        """Open a data connection. Many servers want the TLS session of the control connection for it."""
        conn, size = ftplib.FTP.ntransfercmd(self, cmd, rest)  # noqa: S321 - TLS is laid over it, where it is wanted
        self.data = conn
        if isinstance(self.sock, ssl.SSLSocket):
            conn = self.context.wrap_socket(conn, server_hostname=self.host, session=self.sock.session)
            self.data = conn
        return conn, size


class _Files(FTPFileSystem):
    """The file system of fsspec, on a client of ours."""

    ftp = ftplib.FTP()  # noqa: S321 - until there is a connection

    def __init__(self, client: _Client, dialled: Callable[[], socket.socket], **options: object) -> None:
        self._client, self._dialled = client, dialled
        super().__init__(client.host, tls=False, use_listings_cache=False, skip_instance_cache=True, **options)

    def _connect(self) -> None:
        self.ftp = self._client
        self._client.use(self._dialled())
        self._client.login(*self.cred)
        if isinstance(self._client.sock, ssl.SSLSocket):
            self._client.prot_p()


class Ftp:
    """One login. `access`: what is shown to the server."""

    def __init__(self, feed: Feed, access: Access, timeout: float) -> None:
        self._place, self._feed, self._access = place_of(feed.url), feed, access
        self.server = f"{self._place.host}:{self._place.port}"
        self._patience = Patience(self.server, timeout)
        self._client: _Client | None = None
        self._socket: socket.socket | None = None
        self._files: FTPFileSystem | None = None
        self._home = "/"
        self._lists = False
        """Whether it knows MLSD and MLST (RFC 3659 §7)."""

    # --- login ----------------------------------------------------------------------------------------------------

    def connect(self) -> None:
        """Log in."""
        secure = self._place.scheme == "ftps"
        client = self._client = _Client(self._place.host, self._patience.timeout, self._context() if secure else None)
        self._patience.begin(self._cut)
        try:
            with self._patience.step("log in"):
                self._files = _Files(client, self._dial, username=self._access.user, password=self._access.password)
                self._home = client.pwd() if self._place.folder.startswith("/~") else "/"
                self._lists = _knows(client, "MLST")
        except SpoolError:
            self.close()
            raise
        except (ftplib.Error, OSError, EOFError, UnicodeError) as error:
            unwelcome = self._unwelcome(error)
            self.close()
            raise unwelcome from None

    def _dial(self) -> socket.socket:
        timeout, private = self._patience.timeout, self._feed.allow_private

        def under_way(sock: socket.socket) -> None:
            self._socket = sock

        return dial(self._place.host, self._place.port, timeout=timeout, allow_private=private, under_way=under_way)

    def _context(self) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=self._access.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise SpoolError(f"{self._access.ca_file} holds no certificates in PEM: {error.strerror}") from error
        if not self._feed.verify_tls:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context

    def _unwelcome(self, error: Exception) -> SpoolError:
        said = self._access.hidden(str(error))
        if self._patience.overran():
            return self._patience.error("log in")
        match error:
            case ssl.SSLCertVerificationError():
                why = f"{self.server} shows a certificate that does not hold: {error.verify_message}"
                made: SpoolError = Denied(f"{why}; ca_file names the file of who vouches for it", Failure.TLS)
            case ssl.SSLError():
                made = SpoolError(f"no secure connection to {self.server}: {error.reason or said}")
            case ftplib.error_perm() if said.startswith("53") and self._private():
                who = self._access.user or "anonymous"
                made = Denied(f"{self.server} does not let {who} in: {said}; look at user and password")
            case ftplib.error_perm() if not self._private():
                made = Denied(f"{self.server} offers no TLS: {said}; nobody has logged in", Failure.TLS)
            case ftplib.error_temp():
                made = SpoolError(f"{self.server} lets nobody in for the time being: {said}")
            case TimeoutError():
                made = self._patience.slow("log in")
            case ftplib.Error() | UnicodeError():
                made = SpoolError(f"{self.server} does not speak FTP: {said[:200]}")
            case _:
                made = SpoolError(f"{self.server} hung up before it let us in")
        return made

    def _private(self) -> bool:
        """Whether all is in place for a password to be sent."""
        return self._place.scheme == "ftp" or bool(self._client and isinstance(self._client.sock, ssl.SSLSocket))

    def close(self) -> None:
        """Hang up."""
        self._patience.end()
        if not self._patience.busy:
            self._release()

    def _release(self) -> None:
        """Give the sockets back, which no thread waits for."""
        if self._client:
            if self._client.data:
                self._client.data.close()
            self._client.close()
        if self._socket:
            self._socket.close()

    def _cut(self) -> None:
        for sock in (self._client and self._client.data, self._client and self._client.sock, self._socket):
            if sock:
                with suppress(OSError, ValueError):
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)

    # --- files ----------------------------------------------------------------------------------------------------

    def files(self, folder: bytes, wanted: Callable[[str], bool], odd: list[str]) -> Iterator[SpoolFile]:
        """The plain files in a folder: see `Far`. A server without MLSD is asked for the time of each."""
        with self._asked("list a folder", folder) as client:
            listed = self._files.ls(self._path(folder), detail=True) if self._files else []
        for each in listed:
            name = each["name"].rpartition("/")[2].encode(_LINE)
            if not wanted(text(name)) or each["type"] in {"directory", "cdir", "pdir"}:
                continue
            if each["type"] != "file":
                odd.append(text(name))
            elif self._lists and _STAMP.match(each.get("modify", "")):
                yield SpoolFile(name=text(name), size=each["size"], modified=_nanoseconds(each["modify"]))
            else:
                self._lists = False  # whatever it says that it knows: a file is to be told in one way
                with self._asked("look at a file", folder):
                    modified = _time(client, self._path(folder + b"/" + name))
                yield SpoolFile(name=text(name), size=int(each["size"]), modified=modified)

    def status(self, folder: bytes, name: bytes) -> SpoolFile | None:
        """A plain file as it stands."""
        with self._asked("look at a file") as client:
            found = self._status(client, self._path(folder + b"/" + name))
        return found and SpoolFile(name=text(name), size=found[0], modified=found[1])

    def _status(self, client: _Client, path: str) -> tuple[int, int] | None:
        """Size and time."""
        try:
            if not self._lists:
                client.voidcmd("TYPE I")  # else a size is not that of the bytes
                size = client.size(path)
                return None if size is None else (size, _time(client, path))
            said = client.sendcmd(f"MLST {path}").splitlines()[1]
        except ftplib.error_perm:
            return None
        facts = dict(each.lower().partition("=")[::2] for each in said.strip().partition(" ")[0].split(";"))
        if facts.get("type", "file") != "file":
            return None
        return int(facts.get("size", "0")), _nanoseconds(facts.get("modify", ""))

    def read(self, path: bytes, size: int) -> bytes:
        """The bytes of a file: see `Far`. One that is longer is broken off."""
        body, most = bytearray(), size + 1
        with self._asked("send a file", path, size=size) as client:
            client.voidcmd("TYPE I")
            with client.transfercmd(f"RETR {self._path(path)}") as data:
                while len(body) < most and (piece := data.recv(min(PIECE, most - len(body)))):
                    body += piece
                _part(data)
            self._ended(client, whole=len(body) < most)
        return bytes(body)

    def write(self, path: bytes, body: bytes) -> None:
        """A small file."""
        with self._asked("take a file", path) as client:
            client.voidcmd("TYPE I")
            with client.transfercmd(f"STOR {self._path(path)}") as data:
                data.sendall(body)
                _part(data)
            self._ended(client, whole=True)

    def _ended(self, client: _Client, *, whole: bool) -> None:
        """Hear how a transfer went; one that was broken off on our side went as it should."""
        client.data = None
        try:
            client.voidresp()
        except ftplib.Error:
            if whole:
                raise

    def rename(self, old: bytes, new: bytes) -> None:
        """Move a file; most servers put it in the place of what stands there."""
        with self._asked("move a file", old) as client:
            client.rename(self._path(old), self._path(new))

    def remove(self, path: bytes) -> None:
        """Remove a file."""
        with self._asked("remove a file", path) as client:
            client.delete(self._path(path))

    def make_folder(self, path: bytes) -> None:
        """Make a folder, unless there is one."""
        parent = path.rpartition(b"/")[0] or b"/"
        with self._asked("make a folder") as client:
            if _there(client, self._path(path)):
                return
            if not _there(client, self._path(parent)):
                raise FileNotFoundError(errno.ENOENT, "there is no such folder")
            if self._status(client, self._path(path)):
                raise FileExistsError(errno.EEXIST, "a file is there, and no folder")
            client.mkd(self._path(path))

    def _path(self, path: bytes) -> str:
        """A path as it is sent. Raises OSError: there are names that FTP has no words for."""
        if re.search(rb"[\r\n]", path):
            raise OSError(errno.EINVAL, "FTP knows no names with line breaks")
        found = path.decode(_LINE)
        return found if found.startswith("/") else f"{self._home.rstrip('/')}/{found.removeprefix('.').lstrip('/')}"

    # --- what goes wrong ------------------------------------------------------------------------------------------

    @contextmanager
    def _asked(self, doing: str, path: bytes = b"", *, size: int = 0) -> Iterator[_Client]:
        client = self._client
        if self._files is None or client is None:
            raise SpoolError(f"there is no connection to {self.server}")
        try:
            with self._patience.step(doing, size):
                yield client
        except ftplib.error_perm as error:
            raise self._refused(client, error, path) from None
        except ftplib.error_temp as error:
            if str(error).startswith(("45", "42")) and not str(error).startswith("421"):
                raise OSError(errno.EIO, self._access.hidden(str(error))) from None
            raise self._lost(doing, error) from None
        except (ftplib.Error, EOFError, UnicodeError, ValueError, IndexError) as error:
            raise self._lost(doing, error) from None
        except (FileNotFoundError, FileExistsError):
            raise
        except OSError as error:
            if error.errno == errno.EINVAL:
                raise
            raise self._lost(doing, error) from None
        finally:
            if self._patience.ended:
                self._release()

    def _refused(self, client: _Client, error: ftplib.error_perm, path: bytes) -> OSError:
        """What a refusal of the server's is; 550 is said of files that are not there, and of rights."""
        said = self._access.hidden(str(error))
        if not said.startswith("550"):
            return OSError(errno.EIO, said)
        with suppress(ftplib.Error, OSError, EOFError), self._patience.step("look at a file"):
            if path and self._status(client, self._path(path)) is None:
                return FileNotFoundError(errno.ENOENT, said)
        return PermissionError(errno.EACCES, said)

    def _lost(self, doing: str, error: Exception) -> SpoolError:
        """A connection that is no more, or of no use."""
        why = self._patience.lost(doing, error, self._access.hidden(str(error))[:200])
        self.close()
        return why


def _part(data: socket.socket) -> None:
    """End a data connection as TLS wants it; servers that don't are no reason to fail: the reply says how it went."""
    if isinstance(data, ssl.SSLSocket):
        with suppress(OSError, ValueError):
            data.unwrap()


def _there(client: _Client, folder: str) -> bool:
    here = client.pwd()
    try:
        client.cwd(folder)
    except ftplib.error_perm:
        return False
    client.cwd(here)
    return True


def _knows(client: _Client, what: str) -> bool:
    try:
        return any(line.strip().upper().startswith(what) for line in client.sendcmd("FEAT").splitlines())
    except ftplib.error_perm:
        return False


def _time(client: _Client, path: str) -> int:
    """Of the last change, in nanoseconds since 1970; 0: the server does not say."""
    try:
        return _nanoseconds(client.sendcmd(f"MDTM {path}")[4:])
    except ftplib.error_perm:
        return 0


def _nanoseconds(stamp: str) -> int:
    found = _STAMP.match(stamp.strip())
    if not found:
        return 0
    try:
        whole = timegm(datetime.strptime(found[1], "%Y%m%d%H%M%S").timetuple())  # noqa: DTZ007 - UTC, as timegm takes it
    except ValueError:
        return 0
    return whole * 10**9 + int((found[2] or "").ljust(9, "0"))
