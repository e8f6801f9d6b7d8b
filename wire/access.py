"""What a publisher or a proxy wants to see before it lets a feed through: credentials, headers, query, proxy.

Law: a `Feed` says where a secret stands (`Secret`), and never what it is. Only `Access` holds that: it belongs to one
origin, is part of no record that is stored or shown, has no secret in its repr, and can't be pickled, so that it never
reaches the children that read what strangers sent.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote, quote_plus, unquote, unquote_plus, urlsplit

PORTS = {"http": 80, "https": 443, "sftp": 22, "ftp": 21, "ftps": 21}
SHORT = 4
"""Characters; a secret that is shorter stands in many a text by chance, and is not looked for there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """Where a secret stands: an environment variable, or a file whose path counts from the config folder."""

    env: str | None = None
    file: str | None = None

    def __post_init__(self) -> None:
        if bool(self.env) == bool(self.file):
            raise ValueError('should be { env = "NAME" } or { file = "PATH" }')


def origin_of(url: str) -> str:
    """Scheme, host and port of a URL (RFC 6454 §4), as text to be compared; empty where it has none."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    return f"{parts.scheme}://{host}:{port or PORTS.get(parts.scheme, 0)}" if host else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What goes with the requests of one feed, secrets included."""

    origin: str
    """Of the feed's own URL, as `origin_of` has it: headers and query go nowhere else."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    proxy: str | None = field(default=None, repr=False)
    """URL, with user and password where it wants them."""
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    private_key: str = field(default="", repr=False)
    """Text of the file."""
    passphrase: str = field(default="", repr=False)
    known_hosts: Path | None = None
    ca_file: Path | None = None
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    """What must not be seen."""

    @property
    def unshown(self) -> "Access":
        """The same for requests that shall show nothing: the proxy alone."""
        return replace(self, origin="", headers=(), query=())

    def __reduce__(self) -> NoReturn:
        raise TypeError("an Access holds secrets, and stays in the process that read them")

    def hidden(self, text: str) -> str:
        """The text with every secret in it blotted out, also where it stands percent-encoded."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            if len(secret) < SHORT:
                continue
            for spelled in (secret, quote(secret, safe=""), quote(secret), quote_plus(secret)):
                text = text.replace(spelled, "…")
            if secret in unquote(text) or secret in unquote_plus(text):
                return "…"  # spelled in a way of its own
        return text
