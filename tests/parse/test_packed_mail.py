"""Wire documents that come packed with a mail; what is made to hurt costs itself."""

import base64
import gzip
import io
import zipfile
from email.message import EmailMessage

import pytest

from wire.model import Document
from wire.parse import parse
from wire.parse.packed import MAX_MEMBERS, MAX_UNPACKED

NITF = (
    "<?xml version='1.0' encoding='{}'?><nitf><head><docdata><doc-id id-string='{}'/></docdata></head><body><body.head>"
    "<hedline><hl1>{}</hl1></hedline></body.head><body.content><p>Die Fähre nach Quarn fällt aus, und zwar den ganzen "
    "Tag über.</p></body.content></body></nitf>"
)
NINJS = (
    '{{"standard": {{"name": "ninjs", "version": "2.1"}}, "uri": "urn:x:{0}", "type": "text", "version": "1", '
    '"headline": "{1}", "body_text": "It is late, and will be late for the whole of the day."}}'
)


def nitf(guid: str = "n1", headline: str = "Fähre fällt aus", encoding: str = "utf-8") -> bytes:
    return NITF.format(encoding, guid, headline).encode(encoding)


def zipped(*members: tuple[str, bytes], pack: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", pack) as archive:
        for name, body in members:
            archive.writestr(name, body)
    return out.getvalue()


def mailed(*attached: tuple[bytes, str, str], text: str = "See the attached.") -> bytes:
    """A mail with (bytes, media type, name)."""
    message = EmailMessage()
    message["From"], message["To"] = "desk@agency.test", "wire@paper.test"
    message["Subject"], message["Message-ID"] = "Items", "<m1@agency.test>"
    message["Date"] = "Thu, 12 Mar 2026 14:05:00 +0100"
    message.set_content(text)
    for body, kind, name in attached:
        message.add_attachment(body, *kind.split("/"), filename=name)
    return message.as_bytes()


def read(*attached: tuple[bytes, str, str]) -> Document:
    return parse(mailed(*attached), url="file:///m.eml")


def headlines(document: Document) -> list[str]:
    return [entry.headline for entry in document.entries]


@pytest.mark.parametrize("kind", ["application/gzip", "application/octet-stream", "text/xml"])
def test_a_packed_document_is_its_entries(kind: str) -> None:
    document = read((gzip.compress(nitf()), kind, "a.xml.gz"))
    assert (headlines(document), document.skipped) == (["Fähre fällt aus"], ("covering letter",))
    assert "Die Fähre nach Quarn fällt aus" in document.entries[0].body


def test_all_documents_of_a_zip_file_are_read_and_the_rest_is_counted() -> None:
    packed = zipped(
        ("items/a.xml", nitf("n1", "Eins", "iso-8859-1")),
        ("items/", b""),
        ("items/b.json", NINJS.format("n2", "Two").encode()),
        ("items/c.xml.gz", gzip.compress(nitf("n3", "Drei"))),
        ("ferry.JPG", b"\xff\xd8\xff\xe0"),
        ("readme", b"nothing of note"),
    )
    document = read((packed, "application/zip", "items.zip"))
    assert sorted(headlines(document)) == ["Drei", "Eins", "Two"]
    assert sorted(document.skipped) == ["covering letter", "file", "picture"]
    assert "fällt aus" in next(entry.body for entry in document.entries if entry.headline == "Eins")


def test_a_packed_file_without_documents_leaves_the_letter_as_the_text() -> None:
    document = read((zipped(("a.jpg", b"\xff\xd8\xff\xe0")), "application/zip", "a.zip"))
    assert (headlines(document), document.skipped) == (["Items"], ("zip",))


def test_documents_of_office_programs_are_not_taken_apart() -> None:
    office = zipped(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", nitf()))
    document = read((office, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "a.docx"))
    assert headlines(document) == ["Items"]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (gzip.compress(b" " * (MAX_UNPACKED + 10)), "the gzip file holds more than 52,428,800 bytes"),
        (zipped(("a.xml", b" " * (MAX_UNPACKED + 10))), "the packed files hold more than"),
        (zipped(*((f"{n}.xml", b" " * 20_000_000) for n in range(4))), "the packed files hold more than"),
        (zipped(*((f"{n}.xml", b"") for n in range(MAX_MEMBERS + 1))), "holds more than 500 files"),
        (zipped(("a.xml", nitf()), pack=zipfile.ZIP_LZMA), "packed in a way that is not read (14)"),
        (zipped(("a.xml", nitf()))[:-30], "the ZIP file breaks off"),
        (gzip.compress(nitf())[:-30], "the gzip file breaks off"),
        (b"PK\x03\x04" + b"\0" * 100 + b"PK\x05\x06" + b"\xff" * 18, "holds more than 500 files"),
    ],
    ids=["gzip bomb", "zip bomb", "bomb in parts", "many files", "lzma", "zip cut", "gzip cut", "no zip"],
)
def test_what_cannot_be_unpacked_costs_itself(body: bytes, problem: str) -> None:
    document = read((body, "application/octet-stream", "a.bin"), (nitf("n9", "Heil"), "application/xml", "b.xml"))
    assert headlines(document) == ["Heil"]
    assert [each for each in document.problems if problem in each], document.problems


def test_a_zip_file_that_says_it_is_encrypted() -> None:
    packed = bytearray(zipped(("a.xml", nitf())))
    packed[6] |= 1
    packed[packed.rindex(b"PK\x01\x02") + 8] |= 1
    document = read((bytes(packed), "application/zip", "a.zip"))
    assert [each for each in document.problems if "is encrypted" in each]


def test_packed_files_inside_packed_ones_are_opened_so_far() -> None:
    body = nitf()
    for level, count in ((1, 1), (2, 1), (3, 0)):
        body = gzip.compress(body) if level % 2 else zipped(("a.bin", body))
        document = read((body, "application/octet-stream", "a.bin"))
        assert ("Fähre fällt aus" in headlines(document)) is bool(count)


@pytest.mark.parametrize("charset", ["iso-8859-1", "utf-8"])
def test_the_character_set_of_a_part_counts_where_its_document_names_none(charset: str) -> None:
    plain = nitf().decode().partition("?>")[2].encode(charset)
    part = base64.encodebytes(plain).decode()
    message = mailed(text="x").decode().replace("text/plain", "text/xml")
    head, _, _ = message.replace('charset="utf-8"', f"charset={charset}").partition("\n\n")
    head = head.replace("Content-Transfer-Encoding: 7bit", "Content-Transfer-Encoding: base64")
    assert headlines(parse(f"{head}\n\n{part}".encode(), url="file:///m.eml")) == ["Fähre fällt aus"]


def test_a_wire_document_that_a_gateway_sends_as_plain_text_is_one() -> None:
    document = parse(mailed(text=NINJS.format("n2", "Ferry late")), url="file:///m.eml")
    assert headlines(document) == ["Ferry late"]
    assert headlines(parse(mailed(text="<b>no</b> document, and { no JSON"), url="file:///m.eml")) == ["Items"]
