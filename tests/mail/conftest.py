"""The mail server of a test session, and mailboxes that no other test has."""

from collections.abc import Iterator
from itertools import count

import pytest

from tests.mail import dovecot
from tests.mail.box import Post
from tests.mail.dovecot import Dovecot

_USERS = count()


@pytest.fixture(scope="session")
def imap_server() -> Iterator[Dovecot]:
    if not dovecot.BINARY:
        pytest.skip(dovecot.MISSING)
    with dovecot.running() as server:
        yield server


@pytest.fixture
def post(imap_server: Dovecot) -> Post:
    """The mailboxes of a user of this test alone."""
    return Post(server=imap_server, user=f"user{next(_USERS)}")
