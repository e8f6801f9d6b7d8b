"""Mailboxes: their servers' protocol (`imap`, on a `line`), one as a place of waiting messages, being told of mail.

Law: what a mail server does costs its feed alone, and for a bounded time and memory. Nothing is sent to it before it is
known by its address and, but where an operator says otherwise, by its certificate; no message holds a secret.
"""

from wire.fetch.mail.choice import door_of, mailbox_place
from wire.fetch.mail.imap import Door

__all__ = ["Door", "door_of", "mailbox_place"]
