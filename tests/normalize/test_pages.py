"""What web pages set around a text goes; what merely looks like it stays."""

import pytest

from tests.normalize.conftest import Clean
from wire.model import Copy, Entry, Signal
from wire.normalize import page
from wire.normalize.stamps import is_stamp

LEAD = "The old bridge of Lant was closed to traffic on Monday after inspectors found cracks in two of its piers."
MORE = "Repairs will take two years and cost 4.1 million crowns, the city council said in a statement."
LAST = "Ferries will carry passengers across the Orva every twenty minutes until the work is done."
TEXT = (LEAD, MORE, LAST)
HEADLINE = "Lant bridge closed for two years"


def copy(clean: Clean, *paragraphs: str, headline: str = HEADLINE) -> Copy:
    return clean(Entry(guid=None, url=None, headline=headline, body="\n\n".join(paragraphs), markup="text"))


ABOVE = {
    "stamp": ("Updated 5:32 PM ET, Tue June 5, 2018",),
    "stamp, german": ("Stand: 12.03.2020, 14:30 Uhr",),
    "stamp, french": ("Publié le 3 mars 2019 à 14:05, mis à jour à 16:20",),
    "stamp, spanish": ("Actualizado: 3 de marzo de 2019 10:42",),
    "day alone": ("Tuesday, 5 June 2018",),
    "reading time": ("5 min read",),
    "buttons": ("Skip to main content", "Share  Tweet  Print  E-mail", "12 comments"),
    "buttons, several languages": ("Teilen | Drucken", "Partager sur Facebook", "Compartir", "シェア"),
    "breadcrumbs": ("Home > News > Orvan",),
    "consent": ("We use cookies to give you the best experience of our site. By going on you agree to that.",),
    "age": ("This article is more than 5 years old",),
    "role": ("Una Kell, political correspondent",),
    "byline with a role": ("By Una Kell and Lio Marsh, Special to the Courier",),
    "names above a stamp": ("Una Kell and Lio Marsh", "Mon, May 3, 2021 at 7:43 AM CDT 4 min read"),
    "tickers above a stamp": ("Una Kell", "3 May 2021 07:43 GMT", "5 min read"),
    "points below a heading": ("Story highlights", "Bridge shut after cracks were found", "Ferries to take over"),
    "points that begin in the heading's line": ("Key points: Bridge shut after cracks were found", "Ferries take over"),
    "points, german": ("Auf einen Blick", "Brücke gesperrt", "Fähren übernehmen"),
    "points behind bullets": ("• Bridge shut after cracks were found.", "• Ferries to take over."),
    "caption with the headline behind it": (
        "Cracks run through the piers . | J. Osk/Courier Lant bridge closed two years",
    ),
}
BELOW = {
    "who helped": ("Una Kell contributed to this report.",),
    "who helped, german": ("Una Kell hat zu diesem Bericht beigetragen.",),
    "pointer": ("READ MORE: The ferries of the Orva",),
    "buttons": ("Share", "Tweet", "Print"),
    "comments": ("Comments", "Jo: At last.", "Ann: They could have asked us before."),
    "comments are closed": ("This discussion is now closed.", "We welcome comments for a week after publication."),
}


@pytest.mark.parametrize("name", ABOVE)
def test_a_page_above_the_text_goes(name: str, clean: Clean) -> None:
    assert copy(clean, *ABOVE[name], *TEXT).paragraphs == TEXT


@pytest.mark.parametrize("name", BELOW)
def test_a_page_below_the_text_goes(name: str, clean: Clean) -> None:
    assert copy(clean, *TEXT, *BELOW[name]).paragraphs == TEXT


@pytest.mark.parametrize(
    ("opening", "begins"),
    [
        ("Cracks in a pier. LANT | Mon May 3, 2021 1:00pm EDT LANT (Reuters) - ", LEAD),
        ("Bridge shut after cracks were found, council says Ferries to take over LANT, May 3 (Reuters) - ", LEAD),
        ("(Corrects year in paragraph 2) By Una Kell LANT (Reuters) - ", LEAD),
        ("Ferries take over, the council says Lant, Orvan (OPN) -- ", "Lant, Orvan (OPN) -- " + LEAD),
        ("Bridge shut Monday 3 May 2021 12.48 BST ", LEAD),
        ("3 May 2021 Last updated at 12:48 GMT ", LEAD),
        ("May 3, 2021 | ", LEAD),
        ("LANT, Orvan (Reuters) ", LEAD),
    ],
)
def test_the_copy_begins_inside_a_paragraph(opening: str, begins: str, clean: Clean) -> None:
    assert copy(clean, opening + LEAD, MORE, LAST).paragraphs == (begins, MORE, LAST)
    assert copy(clean, opening + LEAD, MORE, LAST, headline="").paragraphs == (begins, MORE, LAST)


def test_a_note_in_front_of_a_dateline_is_heard(clean: Clean) -> None:
    found = copy(clean, f"(Corrects year in paragraph 2) By Una Kell LANT (Reuters) - {LEAD}", MORE, LAST)
    assert found.signals == (Signal.CORRECTION,)


REAL = {
    "an hour in a sentence": (
        "On Monday 3 May 2021 at 12:48 GMT the old bridge of Lant fell into the Orva, and nobody was hurt.",
    ),
    "dated papers": (
        "The council's order, dated May 3, 2021 10:30 a.m., closes the bridge of Lant to all traffic at once.",
    ),
    "a list of dates": ("Monday, 3 May 2021", LEAD, "Tuesday, 4 May 2021", MORE),
    "a timeline": ("08:30 GMT", "The bridge is closed.", "09:15 GMT", "The first ferry leaves."),
    "a quoted agency": (
        "This is what one agency makes of our bridge, and it is worth a smile:",
        f"LANT (Reuters) - {LEAD}",
    ),
    "a round-up": (
        "The bridge of Lant was closed.",
        f"LANT (OPN) -- {LEAD}",
        f"HALM (OPN) -- {MORE}",
    ),
    "initials in prose": (
        "The Orvan Bridge Board (OBB) -- founded in 1911 -- has closed the old bridge of Lant to traffic.",
    ),
    "a party": (
        "The closure was ordered by Jo Muster (D-Lant) -- The council had asked for it twice, and twice in vain.",
    ),
    "a question as the lead": ("Who closes a bridge on a Monday?",),
    "a short lead": ("It was a Monday.",),
    "a photographer": (
        "Photographs of the bridge show cracks as wide as a hand, and rust where the paint has come off.",
    ),
    "a table": ("Bridge  2021  2020", "Lant  4.1  3.9", "Halm  2.2  2.0"),
    "cookies": ("We baked cookies with the ferrymen of Lant while the bridge above us was taken down bolt by bolt.",),
    "a man who shares": ("Share prices of the ferry line rose by a tenth after the bridge was closed.",),
    "comment": ("Comments by the mayor of Lant on the closure of the bridge have angered the ferrymen.",),
    "key points in prose": ("Key points of the order were changed overnight, and nobody in Lant was told.",),
    "many words above a dateline": (f"{LEAD} {MORE} {LAST} {LEAD} LANT (Reuters) - The council met.",),
    "editor as the last word": (
        "Nobody knows the rivers of Orvan, and the bridges over them, as well as its longest serving editor.",
    ),
    "an agency's name that names none": (
        "HALM (Reuters) staff were among those who had to take the ferry to work on Monday.",
    ),
}


@pytest.mark.parametrize("name", REAL)
def test_real_copy_that_looks_like_a_page_stays(name: str, clean: Clean) -> None:
    paragraphs = (*REAL[name], MORE, LAST)
    assert copy(clean, *paragraphs).body == "\n\n".join(" ".join(each.split()) for each in paragraphs)


@pytest.mark.parametrize(
    "name",
    ["a paragraph after the points that lacks its full stop", "points and nothing else", "a long list"],
)
def test_points_end_where_text_begins(name: str, clean: Clean) -> None:
    long = (
        "When the council had sat until midnight and all but three of its members had gone home the mayor rose and "
        "said what all of them had feared"
    )
    bodies = {
        "a paragraph after the points that lacks its full stop": (
            ("Key points", "Bridge shut", long, MORE),
            (long, MORE),
        ),
        "points and nothing else": (("Key points", "Bridge shut", "Ferries"), ("Key points", "Bridge shut", "Ferries")),
        "a long list": (("Key points", *["Bridge shut"] * 12, LEAD), ("Key points", *["Bridge shut"] * 12, LEAD)),
    }
    sent, left = bodies[name]
    assert copy(clean, *sent).paragraphs == left


@pytest.mark.parametrize("long", [False, True])
def test_comments_go_only_while_they_are_the_smaller_part(long: bool, clean: Clean) -> None:
    said = [f"Reader {number}: I saw the cracks years ago and told them so." for number in range(9 if long else 1)]
    found = copy(clean, *TEXT, "Leave a comment", *said).paragraphs
    assert found == ((*TEXT, "Leave a comment", *said) if long else TEXT)


def test_a_page_that_would_lose_most_of_its_words_keeps_all(clean: Clean) -> None:
    body = ("Share this article on Facebook", "Story highlights", "Bridge shut after cracks were found", "Ferries run")
    assert copy(clean, *body, "The bridge of Lant is shut for two years now.").paragraphs[0] == body[0]


def test_a_photo_credit_takes_no_text_with_it(clean: Clean) -> None:
    long = f"{LEAD} {MORE} {LAST}"
    assert copy(clean, f"Photograph: Una Kell/Getty Images {long}", MORE).paragraphs == (long, MORE)
    assert copy(clean, LEAD, f"Photo: {long} {long}", MORE).paragraphs == (LEAD, f"Photo: {long} {long}", MORE)


@pytest.mark.parametrize("line", ["5 June", "Monday", "2018", "May be", "June 12.5 pct", "1 2 3 4", "May 14.2 13.1"])
def test_lines_that_are_no_stamps(line: str) -> None:
    assert not is_stamp(line)


@pytest.mark.parametrize("line", ["Close", "Video", "Share prices", "News", "X", "More", "Print is dead", "Home"])
def test_lines_that_are_no_buttons(line: str) -> None:
    assert not page.is_chrome(line)


# --- the headline of a text that has none


def test_a_headline_is_made_of_the_lead_which_stays(clean: Clean) -> None:
    found = copy(clean, *TEXT, headline="")
    assert found.headline == LEAD
    assert found.paragraphs == TEXT


def test_a_title_above_the_text_is_the_headline(clean: Clean) -> None:
    found = copy(clean, HEADLINE, *TEXT, headline="")
    assert (found.headline, found.paragraphs) == (HEADLINE, TEXT)


def test_a_copy_without_a_headline_has_the_text_of_one_with_a_stamp_above(clean: Clean) -> None:
    stamped = copy(clean, "Mon May 3, 2021 6:36 pm EST", *TEXT, headline="")
    assert stamped.version_id == copy(clean, *TEXT, headline="").version_id


@pytest.mark.parametrize(
    ("opening", "headline"),
    [
        (
            "The U.S. envoy Dr. A. Muster came to Lant by ferry. He stayed.",
            "The U.S. envoy Dr. A. Muster came to Lant by ferry.",
        ),
        ("“We close the bridge of Lant.” So it was.", "“We close the bridge of Lant.”"),
        ("ラントの橋は閉鎖された。市が発表した。", "ラントの橋は閉鎖された。"),
    ],
)
def test_the_sentence_that_heads_a_text(opening: str, headline: str, clean: Clean) -> None:
    assert copy(clean, opening, MORE, headline="").headline == headline


def test_a_link_to_another_story_heads_no_text(clean: Clean) -> None:
    link = "Two men were fined after a quarrel in a far town."
    found = copy(clean, link, *TEXT, "The bridge of Lant, closed for a month in 1987, was built in 1911.", headline="")
    assert found.headline == LEAD
    assert found.paragraphs[0] == link
