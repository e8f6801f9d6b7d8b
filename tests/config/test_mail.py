"""Mailboxes as feeds: what operators write, and what they are told when it is wrong."""

from pathlib import Path

import pytest

from tests.config.test_load import Write, settings, told, write  # noqa: F401 - a fixture
from wire.config import Settings, load
from wire.model import MailPlace, mailbox_of
from wire.publish.opml import export

BOX = '[feeds.box]\nurl = "imaps://wire%40paper.test@mail.test/INBOX"\nsource = "Box"\npassword = { file = "secret" }\n'
PLAIN = BOX.replace("imaps", "imap")


def read(folder: Path) -> Settings:
    (folder / "secret").write_text("s3cret words\n")
    return load(folder, environ={})


def test_a_mailbox_is_a_feed_whose_secret_stands_elsewhere(write: Write) -> None:  # noqa: F811 - the fixture
    found = read(write(feeds='[defaults]\ntaken = "move"\nsettle = "9s"\n' + BOX))
    (feed,), access = found.feeds, found.access["box"]
    assert (feed.in_mailbox, feed.spooled, feed.in_folder, feed.afterwards) == (True, True, False, "move")
    assert (access.user, access.password) == ("wire@paper.test", "s3cret words")
    assert "s3cret" not in repr(found)
    assert "words" not in access.hidden("it says s3cret words")
    assert read(write(feeds=BOX)).feeds[0].afterwards == "keep"


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("imaps://a@m.test", ("m.test", 993, True, "a", "INBOX")),
        ("imaps://a@M.test/inbox", ("m.test", 993, True, "a", "INBOX")),
        ("imap://a%40b@m.test:1143/INBOX/Pr%C3%A9sse", ("m.test", 1143, False, "a@b", "INBOX/Présse")),
        ("imaps://m.test/x%3Fy%20z", ("m.test", 993, True, "", "x?y z")),
        ("imaps://a@[::1]/", ("::1", 993, True, "a", "INBOX")),
    ],
)
def test_where_a_mailbox_is(url: str, place: tuple[str, int, bool, str, str]) -> None:
    host, port, secure, user, mailbox = place
    assert mailbox_of(url) == MailPlace(host=host, port=port, secure=secure, user=user, mailbox=mailbox)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOX.replace("paper.test@", "paper.test:pw@"), "feeds.toml:2: feeds.box.url: carries a password"),
        (BOX.replace("wire%40paper.test@", ""), "feeds.toml:2: feeds.box.url: names nobody who logs in"),
        (BOX + 'user = "x"\n', "feeds.toml:5: feeds.box.user: stands in url as well"),
        (BOX.partition("password")[0], "feeds.toml:2: feeds.box.url: needs a password"),
        (BOX.replace("{ file", "{ env = 1, file"), "feeds.toml:4: feeds.box.password"),
        (BOX.replace('{ file = "secret" }', '"pw"'), "feeds.toml:4: feeds.box.password: a secret does not stand here"),
        (BOX.replace("mail.test/", "mail.test:x/"), "feeds.toml:2: feeds.box.url: has a port that is none"),
        (BOX.replace("INBOX", "INBOX?x"), "feeds.toml:2: feeds.box.url: holds more than a mailbox"),
        (BOX.replace("INBOX", "%ff"), "feeds.toml:2: feeds.box.url: is not UTF-8"),
        (BOX.replace("INBOX", "a%0d%0ab"), "feeds.toml:2: feeds.box.url: has a control character"),
        (BOX + 'order = "name"\n', "feeds.toml:5: feeds.box.order: says nothing of a mailbox"),
        (BOX + 'settle = "1s"\n', "feeds.toml:5: feeds.box.settle: says nothing of a mailbox"),
        (BOX + "adaptive = true\n", "feeds.toml:5: feeds.box.adaptive: says nothing of a mailbox, which is looked"),
        (BOX + "cleartext = true\n", "feeds.toml:5: feeds.box.cleartext: says nothing of imaps://"),
        (BOX + 'basic = { env = "X" }\n', "feeds.toml:5: feeds.box.basic: says nothing of imaps://"),
        (BOX + 'failed = "done"\n', "feeds.toml:5: feeds.box.failed: is the folder"),
        (BOX + 'ca_file = "none.pem"\n', "feeds.toml:5: feeds.box.ca_file: "),
        (
            BOX + BOX.replace("box", "two").replace("mail.test/INBOX", "MAIL.test:993/inbox"),
            "feeds.toml:6: feeds.two.url: is polled already by feeds.box on line 1",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(write: Write, text: str, said: str) -> None:  # noqa: F811 - the fixture
    folder = write(feeds=text)
    (folder / "secret").write_text("pw\n")
    problems = told(folder)
    assert any(each.startswith(said) for each in problems), problems


def test_mail_in_the_clear_is_said(write: Write) -> None:  # noqa: F811 - the fixture
    assert read(write(feeds=PLAIN + "cleartext = true\n")).feeds[0].cleartext


def test_a_mailbox_is_no_part_of_a_list_of_feeds(write: Write) -> None:  # noqa: F811 - the fixture
    found = settings(write(feeds=BOX.replace("[feeds.box]", "[feeds.box]\nenabled = false")))
    assert export(found.feeds).left_out == ("box",)
