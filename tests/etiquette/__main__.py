"""Write docs/etiquette.md."""

from tests.etiquette.page import PAGE, page

PAGE.write_text(page(), "utf-8")
