"""What is written of the pages that teasers link to.

Law: a page that is waited for keeps its teaser's entry, so that its text can be taken whatever goes meanwhile.
"""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import update

from wire.model.article import Article
from wire.store import bulk
from wire.store.articles import article_values
from wire.store.feed_tables import article
from wire.store.packed import Packer
from wire.store.tables import version
from wire.store.write import Write

_RENEWED = tuple(each.name for each in article.c if each.name not in {"feed", "entry_key", "full_number"})


class Awaited(Write):
    """The part of the write transaction that knows pages."""

    def save_articles(self, articles: Iterable[Article]) -> None:
        """Write down how it stands with pages, whether or not they are known."""
        packer = Packer()
        rows = [article_values(each, packer) for each in articles]
        if rows:
            self.flush()
        bulk.insert(self._connection, article, rows, renew=_RENEWED)

    def save_taken(self, taken: Article, delivery_id: str) -> None:
        """Write down that a page's text was taken, as this delivery."""
        self.save_articles([taken])
        here = (article.c.feed == taken.feed) & (article.c.entry_key == taken.entry_key)
        number = int(delivery_id.removeprefix("d"))
        self._connection.execute(update(article).where(here).values(full_number=number))

    def mark_teaser(self, version_id: str, story_id: str) -> None:
        """A version of a story announces another one; it never stands for the story beside that."""
        self.flush()
        bulk.change(self._connection, version.c.version_id, {version_id: {"teaser": True}})
        members = self._members.get(story_id)
        if members and version_id in members:
            members[version_id] = replace(members[version_id], teaser=True)
