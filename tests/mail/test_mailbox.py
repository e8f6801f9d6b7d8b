"""A mailbox as a place where messages wait."""

from datetime import UTC, datetime

from tests.mail.box import Post, message
from tests.mail.server import Script, Talk, serving
from wire.fetch.mail.mailbox import WHOLE, Mailbox, Memory
from wire.fetch.place import Left, Refused, Settling, Waiting
from wire.model import Feed

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def wait(place: Mailbox, *known: str, settling: Settling | None = None, limit: int = 10_000) -> Waiting:
    return place.waiting(lambda _: set(known), settling or Settling(), limit)


def names(waiting: Waiting) -> list[str]:
    return [file.name for file in waiting.files]


def test_messages_wait_in_order_of_their_numbers(post: Post) -> None:
    post.put(*(message(f"Item {number}") for number in range(5)))
    with post.place() as place:
        assert names(wait(place, "2")) == ["1", "3", "4", "5"]
        some = wait(place, limit=2)
        assert (names(some), some.more) == (["1", "2"], 3)
        bodies = [place.read(file) for file in some.files]
    assert bodies == [message("Item 0"), message("Item 1")]
    assert not [flags for flags in post.flags() if "Seen" in flags]


def test_a_message_that_is_too_large_is_never_asked_for(post: Post) -> None:
    post.put(message("Item 1"), message("Item 2", body="x" * 3_000), message("Item 3"))
    with post.place(max_bytes=2_000) as place:
        found = [place.read(file) for file in wait(place).files]
    assert found[0::2] == [message("Item 1"), message("Item 3")]
    assert isinstance(found[1], Refused)
    assert found[1].reason.startswith("a file of 3,")


def test_what_was_taken_moves_and_says_where_it_is(post: Post) -> None:
    post.put(message("Item 1"), message("Item 2 is longer"))
    with post.place(taken="move") as place:
        one, two = wait(place).files
        stored = place.put_away(one, None, NOW)
        assert place.put_away(two, "it is no news", NOW)
        assert stored
        assert names(wait(place)) == []
        assert place.put_away(one, None, NOW) is None  # it is there no more
    assert (post.subjects("INBOX/done"), post.subjects("INBOX/failed")) == (["Item 1"], ["Item 2 is longer"])
    with post.place(taken="move") as place:
        place.remove(stored, two, failed=False)  # another size
        assert post.subjects("INBOX/done") == ["Item 1"]
        place.remove(stored, one, failed=False)
        assert names(wait(place)) == []
    assert post.subjects("INBOX/done") == []


def test_a_number_of_another_validity_means_nothing(post: Post) -> None:
    post.make("Wire")
    post.put(message("Item 1"), mailbox="Wire")
    with post.place("Wire", taken="move") as place:
        (one,) = wait(place).files
    post.make("Wire")
    post.put(message("Another"), mailbox="Wire")
    with post.place("Wire", taken="move") as place:
        (other,) = wait(place).files
        assert (other.name, other.tag == one.tag) == (one.name, False)
        assert not place.stands(one)
        assert place.put_away(one, None, NOW) is None
        assert place.stands(other)
    assert post.subjects("Wire") == ["Another"]


def test_a_mailbox_that_messages_stay_in_is_listed_from_where_it_ended(post: Post) -> None:
    settling = Settling()
    post.put(message("Item 1"), message("Item 2"))
    with post.place() as place:
        assert names(wait(place, settling=settling)) == ["1", "2"]
    with post.place() as place:
        assert names(wait(place, "1", settling=settling)) == ["2"]
        assert names(wait(place, settling=settling)) == ["1", "2"]
        assert names(wait(place, "1", "2", settling=settling)) == []
        assert names(wait(place, settling=settling)) == []
    post.put(message("Item 3"))
    with post.place() as place:
        assert names(wait(place, settling=settling)) == ["3"]
        assert isinstance(settling.memory, Memory)
        settling.memory.looks = WHOLE
        assert names(wait(place, settling=settling)) == ["1", "2", "3"]


def test_a_message_in_whose_midst_the_line_breaks_is_asked_for_last(post: Post) -> None:
    """So that one that its server can't give holds up none behind it."""

    def breaks_at(uid: int) -> Script:
        def script(talk: Talk) -> None:
            talk.begin()
            talk.answer(b"SEARCH 1 2 3")
            talk.answer(*(b"%d FETCH (UID %d RFC822.SIZE 9)" % (each, each) for each in (1, 2, 3)))
            while True:
                tag, rest = talk.hear()
                asked = [each for each in (1, 2, 3) if b"%d" % each in rest.split()[2] or b":" in rest.split()[2]]
                for each in asked:
                    if each == uid:
                        return
                    talk.say(b"* %d FETCH (UID %d BODY[]<0> {9}\r\nmessage %d)\r\n" % (each, each, each))
                talk.say(tag + b" OK done\r\n")

        return script

    settling, taken = Settling(), set[str]()
    feed = Feed(key="box", url="imap://desk@127.0.0.1/INBOX", source="Box", taken="keep")
    with serving(breaks_at(2)) as server:
        for expected in ([], [b"message 1"], [b"message 3"], []):
            place = Mailbox(feed, server.door(), 1_000)
            place.open()
            waiting = wait(place, *taken, settling=settling)
            found = {file.name: place.read(file) for file in waiting.files}
            place.close()
            bodies = {name: body for name, body in found.items() if isinstance(body, bytes)}
            assert list(bodies.values()) == expected
            assert sum(isinstance(each, Left) and each.problem is not None for each in found.values()) == 1
            taken |= bodies.keys()


def test_a_message_that_its_server_refuses_costs_itself_alone() -> None:
    def refuses(talk: Talk) -> None:
        talk.begin()
        talk.answer(b"SEARCH 1 2 3")
        talk.answer(*(b"%d FETCH (UID %d RFC822.SIZE 9)" % (each, each) for each in (1, 2, 3)))
        talk.answer(word=b"NO one of them is damaged")
        talk.answer(b"1 FETCH (UID 1 BODY[] {9}\r\nmessage 1)")
        talk.answer(word=b"NO it is damaged")
        talk.answer(b"3 FETCH (UID 3 BODY[] {9}\r\nmessage 3)")
        talk.stay(1)

    feed = Feed(key="box", url="imap://desk@127.0.0.1/INBOX", source="Box")
    with serving(refuses) as server:
        place = Mailbox(feed, server.door(), 1_000)
        place.open()
        found = [place.read(file) for file in wait(place).files]
        place.close()
    assert found == [b"message 1", Left(problem="message 2 can't be read: it is damaged"), b"message 3"]
