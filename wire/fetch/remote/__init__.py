"""Folders on other machines as spools: files that are moved by renaming (SFTP, FTP), and objects in buckets (S3).

Law: what a server does costs its feed alone, and for a bounded time. It is named by address or key before anything is
told to it, and no message holds a secret.
"""

from wire.fetch.remote.choice import lacking, remote_place

__all__ = ["lacking", "remote_place"]
