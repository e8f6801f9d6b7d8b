"""The daemon as a process: polls, stops, is killed, starts again; nothing is lost and nothing doubled."""

import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.site import Installation, Site, eventually, publisher

HARBOUR = (
    "The harbour board of Port Lannic voted on Tuesday to rebuild the northern mole after engineers found that two "
    "winters of storms had hollowed its foundations. Work will begin in May and cost 14.2 million crowns, the board "
    "said, half of it paid by the province. Ferries will use the fishermen's quay until the autumn of next year."
)
ORCHARD = (
    "Growers in the Marre valley expect their smallest apple crop in eleven years after frost in the last week of "
    "April killed most of the blossom. The cooperative said it would open its cold stores to members who have nothing "
    "to sell, and asked the ministry to let it press fruit from abroad for the first time since it was founded."
)
LIBRARY = (
    "A retired bus driver has returned a library book sixty-one years after his mother borrowed it. Ilse Brandauer, "
    "who runs the reading room in Oberwald, said the fine would have come to more than the price of a car, and that "
    "she had given him a cup of coffee instead."
)


@pytest.fixture
def site() -> Iterator[Site]:
    with publisher() as running:
        yield running


@pytest.fixture
def wire(tmp_path: Path, database_url: str, site: Site) -> Installation:
    installation = Installation(tmp_path / "config", database_url)
    site.rss("/courier", [("c1", "Port Lannic to rebuild its mole", HARBOUR)])
    site.rss("/echo", [("e1", "Storm-worn mole will be rebuilt", HARBOUR), ("e2", "Frost halves apple crop", ORCHARD)])
    installation.configure({"courier": f"{site.base}/courier", "echo": f"{site.base}/echo"})
    return installation


def _deliveries(wire: Installation) -> list[tuple[str, ...]]:
    return wire.query("SELECT feed, guid FROM delivery_v1 ORDER BY feed, guid, delivery_id")


def test_stop_and_start_again_loses_nothing_and_doubles_nothing(wire: Installation, site: Site) -> None:
    first = [("courier", "c1"), ("echo", "e1"), ("echo", "e2")]
    with wire.daemon() as daemon:
        eventually("the first entries are in", lambda: _deliveries(wire) == first)
        eventually("an unchanged feed is asked again", lambda: site.requests["/courier", 304] >= 1)
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(30) == 0, wire.log()

    site.rss("/courier", [("c2", "A book comes home", LIBRARY), ("c1", "Port Lannic to rebuild its mole", HARBOUR)])
    before = site.requests["/echo", 200]
    with wire.daemon():
        second = sorted([*first, ("courier", "c2")])
        eventually("what came meanwhile is in", lambda: _deliveries(wire) == second)
        eventually("both feeds are polled again", lambda: site.requests["/echo", 304] >= 2)
    assert site.requests["/echo", 200] == before, "the validators did not outlive the restart"
    assert _deliveries(wire) == second
    stories = wire.query("SELECT versions, deliveries, sources FROM story_v1 ORDER BY deliveries DESC, versions")
    assert stories == [(1, 2, 2), (1, 1, 1), (1, 1, 1)], "the reprint is one version with two deliveries"


def test_killed_at_any_moment_the_next_start_goes_on(wire: Installation, site: Site) -> None:
    entries = [(f"k{n}", f"Item {n} of the day", f"{HARBOUR} {ORCHARD} This is number {n}.") for n in range(40)]
    for moment in range(5):
        site.rss("/courier", entries[: 8 * (moment + 1)])
        asked = site.requests["/courier", 200]
        with wire.daemon() as daemon:
            eventually("the feed is fetched", lambda asked=asked: site.requests["/courier", 200] > asked)  # type: ignore[misc]
            time.sleep(moment * 0.15)  # from just fetched to just stored
            daemon.kill()
            daemon.wait(30)
    with wire.daemon():
        eventually("all are in", lambda: _count(wire) == 40)
    wire.run("poll", "--all")
    doubled = wire.query(
        "SELECT guid, count(*) FROM delivery_v1 WHERE feed = 'courier' GROUP BY guid HAVING count(*) > 1"
    )
    assert doubled == []
    lost = wire.query("SELECT count(*) FROM version_v1 WHERE version_id NOT IN (SELECT version_id FROM delivery_v1)")
    assert lost == [(0,)]


def _count(wire: Installation) -> int:
    rows = wire.query("SELECT count(*) FROM delivery_v1 WHERE feed = 'courier' AND guid LIKE 'k%'")
    return int(rows[0][0])


def test_an_entry_edited_in_place_is_a_new_version_and_a_new_delivery(wire: Installation, site: Site) -> None:
    wire.run("poll", "--all")
    site.rss("/courier", [("c1", "Port Lannic to rebuild its mole", HARBOUR.replace("14.2 million", "16.8 million"))])
    wire.run("poll", "courier")
    rows = wire.query("SELECT version_id, story_id FROM delivery_v1 WHERE feed = 'courier' ORDER BY seen_at")
    assert len(rows) == 2
    assert rows[0][0] != rows[1][0], "a version was overwritten"
    assert rows[0][1] == rows[1][1], "the edit left its story"
    bodies = wire.query("SELECT body FROM version_v1 WHERE body LIKE '%crowns%'")
    assert {"14.2 million" in body for (body,) in bodies} == {True, False}


def test_a_broken_config_at_reload_leaves_the_old_one(wire: Installation, site: Site) -> None:
    with wire.daemon() as daemon:
        eventually("it polls", lambda: site.requests["/courier", 304] >= 1)
        feeds = wire.folder / "feeds.toml"
        good = feeds.read_text()
        feeds.write_text(good.replace("interval", "intervall"))
        daemon.send_signal(signal.SIGHUP)
        eventually("it refuses", lambda: "config.refused" in wire.log())
        asked = site.requests["/courier", 304]
        eventually("it still polls", lambda: site.requests["/courier", 304] > asked)
        site.rss("/third", [("t1", "A book comes home", LIBRARY)])
        feeds.write_text(
            f'{good}\n[feeds.third]\nurl = "{site.base}/third"\nsource = "Third"\n'
            "interval = 1.0\nallow_private = true\n"
        )
        daemon.send_signal(signal.SIGHUP)
        eventually("the new feed is polled", lambda: ("third", "t1") in _deliveries(wire))


def test_a_slow_fetch_is_waited_for_until_the_second_signal(wire: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        wire.configure({"mute": f"http://127.0.0.1:{mute.getsockname()[1]}/"})
        with wire.daemon() as daemon, mute.accept()[0]:
            daemon.send_signal(signal.SIGTERM)
            eventually("it waits", lambda: "daemon.draining" in wire.log())
            assert daemon.poll() is None
            daemon.send_signal(signal.SIGTERM)
            assert daemon.wait(30) == 0
    assert "daemon.dropped" in wire.log()
    assert "Traceback" not in wire.log()


def test_it_answers_whether_it_is_well_until_it_has_stopped(wire: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        wire.configure({"mute": f"http://127.0.0.1:{mute.getsockname()[1]}/"})
        with (wire.folder / "wire.toml").open("a") as config:
            config.write(f'[listen]\naddress = "127.0.0.1:{port}"\n')
        with wire.daemon() as daemon, mute.accept()[0]:
            assert _healthz(port) == (200, "ok\n")
            daemon.send_signal(signal.SIGTERM)
            eventually("it drains", lambda: _healthz(port) == (503, "draining\n"))
            daemon.send_signal(signal.SIGTERM)
            assert daemon.wait(30) == 0
        with pytest.raises(urllib.error.URLError):
            _healthz(port)


def _healthz(port: int) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_a_second_daemon_on_one_database_is_refused(wire: Installation, site: Site) -> None:
    with wire.daemon():
        eventually("the first one polls", lambda: site.requests["/courier", 200] >= 1)
        assert "another daemon" in wire.run("run", code=1)
