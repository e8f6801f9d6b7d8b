"""Invented feeds, as short as the point that they make."""

NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)
URL = "https://wire.test/feeds/all.xml"


def rss(*items: str, channel: str = "") -> bytes:
    """RSS 2.0 with the inside of its items."""
    inside = "".join(f"<item>{item}</item>" for item in items)
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" {NAMESPACES}><channel><title>Harbour Wire</title>'
        f"<link>https://wire.test/</link>{channel}{inside}</channel></rss>"
    ).encode()


def atom(*entries: str, feed: str = "", attributes: str = "") -> bytes:
    """Atom 1.0 with the inside of its entries."""
    inside = "".join(f"<entry>{entry}</entry>" for entry in entries)
    start = f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}>'
    return f"{start}<title>Harbour Wire</title>{feed}{inside}</feed>".encode()


def rdf(*items: str) -> bytes:
    """RSS 1.0 with the inside of its items, which stand beside the channel."""
    inside = "".join(f'<item rdf:about="https://wire.test/{n}">{item}</item>' for n, item in enumerate(items))
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Harbour Wire</title></channel>{inside}</rdf:RDF>'
    ).encode()
