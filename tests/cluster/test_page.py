"""Does a page tell what its teaser says?"""

import pytest

from tests.articles.site import CONSENT, HEADLINE, OTHER, STORY, TEASER
from wire.cluster import Telling, profile, telling
from wire.model import Copy

JAPANESE = "霧里町の桟橋が高波で壊れ、島と結ぶ連絡船は月曜日から十一日間運休する。港湾事務所が木曜日に発表した。"


def copy(headline: str, *paragraphs: str) -> Copy:
    return Copy(version_id="v", headline=headline, paragraphs=paragraphs)


def told(page: tuple[str, ...], teaser: Copy, title: str = "") -> Telling:
    whole = copy(teaser.headline, *page)
    return telling(profile(copy(title, page[0])), profile(whole), profile(teaser))


@pytest.mark.parametrize(
    "teaser",
    [
        copy(HEADLINE, TEASER),
        copy("Island ferries stop", TEASER),
        copy(HEADLINE),
        copy("Skarholm cut off for days", "Divers replace a cracked slipway; a barge takes milk and mail."),
    ],
    ids=["its first sentence", "another headline", "a headline alone", "other words"],
)
def test_a_page_of_its_own_holds(teaser: Copy) -> None:
    assert told(STORY, teaser, title=HEADLINE).holds


@pytest.mark.parametrize("page", [CONSENT, OTHER, ("Subscribe", "Skarholm is what we write about every day.")])
@pytest.mark.parametrize("title", ["", HEADLINE])
def test_another_text_does_not_even_under_its_title(page: tuple[str, ...], title: str) -> None:
    assert not told(page, copy(HEADLINE, TEASER), title=title).holds


def test_a_front_page_that_names_it_among_others_does_not() -> None:
    front = (" ".join(OTHER), *OTHER, *CONSENT, TEASER)
    assert not told(
        front, copy(HEADLINE, "Divers are at work, islanders wait."), title="The Sound: news of the isles"
    ).holds


def test_scripts_without_spaces() -> None:
    teaser = copy("連絡船が十一日間運休", JAPANESE[:30])
    assert told((JAPANESE,) * 2, teaser, title="連絡船が十一日間運休へ").holds
    assert not told(("りんごの収穫が霜で激減した。農協は冷蔵倉庫を開放すると述べた。",) * 2, teaser).holds


def test_shares_are_shares_and_read_as_words() -> None:
    found = told(OTHER, copy(HEADLINE, TEASER))
    assert 0 <= found.phrases <= found.body <= 1
    assert "%" in str(found)
