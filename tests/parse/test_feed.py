"""RSS, Atom and RDF: what becomes of each field."""

from datetime import UTC, datetime

import pytest

from tests.parse.documents import URL, atom, rdf, rss
from wire.errors import BrokenDocument
from wire.model import Document, Entry
from wire.parse import parse


def document(body: bytes, url: str = URL) -> Document:
    return parse(body, url=url)


def only(body: bytes, url: str = URL) -> Entry:
    (entry,) = document(body, url).entries
    return entry


# --- whole documents --------------------------------------------------------------------------------------------------


def test_rss_with_everything() -> None:
    channel = "<language>en-gb</language><ttl>15</ttl>"
    item = """<title>Ferry runs aground</title><link>/a/ferry</link><guid isPermaLink="false">wire:4711</guid>
        <description>Short.</description><content:encoded>&lt;p&gt;HARBOUR - Long.&lt;/p&gt;</content:encoded>
        <dc:creator>Ada Byron</dc:creator><category>Shipping</category><category>Accidents</category>
        <pubDate>Mon, 02 Mar 2026 09:30:00 EST</pubDate><source url="https://agency.test/f">Agency One</source>"""
    found = document(rss(item, channel=channel))
    assert (found.format, found.title, found.language, found.ttl) == ("rss", "Harbour Wire", "en-gb", 900.0)
    assert found.problems == ()
    assert found.entries == (
        Entry(
            guid="wire:4711",
            url="https://wire.test/a/ferry",
            headline="Ferry runs aground",
            body="<p>HARBOUR - Long.</p>",
            markup="html",
            summary="Short.",
            author="Ada Byron",
            published="Mon, 02 Mar 2026 09:30:00 EST",
            published_at=datetime(2026, 3, 2, 14, 30, tzinfo=UTC),
            language="en-gb",
            keywords=("Shipping", "Accidents"),
            source="Agency One",
        ),
    )


def test_atom_with_everything() -> None:
    entry = """<id>tag:wire.test,2026:1</id><title>Ferry &amp; barge</title>
        <link rel="self" href="https://wire.test/self"/><link rel="alternate" href="/a/1"/>
        <published>2026-03-02T09:30:00+01:00</published><updated>2026-03-02T10:00:00Z</updated>
        <summary>Short.</summary><content type="html">&lt;p&gt;Long.&lt;/p&gt;</content>
        <author><name>Ada Byron</name></author><author><name>Bo Li</name></author>
        <category term="ship" label="Shipping"/><category term="quay"/>"""
    found = document(atom(entry, attributes='xml:lang="en"'))
    assert (found.format, found.language, found.problems) == ("atom", "en", ())
    assert found.entries == (
        Entry(
            guid="tag:wire.test,2026:1",
            url="https://wire.test/a/1",
            headline="Ferry & barge",
            body="<p>Long.</p>",
            summary="Short.",
            author="Ada Byron, Bo Li",
            published="2026-03-02T09:30:00+01:00",
            published_at=datetime(2026, 3, 2, 8, 30, tzinfo=UTC),
            updated_at=datetime(2026, 3, 2, 10, tzinfo=UTC),
            language="en",
            keywords=("Shipping", "quay"),
        ),
    )


def test_rdf_has_its_items_beside_the_channel() -> None:
    found = document(rdf("<title>One</title><dc:date>2026-03-02</dc:date>", "<title>Two</title>"))
    assert found.format == "rdf"
    assert [entry.guid for entry in found.entries] == ["https://wire.test/0", "https://wire.test/1"]
    assert found.entries[0].published_at == datetime(2026, 3, 2, tzinfo=UTC)
    assert found.entries[0].updated_at is None, "the only date is that of publication"


@pytest.mark.parametrize("body", [rss(), atom(), rdf(), rss(channel="<description/>")])
def test_valid_empty_feed_is_a_document_without_entries(body: bytes) -> None:
    assert document(body).entries == ()


def test_prefixed_root_is_read_like_any_other() -> None:
    body = b'<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>One</a:title></a:entry></a:feed>'
    assert [entry.headline for entry in document(body).entries] == ["One"]


def test_entries_under_one_guid_are_all_returned_and_told() -> None:
    found = document(rss(*["<guid>same</guid><title>A</title>"] * 2, "<guid>other</guid>"))
    assert [entry.guid for entry in found.entries] == ["same", "same", "other"]
    assert found.problems == ("2 entries share a guid with another",)


# --- text -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inside", "body", "summary"),
    [
        ("<description>Only.</description>", "Only.", None),
        ("<content:encoded>Long.</content:encoded><description>S.</description>", "Long.", "S."),
        ("<description>S.</description><content:encoded>Long.</content:encoded>", "Long.", "S."),
        ("<description>Same.</description><content:encoded>Same.</content:encoded>", "Same.", None),
        (
            "<description>Told in words.</description><content:encoded>&lt;img src='a.jpg'&gt;</content:encoded>",
            "Told in words.",
            None,
        ),
        ("<description>Ours.</description><media:description>A photo.</media:description>", "Ours.", None),
        ("<media:description>A photo.</media:description><description>Ours.</description>", "Ours.", None),
        ("<media:group><media:description type='plain'>A film.</media:description></media:group>", "A film.", None),
        ("<media:description/><description>Ours.</description>", "Ours.", None),
        ("<title>No text</title>", "", None),
    ],
)
def test_body_is_the_fullest_text_of_the_entry_itself(inside: str, body: str, summary: str | None) -> None:
    entry = only(rss(inside))
    assert (entry.body, entry.summary) == (body, summary)


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Q&amp;A: ferry", "Q&amp;A: ferry"),
        ("Rates &lt; 5%", "Rates < 5%"),
        ("&lt;i&gt;Vasa&lt;/i&gt; sails", "<i>Vasa</i> sails"),
        ("One&lt;br&gt;two", "One<br>two"),
        ("List&lt;T&gt; explained", "List&lt;T&gt; explained"),
        ("<![CDATA[AT&amp;T falls]]>", "AT&amp;T falls"),
        ("", ""),
    ],
)
def test_headline_reads_as_meant_where_the_body_is_html(title: str, headline: str) -> None:
    entry = only(rss(f"<title>{title}</title><description>&lt;p&gt;x&lt;/p&gt;</description>"))
    assert (entry.headline, entry.markup) == (headline, "html")


def test_plain_text_stays_plain() -> None:
    entry = only(atom('<title>A &lt;b&gt; c</title><content type="text">1 &lt; 2 &amp;amp; 3</content>'))
    assert (entry.headline, entry.body, entry.markup) == ("A <b> c", "1 < 2 &amp; 3", "text")


def test_plain_headline_over_html_is_escaped() -> None:
    entry = only(atom('<title>A &lt;b&gt; c</title><content type="html">&lt;p&gt;x&lt;/p&gt;</content>'))
    assert (entry.headline, entry.body, entry.markup) == ("A &lt;b&gt; c", "<p>x</p>", "html")


def test_inline_xhtml_is_html() -> None:
    div = '<div xmlns="http://www.w3.org/1999/xhtml"><p>One <em>two</em> &amp; three.</p></div>'
    entry = only(atom(f'<title>T</title><content type="xhtml">{div}</content>'))
    assert (entry.body, entry.markup) == ("<p>One <em>two</em> &amp; three.</p>", "html")


def test_content_that_is_no_text_is_no_body() -> None:
    image = '<content type="image/png">iVBORw0KGgo=</content>'
    assert only(atom(f"<title>T</title>{image}<summary>Told in words.</summary>")).body == "Told in words."


def test_text_that_is_no_html_is_plain() -> None:
    entry = only(atom('<title>T</title><content type="text/markdown">*One* &lt;b&gt; two</content>'))
    assert (entry.body, entry.markup) == ("*One* <b> two", "text")


def test_html_is_neither_cleaned_nor_rewritten() -> None:
    html = """<script>x</script><a href="/rel" onclick="y">z</a>"""
    assert only(rss(f"<description><![CDATA[{html}]]></description>")).body == html


def test_named_characters_of_html_need_no_doctype() -> None:
    found = document(rss("<title>Caf&eacute;&nbsp;&mdash; 5&thinsp;&euro;</title>"))
    assert found.entries[0].headline == "Café\xa0— 5\u2009€"
    assert found.problems == ()


# --- links, dates, and the rest ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inside", "url"),
    [
        ("<link>https://a.test/x?a=1&amp;b=2</link>", "https://a.test/x?a=1&b=2"),
        ("<link> http://a.test/x\n</link>", "http://a.test/x"),
        ("<link>../x</link>", "https://wire.test/x"),
        ("<link>//cdn.test/x</link>", "https://cdn.test/x"),
        ("<link>javascript:alert(1)</link>", None),
        ("<link>file:///etc/passwd</link>", None),
        ("<link>mailto:desk@wire.test</link>", None),
        ("<link>http://</link>", None),
        ("<link>http://[bad/</link>", None),
        ("<link>https://a.test/" + "x" * 5000 + "</link>", None),
        ("<guid>https://a.test/guid</guid>", "https://a.test/guid"),
        ("<guid isPermaLink='false'>https://a.test/guid</guid>", None),
        (
            "<link>https://p.test/~r/1</link><feedburner:origLink>https://a.test/1</feedburner:origLink>",
            "https://a.test/1",
        ),
    ],
)
def test_link_of_an_entry(inside: str, url: str | None) -> None:
    assert only(rss(f"<title>T</title>{inside}")).url == url


def test_guid_is_kept_as_sent_whatever_the_base() -> None:
    body = rss("<guid>4711</guid><link>x</link>").replace(b"<rss ", b'<rss xml:base="https://base.test/d/" ')
    entry = only(body)
    assert (entry.guid, entry.url) == ("4711", "https://base.test/d/x")


def test_file_is_resolved_against_the_page_it_speaks_of() -> None:
    assert only(rss("<link>a/1</link>"), url="file:///var/spool/x.xml").url == "https://wire.test/a/1"


@pytest.mark.parametrize(
    "sent", ["garbage", "0000-01-01T00:00:00Z", "10000-01-01", "-1-01-01", "Mon, 01 Jan 0001 00:00:00 GMT"]
)
def test_unreadable_date_keeps_its_text(sent: str) -> None:
    found = document(rss(f"<title>T</title><pubDate>{sent}</pubDate>"))
    assert (found.entries[0].published, found.entries[0].published_at) == (sent, None)
    assert found.problems == ("1 dates that can't be read",)


def test_dates_that_only_feedparser_reads_are_taken_from_it() -> None:
    entry = only(rss("<pubDate>Sun Jan  4 16:29:06 PST 2026</pubDate>"))
    assert entry.published_at == datetime(2026, 1, 5, 0, 29, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("channel", "seconds"),
    [
        ("<ttl>60</ttl>", 3600.0),
        ("<ttl>0</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>nan</ttl>", None),
        ("<ttl>1e9</ttl>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 1800.0),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", 86_400.0),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 3600.0),
        ("<sy:updatePeriod>now and then</sy:updatePeriod>", None),
        ("", None),
    ],
)
def test_ttl_in_seconds(channel: str, seconds: float | None) -> None:
    assert document(rss(channel=channel)).ttl == seconds


@pytest.mark.parametrize(
    ("channel", "hours", "days"),
    [
        ("<skipHours><hour>0</hour><hour> 23 </hour><hour>07</hour></skipHours>", (0, 7, 23), ()),
        ("<skipHours><hour>24</hour></skipHours>", (0,), ()),
        ("<skipDays><day>Saturday</day><day>sunday</day></skipDays>", (), (5, 6)),
        ("<skiphours>\n<hour>1</hour>\n</skiphours><SkipDays ><day>Monday</day></SkipDays>", (1,), (0,)),
        ("<skipHours><hour>25</hour><hour>-1</hour><hour>x</hour><hour></hour><hour>²</hour></skipHours>", (), ()),
        ("<skipDays><day>Someday</day></skipDays>", (), ()),
        ("<skipHours><hour>3", (), ()),
        ("<skipHours/>", (), ()),
        ("<hour>3</hour><day>Monday</day>", (), ()),
    ],
)
def test_hours_and_days_to_skip(channel: str, hours: tuple[int, ...], days: tuple[int, ...]) -> None:
    found = document(rss("<title>a</title>", channel=channel))
    assert (found.skip_hours, found.skip_days) == (hours, days)


def test_hours_to_skip_may_stand_behind_the_items_but_not_in_them() -> None:
    inside = "<title>a</title><description><![CDATA[<skipHours><hour>5</hour></skipHours>]]></description>"
    hours = "<skipHours><hour>4</hour></skipHours>"
    behind = rss(inside, inside).replace(b"</channel>", f"{hours}</channel>".encode())
    assert document(behind).skip_hours == (4,)
    assert document(rss(inside)).skip_hours == ()


@pytest.mark.parametrize(
    ("inside", "language"),
    [
        ("<dc:language>de_AT</dc:language>", "de-AT"),
        ('<title xml:lang="fr">T</title>', "fr"),
        ("<dc:language>not a language!</dc:language>", "en"),
        ("<title>T</title>", "en"),
    ],
)
def test_language_of_an_entry(inside: str, language: str) -> None:
    assert only(rss(inside, channel="<language>en</language>")).language == language


@pytest.mark.parametrize(
    "name", ["links", "tags", "authors", "content", "contents", "enclosures", "source", "title_detail"]
)
def test_an_element_that_is_called_like_a_list_is_none(name: str) -> None:
    """feedparser puts an element's text where its own list stands."""
    odd = f"<{name}>astray</{name}>"
    link = "<link>https://wire.test/a</link>"
    found = document(rss(f"<title>T</title>{link}{odd}", f"{odd}<title>U</title>", channel=odd))
    assert [entry.headline for entry in found.entries] == ["T", "U"]
    assert found.entries[0].url == "https://wire.test/a"


def test_author_of_an_atom_feed_is_that_of_its_entries() -> None:
    found = document(
        atom("<title>A</title>", "<author><name>B</name></author>", feed="<author><name>Desk</name></author>")
    )
    assert [entry.author for entry in found.entries] == ["Desk", "B"]


def test_author_by_address() -> None:
    assert only(rss("<author>ada@wire.test (Ada Byron)</author>")).author == "Ada Byron"


# --- broken -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "headlines"),
    [
        (rss("<title>A</title>", "<title>B</title>")[:-20], ["A", "B"]),
        (rss("<title>A & B</title>", "<title>C</title>"), ["A & B", "C"]),
        (rss("<title>A</title><b>", "<title>B</title>"), ["A", "B"]),
        (rss("<title>A</title><x:y>z</x:y>", "<title>B</title>"), ["A", "B"]),
        (rss("<title>&unheard; A</title>"), ["&unheard; A"]),
        (rss("<title a=1>A</title>"), ["A"]),
    ],
    ids=["cut off", "bare ampersand", "wrong nesting", "unknown prefix", "unknown entity", "unquoted attribute"],
)
def test_broken_xml_yields_what_can_be_recovered(body: bytes, headlines: list[str]) -> None:
    found = document(body)
    assert [entry.headline for entry in found.entries] == headlines
    assert any(problem.startswith("not well-formed: ") for problem in found.problems)


def test_fault_is_placed_in_the_document_as_sent() -> None:
    found = document(b"<!-- one\n-->\n\n" + rss("<title>A</title>")[39:].replace(b"<channel>", b"<channel>\n\n<a b>"))
    assert found.problems == ("not well-formed: not well-formed (invalid token) in line 6",)


@pytest.mark.parametrize(
    "body",
    [b"<rss", b"<rss>", b"<rss></rss>", b"<rss><channel><item", b"<rss>\0\0", rss().replace(b"</title>", b"</titel>")],
)
def test_document_of_which_nothing_is_left_is_broken(body: bytes) -> None:
    with pytest.raises(BrokenDocument):
        document(body)


def test_chatter_before_and_after_is_passed_over() -> None:
    body = b"<br />\n<b>Warning</b>: date() in /srv/x.php<br />\n" + rss("<title>A</title>") + b"\nWarning: late"
    found = document(body)
    assert [entry.headline for entry in found.entries] == ["A"]
    assert found.problems == ("89 characters before the document", "13 characters after the document")
