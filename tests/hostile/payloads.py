"""Markup that wants to run, to hide or to drown: what is shown is text."""

from tests.hostile.case import Case, item, read
from tests.parse.documents import atom, rss

_SCRIPTS = {
    "<script>alert(1)</script>Told.": "Told.",
    "<SCRIPT SRC=//a.test/x.js></SCRIPT>Told.": "Told.",
    "<img src=x onerror=alert(1)>Told.": "Told.",
    "<svg onload=alert(1)>Told.</svg>": "",
    "<svg><a xlink:href='javascript:alert(1)'><text>Told.</text></a></svg>": None,
    "<svg><script>alert(1)</script></svg>Told.": None,
    "<math><mtext><script>alert(1)</script></mtext></math>Told.": None,
    "<a href='javascript:alert(1)'>Told.</a>": "Told.",
    "<iframe src='javascript:alert(1)'></iframe>Told.": "Told.",
    "<iframe srcdoc='&lt;script&gt;alert(1)&lt;/script&gt;'></iframe>Told.": "Told.",
    "<object data='data:text/html,x'></object>Told.": "Told.",
    "<embed src='x.swf'>Told.": "Told.",
    "<form action='https://a.test/'><input name=a><button>Send</button></form>Told.": None,
    "<style>@import 'http://127.0.0.1/x';</style>Told.": "Told.",
    "<link rel=stylesheet href=x>Told.": "Told.",
    "<meta http-equiv=refresh content='0;url=javascript:x'>Told.": "Told.",
    "<base href='javascript:'>Told.": "Told.",
    "<template><script>x</script></template>Told.": "Told.",
    "<noscript><p title='</noscript><img src=x onerror=x>'></noscript>Told.": None,
    "<textarea><script>x</script></textarea>Told.": None,
    "<title><script>x</script></title>Told.": None,
    "<xmp><script>x</script></xmp>Told.": None,
    "<plaintext>Told.": "Told.",
    "<!-- <script>x</script> -->Told.": "Told.",
    "<![CDATA[<script>x</script>]]>Told.": None,
    "<b onmouseover=alert(1)>Told.</b>": "Told.",
    "<p style='background:url(javascript:x)'>Told.</p>": "Told.",
    "<p style='display:none'>Hidden.</p><p>Told.</p>": None,
    "<scr<script>ipt>alert(1)</scr</script>ipt>Told.": None,
    '<a href="https://a.test/"onclick=x>Told.</a>': "Told.",
    "<table background=javascript:x><tr><td>Told.</td></tr></table>": "Told.",
    "<video><source onerror=x></video>Told.": "Told.",
    "<details open ontoggle=x>Told.</details>": "Told.",
    "<input autofocus onfocus=x>Told.": "Told.",
    "<?php system('id'); ?>Told.": "Told.",
    "{{constructor.constructor('x')()}} Told.": "{{constructor.constructor('x')()}} Told.",
}
SCRIPTS = [
    read(
        f"scripts: {payload[:40]}",
        item(f"<description><![CDATA[{payload.replace(']]>', ']]]]><![CDATA[>')}]]></description>"),
        text=text,
    )
    for payload, text in _SCRIPTS.items()
]

SCRIPT = "&lt;script&gt;alert(1)&lt;/script&gt;"
PLACES: list[Case] = [
    read("places: a script in the title", rss(f"<title>A{SCRIPT}</title>"), headline="A"),
    read(
        "places: a script in the title, escaped twice",
        rss("<title>A&amp;lt;script&amp;gt;</title>"),
        headline="A",
    ),
    read("places: a script in the author", item(f"<dc:creator>Ada {SCRIPT}</dc:creator>"), headline="A"),
    read(
        "places: a script in Atom's author",
        atom(f"<title>A</title><author><name>Ada {SCRIPT}</name></author>"),
        headline="A",
    ),
    read(
        "places: a link in the author",
        item("<author>&lt;a href='javascript:x'&gt;Ada&lt;/a&gt;</author>"),
        headline="A",
    ),
    read("places: a script in a category", item(f"<category>{SCRIPT}</category>"), headline="A"),
    read("places: a script in the source", item(f"<source url='javascript:x'>{SCRIPT}</source>"), headline="A"),
    read("places: a script in the feed's title", item("", channel=f"<title>{SCRIPT}</title>"), headline="A"),
    read("places: a script in the guid", item(f"<guid>{SCRIPT}</guid>"), headline="A"),
    read("places: a script in the language", item(f"<dc:language>{SCRIPT}</dc:language>"), headline="A"),
]

DROWNING: list[Case] = [
    *(
        read(
            f"drowning: 100,000 of {tag}",
            item(f"<description><![CDATA[{tag * 100_000}x]]></description>"),
            headline="A",
        )
        for tag in (
            "<div>",
            "<b>",
            "<p>",
            "</p>",
            "<table>",
            "<a href=x>",
            "<font>",
            "<li>",
            "<svg>",
            "<select>",
            "<form>",
            "<nobr>",
            "<",
            "&lt;",
            "<!",
            "<!--",
            "<?",
            "</",
            "&",
            "<a",
            "<a b=",
            "\n",
            "<br>",
            "<i><p>",
        )
    ),
    read(
        "drowning: nested tables",
        item(f"<description><![CDATA[{'<table><tr><td>' * 20_000}x]]></description>"),
        headline="A",
    ),
    read(
        "drowning: formatting without end",
        item(f"<description><![CDATA[{'<p><b><i><u>' * 5_000}x]]></description>"),
        headline="A",
    ),
    read(
        "drowning: 300 KB of attributes",
        item(f"<description><![CDATA[<p {'a=1 ' * 75_000}>x]]></description>"),
        headline="A",
    ),
    read(
        "drowning: 60,000 other attributes",
        item("<description><![CDATA[<p " + " ".join(f"a{n}" for n in range(60_000)) + ">x]]></description>"),
        headline="A",
    ),
]

_TEXTS = {
    "a direction override": "\u202eneddih\u202c Told.",
    "isolates": "\u2066Told.\u2069" * 1_000,
    "zero-width": "T\u200bo\u200cl\u200dd\ufeff.",
    "100,000 zero-width": "Told." + "\u200b" * 100_000,
    "combining marks": "T" + "\u0301" * 100_000,
    "tag characters": "Told." + "".join(chr(0xE0000 + n) for n in range(0x20, 0x7F)),
    "private use": "\ue000\U000f0000 Told.",
    "a flag": "\U0001f1e6" * 10_001,
    "a family": "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 5_000,
    "separators": "Told.\u2028Told.\u2029Told.\x85",
    "soft hyphens": "To\u00adld.",
    "fullwidth": "Ｔｏｌｄ．",
    "look-alikes": "Тоld.",
    "a word of 1 MB": "x" * 1_000_000,
    "a million words": "a " * 1_000_000,
    "a million full stops": "." * 1_000_000,
    "a million quotes": '"' * 1_000_000,
    "a million line breaks": "a\n" * 500_000,
    "a million brackets": "(" * 1_000_000,
    "a million dashes": "- " * 500_000,
    "a million digits": "7" * 1_000_000,
    "figures": "1,000.00 " * 100_000,
    "shouting": "UPDATE 1-" * 20_000,
    "a dateline without end": "LIMA, " * 100_000 + "Jan 21 (Reuters) -",
    "openings of datelines": "LONDON (Reuters) - " * 20_000,
    "credits": "(Reporting by Ada Byron; " * 20_000,
    "credit lines": "Reporting by Ada Byron\n\n" * 20_000,
    "addresses": "a@b.test " * 50_000,
    "links": "https://a.test/ " * 50_000,
    "Chinese without blanks": "新闻" * 300_000,
    "Thai without blanks": "ข่าว" * 200_000,
    "Arabic": "سلام " * 100_000,
    "Hangul jamo": "\u1100\u1161" * 200_000,
    "expanding ligatures": "\ufdfa" * 100_000,
}
TEXTS = [
    read(f"texts: {name}", item(f"<description>{text}</description>"), headline="A") for name, text in _TEXTS.items()
]

CASES = [*SCRIPTS, *PLACES, *DROWNING, *TEXTS]
