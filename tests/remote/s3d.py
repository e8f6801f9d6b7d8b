"""A real server that speaks S3 (moto's) on loopback, in a process of its own.

Run by the tests as `python -m tests.remote.s3d [--keys]`; prints its port and two keys: with `--keys` no other is let
in, and the second one may only read.
"""

import argparse
import json
import logging
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from tests.remote.far import FarBox
from tests.spools.box import LONG_AGO, rss
from wire.access import Access
from wire.model import Feed

ID, SECRET = "AKIAINVENTEDFORTEST1", "an invented secret key, of no account"
BUCKET = "newsroom"


@dataclass(frozen=True, slots=True, kw_only=True)
class S3d:
    """A server, and keys that it knows: all may be done, or only reading."""

    port: int
    owner: tuple[str, str]
    reader: tuple[str, str]
    process: "subprocess.Popen[str]"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self) -> Any:
        """What a test does behind our back."""
        name, secret = self.owner
        config = Config(proxies={}, s3={"addressing_style": "path"})
        made = {"aws_access_key_id": name, "aws_secret_access_key": secret, "region_name": "us-east-1"}
        return boto3.client("s3", endpoint_url=self.url, config=config, **made)


@contextmanager
def s3d(*options: str) -> Iterator[S3d]:
    """Run a server with one bucket."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.remote.s3d", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        try:
            port, owner, reader = json.loads(process.stdout.readline())
            server = S3d(port=port, owner=tuple(owner), reader=tuple(reader), process=process)
            server.client().create_bucket(Bucket=BUCKET)
            yield server
        finally:
            process.kill()


@dataclass
class S3Box(FarBox):
    """A prefix in a bucket, and the feed that it is."""

    server: S3d | None = None
    client: Any = field(default=None, repr=False)
    prefix: str = "in/"

    def __post_init__(self) -> None:
        assert self.server
        self.client = self.server.client()
        self.url = f"s3://{BUCKET}/{self.prefix}".rstrip("/")
        name, secret = self.server.owner
        self.access = Access(origin="", user=name, password=secret, secrets=frozenset({secret}))

    def feed(self, **fields: Any) -> Feed:
        assert self.server
        return super().feed(**{"endpoint": self.server.url, "region": "us-east-1", "order": "name", **fields})

    def put(self, name: str | bytes, text: str | bytes | None = None, *, at: float = LONG_AGO) -> Path:  # noqa: ARG002 - as of files
        """An object; its time is when it was put there."""
        assert isinstance(name, str)
        body = rss((name, f"Item {name}")) if text is None else text
        self.client.put_object(Bucket=BUCKET, Key=self.prefix + name, Body=body)
        return Path(name)

    def get(self, name: str) -> str:
        found = self.client.get_object(Bucket=BUCKET, Key=self.prefix + name)
        return str(found["Body"].read().decode())

    def drop(self, name: str) -> None:
        self.client.delete_object(Bucket=BUCKET, Key=self.prefix + name)

    def names(self, folder: str = ".") -> list[str]:
        prefix = self.prefix if folder == "." else f"{self.prefix}{folder}/"
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix, Delimiter="/")
        return sorted(each["Key"][len(prefix) :] for page in pages for each in page.get("Contents", ()))

    def count(self, folder: str) -> int:
        return len(self.names(folder))

    def hidden(self) -> list[str]:
        return []


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--keys", action="store_true", help="let in only who shows a key that is known")
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - slow, and of this process alone

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    owner = reader = (ID, SECRET)
    if given.keys:
        owner, reader = _keys()
    print(json.dumps([server.get_host_and_port()[1], owner, reader]), flush=True)  # noqa: T201 - for who started it
    server._thread.join()  # type: ignore[union-attr]  # it was started


def _keys() -> Sequence[tuple[str, str]]:
    """Keys of two users; from now on no other is let in."""
    from moto import settings  # noqa: PLC0415
    from moto.core.authorization import ActionAuthenticatorMixin  # noqa: PLC0415
    from moto.iam.models import iam_backends  # noqa: PLC0415

    users = iam_backends["123456789012"]["aws"]
    found = []
    for name, actions in (("owner", ["s3:*"]), ("reader", ["s3:ListBucket", "s3:GetObject"])):
        users.create_user("us-east-1", name, "/", None)
        allowed = [{"Effect": "Allow", "Action": actions, "Resource": "*"}]
        users.put_user_policy(name, "all", json.dumps({"Version": "2012-10-17", "Statement": allowed}))
        key = users.create_access_key(name)
        found.append((key.access_key_id, key.secret_access_key))
    ActionAuthenticatorMixin.request_count = 0
    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
    return found


if __name__ == "__main__":
    main()
