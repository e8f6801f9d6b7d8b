"""A connection to a mail server, as `imaplib` reads and writes it: dialled where the guard lets it, and bounded.

Law: what a server does costs the time and the memory that its caller has allowed: each step has a moment at which
it ends, however slowly bytes drip, and a number of bytes after which it ends, whatever was announced. Another
thread may `cut` it at any moment. Before TLS is up nothing is read ahead: what was slipped in there is never taken for
an answer that was protected (CVE-2011-0411 and its like).
"""

import imaplib
import socket
import ssl
import time
from contextlib import suppress

from wire.errors import SpoolError
from wire.fetch.failures import Failed
from wire.fetch.place import Denied
from wire.fetch.remote.dial import dial
from wire.model import Failure

PIECE = 65_536
"""Bytes that are read at once."""
GREETING = 65_536
"""Bytes that a server may send before it is asked anything, and in answer to what has no long answer."""


class Line(imaplib.IMAP4):
    """A connection, opened and greeted. Raises `Failed`; its commands raise what `imaplib` raises, and OSError."""

    sock: socket.socket

    def __init__(self, *, tls: ssl.SSLContext | None, private: bool, clear: bool = False) -> None:
        """Not opened yet, so that it can be `cut` while it is. `tls`: from the first byte on; None: later, or never."""
        self._tls, self._private, self._ahead = tls, private, clear or tls is not None
        self._buffer = bytearray()
        self._ended = False
        self.sock = socket.socket()  # stands for the one that is dialled

    def greet(self, host: str, port: int, timeout: float) -> None:
        """Dial, and hear the greeting."""
        self.sock.close()
        self.allow(timeout, GREETING)
        super().__init__(host, port)

    def allow(self, seconds: float, most: int) -> None:
        """Let the next step take so many seconds, and read so many bytes."""
        self._until, self._left = time.monotonic() + seconds, most

    @property
    def protected(self) -> bool:
        """Whether TLS is up."""
        return isinstance(self.sock, ssl.SSLSocket)

    def secure(self, tls: ssl.SSLContext) -> None:
        """Bring TLS up on a connection that began without (RFC 3501 §6.2.1). Raises what `imaplib` does."""
        self.starttls(tls)
        self._ahead = True
        for name in ("file", "_file"):  # imaplib's own, before and since Python 3.14: holds the socket open
            if held := self.__dict__.get(name):
                held.close()

    def cut(self) -> None:
        """End the connection, from whatever thread: what waits for it goes on at once, with an error."""
        self._ended = True
        with suppress(OSError, AttributeError):
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)  # TLS itself is the reading thread's

    # --- what imaplib asks of a connection (it documents these as its places to override) -------------------------

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:  # noqa: ARG002 - as imaplib
        """Dial."""
        self.host, self.port = host, port
        self._dial()
        if self._tls:
            try:
                self.sock.settimeout(self._seconds())
                self.sock = self._tls.wrap_socket(self.sock, server_hostname=host)
            except (OSError, ValueError):
                self.sock.close()
                raise

    def read(self, size: int) -> bytes:
        """So many bytes, or fewer where the connection has ended."""
        if size > self._left:
            raise Failed(Failure.TOO_LARGE, f"{self.host} sends more than was asked for: {size:,} bytes at once")
        while len(self._buffer) < size and self._more():
            pass
        return self._taken(size)

    def readline(self) -> bytes:
        """Up to the end of a line; empty: the connection has ended."""
        looked = 0
        while (end := self._buffer.find(b"\n", looked)) < 0:
            looked = len(self._buffer)
            if not self._more():
                return self._taken(looked)
        return self._taken(end + 1)

    def send(self, data: bytes) -> None:  # type: ignore[override]  # typeshed has Buffer; imaplib sends bytes
        """Send all of it."""
        self.sock.settimeout(self._seconds())
        self.sock.sendall(data)

    def shutdown(self) -> None:
        """Close the connection."""
        self._buffer.clear()
        with suppress(OSError):
            self.sock.close()

    # --- bytes ----------------------------------------------------------------------------------------------------

    def _more(self) -> bool:
        self.sock.settimeout(self._seconds())
        piece = self.sock.recv(PIECE if self._ahead or self.protected else 1)
        self._buffer += piece
        if len(self._buffer) > self._left:
            raise Failed(Failure.TOO_LARGE, f"{self.host} sends more than was asked for")
        return bool(piece)

    def _taken(self, size: int) -> bytes:
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        self._left -= len(data)
        return data

    def _seconds(self) -> float:
        """That are left. Raises TimeoutError, and ConnectionAbortedError once it is cut."""
        if self._ended:
            raise ConnectionAbortedError("we have ended the connection")
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _dial(self) -> None:
        seconds = self._seconds()
        try:
            self.sock = dial(self.host, self.port, timeout=seconds, allow_private=self._private, under_way=self._hold)
        except Denied as error:
            raise Failed(error.failure, str(error)) from None
        except SpoolError as error:
            raise Failed(Failure.CONNECT, str(error)) from None

    def _hold(self, sock: socket.socket) -> None:
        """A connection that is being made, so that it can be cut."""
        self.sock = sock
        self._seconds()
