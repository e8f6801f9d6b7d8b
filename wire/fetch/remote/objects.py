"""Requests to an object store (S3, and stores that speak as it does), through fsspec's s3fs.

Law: every request has an end, and runs in fsspec's loop; what it raises is a SpoolError, or an `Answer` of one object.
The address that is dialled is judged as that of every feed; no proxy of the environment is asked.
"""

import asyncio
import concurrent.futures
import socket
import threading
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

import aiohttp
from aiobotocore.session import AioSession
from s3fs import S3FileSystem

from wire.access import Access
from wire.errors import SpoolError
from wire.fetch.guard import Refused, public_socket
from wire.fetch.place import Denied
from wire.fetch.remote.answers import answer
from wire.fetch.remote.patience import SLOWEST
from wire.model import Failure, Feed, place_of

AT_ONCE = 8
"""Requests under way side by side."""
T = TypeVar("T")


@lru_cache(maxsize=1)
def _session() -> AioSession:
    """What all clients share: descriptions of the service, which take long to read."""
    return AioSession()


class Objects:
    """One bucket, and one key that is shown to its store; used by several threads, closed by any."""

    def __init__(self, feed: Feed, access: Access, timeout: float) -> None:
        self._feed, self._access, self._timeout = feed, access, timeout
        self._bucket = place_of(feed.url).host
        at = f" at {urlsplit(feed.endpoint).netloc}" if feed.endpoint else ""
        self.server = f"the bucket {self._bucket}{at}"
        self._files: S3FileSystem | None = None
        self._closed = False
        self._inside: Refused | None = None
        """The address that was refused last."""
        self._under_way: set[concurrent.futures.Future[Any]] = set()
        self._lock = threading.Lock()

    def connect(self) -> None:
        """Make a client; nothing is asked yet."""
        access, feed = self._access, self._feed
        verify: bool | str = feed.verify_tls if access.ca_file is None else str(access.ca_file)
        endpoint = {"endpoint_url": feed.endpoint} if feed.endpoint else {}
        region = {"region_name": feed.region} if feed.region else {}
        self._files = S3FileSystem(
            key=access.user or None,
            secret=access.password or None,
            session=_session(),
            client_kwargs={"verify": verify if feed.verify_tls else False, **region, **endpoint},
            config_kwargs={
                "connect_timeout": self._timeout,
                "read_timeout": self._timeout,
                "retries": {"max_attempts": 1},
                "max_pool_connections": AT_ONCE,
                "proxies": {},
                "ignore_configured_endpoint_urls": True,
                "s3": {"addressing_style": "path" if feed.endpoint else "auto"},
                "connector_args": {} if feed.allow_private else {"socket_factory": self._socket},
            },
            skip_instance_cache=True,
            use_listings_cache=False,
        )
        self._files.retries = 1

    def _socket(self, info: aiohttp.AddrInfoType) -> socket.socket:
        try:
            return public_socket(info)
        except Refused as refused:
            self._inside = refused
            raise

    def close(self) -> None:
        """Give up what is under way, and hang up."""
        with self._lock:
            self._closed = True
            under_way = list(self._under_way)
        for each in under_way:
            each.cancel()
        files = self._files
        if files is not None and getattr(files, "_s3creator", None) is not None:
            with suppress(RuntimeError):  # the loop has ended
                asyncio.run_coroutine_threadsafe(_hang_up(files), files.loop)

    def ask(self, doing: str, method: str, **given: Any) -> dict[str, Any]:
        """Ask for something, in words that follow "to", by a method of the S3 API. Raises SpoolError, Answer."""
        files = self._opened()

        async def asked() -> dict[str, Any]:
            found: dict[str, Any] = await files._call_s3(method, Bucket=self._bucket, **given)
            return found

        return self._run(doing, asked)

    def _opened(self) -> S3FileSystem:
        if self._files is None:
            raise SpoolError(f"{self.server} is not open")
        return self._files

    def _run(self, doing: str, asked: Callable[[], Awaitable[T]], size: int = 0) -> T:
        """Wait for an answer. Raises what `answer` makes of a refusal."""
        limit = self._timeout + size / SLOWEST

        async def limited() -> T:
            return await asyncio.wait_for(asked(), limit)

        work: Coroutine[Any, Any, T] = limited()
        with self._lock:
            if self._closed:
                work.close()
                raise SpoolError(f"the connection to {self.server} was closed, when {doing}")
            future = asyncio.run_coroutine_threadsafe(work, self._opened().loop)
            self._under_way.add(future)
        try:
            return future.result()
        except concurrent.futures.CancelledError:
            raise SpoolError(f"the connection to {self.server} was closed, when asked to {doing}") from None
        except TimeoutError:
            raise SpoolError(f"{self.server} took longer than {limit:.0f} s to {doing}: given up") from None
        except Exception as error:  # noqa: BLE001 - s3fs hands on whatever botocore and aiohttp raise; `answer` knows it
            if self._inside:
                raise self._refused_address(self._inside) from None
            raise answer(error, self.server, doing, self._access) from None
        finally:
            with self._lock:
                self._under_way.discard(future)

    def _refused_address(self, inside: Refused) -> Denied:
        advice = "nothing was sent; allow_private = true lets this feed go there"
        return Denied(f"{self.server} is at {inside.address}, which is {inside.why}: {advice}", Failure.ADDRESS)

    def read(self, key: str, tag: str, most: int) -> bytes:
        """The first `most` bytes of an object, if it still has that ETag. Raises SpoolError, Answer."""
        files = self._opened()

        async def read() -> bytes:
            found = await files._call_s3("get_object", Bucket=self._bucket, Key=key, IfMatch=f'"{tag}"')
            async with found["Body"] as stream:
                body = bytearray()
                while len(body) < most and (piece := await stream.read(most - len(body))):
                    body += piece
                return bytes(body)

        return self._run("send an object", read, most)


async def _hang_up(files: S3FileSystem) -> None:
    await files._s3creator.__aexit__(None, None, None)
