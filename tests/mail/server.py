"""A mail server that does what it is told to, for what a real one does too seldom."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field

from wire.fetch.mail.imap import Door
from wire.model import MailPlace

Script = Callable[["Talk"], None]


@dataclass
class Talk:
    """One connection."""

    connection: socket.socket
    lines: list[bytes] = field(default_factory=list)
    """What the client has sent."""

    def say(self, data: bytes) -> None:
        self.connection.sendall(data)

    def hear(self) -> tuple[bytes, bytes]:
        """The next command: tag, and the rest."""
        line = b""
        while not line.endswith(b"\n"):
            piece = self.connection.recv(1)
            if not piece:
                raise ConnectionError
            line += piece
        self.lines.append(line.strip())
        tag, _, rest = line.strip().partition(b" ")
        return tag, rest

    def answer(self, *before: bytes, word: bytes = b"OK done") -> bytes:
        """Hear a command, say these lines and that it is done; gives the command."""
        tag, rest = self.hear()
        for line in before:
            self.say(b"* " + line + b"\r\n")
        self.say(tag + b" " + word + b"\r\n")
        return rest

    def begin(self, able: bytes = b"IMAP4rev1 UIDPLUS MOVE IDLE") -> None:
        """Greet, let in, open a mailbox."""
        self.say(b"* OK here\r\n")
        self.answer(b"CAPABILITY " + able)
        self.answer()
        self.answer(b"CAPABILITY " + able)
        self.answer(b"3 EXISTS", b"OK [UIDVALIDITY 7] valid")

    def stay(self, seconds: float = 30.0) -> None:
        """Say nothing more until the client goes."""
        self.connection.settimeout(seconds)
        with suppress(OSError):
            while self.connection.recv(1_000):
                pass

    def drip(self, byte: bytes, seconds: float = 30.0) -> None:
        """Say next to nothing, for ever."""
        end = time.monotonic() + seconds
        with suppress(OSError):
            while time.monotonic() < end:
                self.say(byte)
                time.sleep(0.01)


@dataclass
class Server:
    """Where it listens, and what its clients have said."""

    port: int
    talks: list[Talk] = field(default_factory=list)

    def door(self, *, timeout: float = 5.0, clear: bool = True) -> Door:
        place = MailPlace(host="127.0.0.1", port=self.port, secure=False, user="desk", mailbox="INBOX")
        tls = ssl.create_default_context()
        return Door(place=place, user="desk", password="s3cret", tls=tls, private=True, clear=clear, timeout=timeout)


@contextmanager
def serving(*scripts: Script) -> Iterator[Server]:
    """A server that follows one script a connection, the last one for all that come after."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        server = Server(port=listener.getsockname()[1])
        thread = threading.Thread(target=_serve, args=(listener, server, scripts))
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def _serve(listener: socket.socket, server: Server, scripts: tuple[Script, ...]) -> None:
    threads: list[threading.Thread] = []
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            script = scripts[min(len(threads), len(scripts) - 1)]
            threads.append(threading.Thread(target=_follow, args=(connection, server, script)))
            threads[-1].start()
    for thread in threads:
        thread.join(10)


def _follow(connection: socket.socket, server: Server, script: Script) -> None:
    with closing(connection), suppress(OSError):
        talk = Talk(connection)
        server.talks.append(talk)
        script(talk)
