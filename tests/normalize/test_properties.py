"""What holds for any entry whatever."""

import unicodedata
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.normalize.conftest import Clean
from tests.normalize.test_items import ITEMS
from wire.model import Copy, Entry

PIECES = st.sampled_from(
    [
        *(
            "LANT, Jan 21 (Reuters) - ",
            "Lant (dpa) - ",
            "(ANSA) - ",
            "/TASS/. ",
            "UPDATE 1-",
            "(LEAD) ",
            "URGENT: ",
            "KILL KILL KILL",
        ),
        *(
            "(Adds detail)",
            "By Una Kell",
            "via REUTERS",
            "AP Photo",
            "(Reporting by A; Editing by B)",
            "NEWS DESK",
            "PRESS DAY",
        ),
        *(
            "The post A appeared first on B.",
            "Read more: x",
            "Sign up for our newsletter",
            "# Notizblock",
            "Contacts",
            "About Us",
        ),
        *(
            "Forward-Looking Statements",
            "[…]",
            "Continue reading",
            "(Reuters)",
            "Source: dpa",
            "EMBARGOED",
            "…",
            "+",
            "(2)",
            "++",
        ),
        *(
            "Share",
            "5 min read",
            "Mon May 3, 2021 1:00pm EDT ",
            "Key points",
            "• Bridge shut",
            "LANT (OPN) -- ",
            "Una Kell contributed to this report.",
            "Leave a comment",
            "Photo: Una Kell/AP ",
            "Cracks. | J. Osk Old bridge of Lant",
        ),
        *(
            "\n",
            "\n\n",
            "    ",
            "\t",
            " ",
            "<p>",
            "</p>",
            "<br>",
            "&amp;",
            "&lt;b&gt;",
            "\u200d",
            "\u0301",
            "\x00",
            "\ud800",
            "\x85",
        ),
        *(
            "The bridge is closed. ",
            "The old bridge of Lant was closed to traffic on Monday, the city said. ",
            "日本の橋。",
            "Мост. ",
        ),
    ]
)
TEXT = st.one_of(st.text(max_size=60), st.lists(PIECES | st.text(max_size=12), max_size=14).map("".join))


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    return Entry(
        guid=draw(st.none() | TEXT),
        url=None,
        headline=draw(TEXT),
        body=draw(TEXT),
        markup=draw(st.sampled_from(["html", "text"])),
        summary=draw(st.none() | TEXT),
        author=draw(st.none() | TEXT),
        language=draw(st.none() | st.sampled_from(["en", "de-DE", "xx", "", "zh"])),
        source=draw(st.none() | st.sampled_from(["Reuters", "ANSA", "Lant Courier"])),
    )


def as_entry(copy: Copy) -> Entry:
    return Entry(
        guid=copy.guid,
        url=copy.url,
        headline=copy.headline,
        body=copy.body,
        markup="text",
        author=copy.byline,
        language=copy.language,
        source=copy.origin,
    )


@settings(max_examples=600, deadline=None)
@given(entry=entries())
def test_normalizing_twice_changes_nothing(clean: Clean, entry: Entry) -> None:
    once = clean(entry, agency="kyodo" if entry.guid else None)
    twice = clean(as_entry(once), agency="kyodo" if entry.guid else None)
    assert (twice.headline, twice.paragraphs, twice.version_id) == (once.headline, once.paragraphs, once.version_id)


@settings(max_examples=300, deadline=None)
@given(entry=entries())
def test_text_is_fit_to_print(clean: Clean, entry: Entry) -> None:
    copy = clean(entry)
    for paragraph in copy.paragraphs:
        assert paragraph
        assert paragraph == " ".join(paragraph.split())
    for text in (copy.headline, copy.body, copy.byline or "", copy.credit or "", copy.guid or ""):
        assert not any(unicodedata.category(char) in {"Cc", "Cs"} for char in text.replace("\n\n", ""))
        assert unicodedata.is_normalized("NFC", text)


@given(st.sampled_from(ITEMS), st.sampled_from(["\u200b", "\ufeff", "\x00", "\u2060"]))
def test_invisible_marks_change_no_text(clean: Clean, item: dict[str, str], mark: str) -> None:
    entry = Entry(guid=None, url=None, headline=item["headline"], body=item["body"], markup="text")
    marked = replace(entry, headline=mark.join(entry.headline), body=mark.join(entry.body))
    assert clean(marked).version_id == clean(entry).version_id
