"""Folders of our own on the agenda: looked into at their own pace, whatever becomes of servers and of our line."""

from dataclasses import replace
from datetime import timedelta

from tests.schedule.samples import NOW, POLICY, after, failed, wait
from tests.schedule.test_agenda import feeds, finish, planned, state
from wire.model import Failure, Feed, Health
from wire.schedule import Looked

BOX = Feed(key="box", url="file:///in/*.xml", source="Box")


def look(*, seconds: float = 0, **fields: object) -> Looked:
    return Looked(**{"at": NOW + timedelta(seconds=seconds), "elapsed": 0.1, **fields})  # type: ignore[arg-type]  # the fields of the record


def boxes(count: int) -> list[Feed]:
    return [Feed(key=f"b{n}", url=f"file:///in/{n}/*.xml", source="Box") for n in range(count)]


def test_the_next_look_is_a_scan_away_or_when_a_file_is_whole_or_at_once() -> None:
    found = after(None, look(files=3, entries=3, new=3), feed=BOX)
    assert (wait(found), found.health, found.interval) == (POLICY.scan, Health.OK, POLICY.scan)
    assert "when something comes" in (found.next_poll_reason or "")
    assert wait(after(None, look(settled_in=4.5), feed=BOX)) == 4.5
    assert wait(after(None, look(settled_in=4_000.0), feed=BOX)) == POLICY.scan, "a slow clock is no reason to sleep"
    found = after(None, look(more=7, settled_in=4.5), feed=BOX)
    assert (wait(found), found.next_poll_reason) == (0, "7 more files wait")


def test_a_failure_is_looked_at_again_soon_however_often_and_one_look_mends_it() -> None:
    found = after(None, look(), *(failed(Failure.SPOOL) for _ in range(50)), feed=BOX)
    assert (found.failures, found.health, wait(found)) == (50, Health.FAILING, POLICY.scan)
    assert found.last_error == "spool: no"
    mended = after(found, look(seconds=30), feed=BOX)
    assert (mended.failures, mended.health, mended.last_error) == (0, Health.OK, None)


def test_its_rhythm_is_learned_from_what_comes() -> None:
    found = after(None, look(), *(look(seconds=60 * n, new=2, files=1) for n in range(1, 30)), feed=BOX)
    assert 25 < found.rhythm.seconds / found.rhythm.entries < 35


def test_folders_want_no_spacing_and_no_place_on_a_host() -> None:
    many = boxes(8)
    agenda = planned(many, per_host=1, now=0)
    assert len(agenda.pick(0) + agenda.pick(1)) == 8


def test_folders_are_looked_into_while_our_own_line_is_down_and_say_nothing_of_it() -> None:
    many = feeds(4)
    agenda = planned([*many, BOX])
    assert agenda.line.needed == 3, "a folder is no host"
    for feed in agenda.pick(0):
        if feed is not BOX:
            agenda.heard(feed, None, failed(Failure.DNS, url=feed.url), 10.0)
        finish(agenda, feed, 10.0, seconds=5)
    assert agenda.line.down
    assert {feed.key for feed in agenda.pick(20)} >= {"box"}
    assert agenda.heard(BOX, None, look(), 21.0) == []
    assert agenda.line.down, "that a folder can be read is no news of the line"
    finish(agenda, BOX, 21.0, seconds=1)
    assert agenda.pick(23) == [BOX], "between two probes"


def test_what_comes_wakes_its_folder_and_a_look_under_way_is_followed_by_another() -> None:
    agenda = planned([BOX], {"box": state(BOX, 30)})
    assert agenda.pick(1) == []
    agenda.wake("box", 1.0)
    agenda.wake("box", 1.0)
    agenda.wake("unknown", 1.0)
    assert agenda.pick(1) == [BOX]
    agenda.wake("box", 2.0)
    assert agenda.pick(2) == [], "it is under way"
    finish(agenda, BOX, 3.0, seconds=30)
    assert agenda.pick(3) == [BOX]
    finish(agenda, BOX, 4.0, seconds=30)
    assert agenda.pick(5) == [], "once"


# --- on other machines ------------------------------------------------------------------------------------------------

FAR = Feed(key="far", url="sftp://wire@files.example/in/*.xml", source="Far", interval=120.0)


def test_a_folder_elsewhere_is_looked_into_every_interval_or_when_a_file_is_whole_or_at_once() -> None:
    found = after(None, look(files=3, entries=3, new=3), feed=FAR)
    assert (wait(found), found.health, found.interval) == (120.0, Health.OK, 120.0)
    assert wait(after(None, look(settled_in=5.0), feed=FAR)) == 5.0
    assert wait(after(None, look(more=7), feed=FAR)) == 0
    quick = replace(FAR, interval=1.0)
    assert wait(after(None, look(), feed=quick)) == POLICY.min_interval


def test_one_that_cannot_be_reached_is_left_alone_for_longer_and_longer() -> None:
    waits = []
    found = after(None, look(), feed=FAR)
    for _ in range(12):
        found = after(found, failed(Failure.SPOOL), feed=FAR)
        waits.append(wait(found))
    assert waits[0] < waits[3] < waits[-1] <= POLICY.retry * (1 + POLICY.jitter)
    assert wait(after(found, look(), feed=FAR)) == 120.0, "and one look mends it"


def test_who_is_not_let_in_does_not_knock_until_he_is_banned() -> None:
    found = after(None, look(), failed(Failure.ACCESS), failed(Failure.ACCESS), feed=FAR)
    assert wait(found) >= POLICY.retry


def test_where_single_files_are_at_fault_looks_go_on() -> None:
    partly = replace(failed(Failure.SPOOL), partly=True)
    found = after(None, look(), *(partly for _ in range(20)), feed=FAR)
    assert (wait(found), found.failures, found.health) == (120.0, 20, Health.FAILING)


def test_folders_elsewhere_keep_the_pace_of_their_host_and_say_nothing_of_our_line() -> None:
    many = [replace(FAR, key=f"f{n}", url=f"sftp://files.example/{n}/*.xml") for n in range(4)]
    agenda = planned(many, per_host=2, now=0)
    assert len(agenda.pick(0)) == 1, "spaced as polls are"
    agenda = planned([*feeds(4), *many])
    assert agenda.line.needed == 3, "of eight hosts at most"
    assert agenda.heard(many[0], None, failed(Failure.CONNECT), 1.0) == []
