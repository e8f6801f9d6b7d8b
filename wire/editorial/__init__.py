"""Orders to editors: what an entry orders, which copy it means, and how a story stands under the orders on it.

::

    entry ─ order ─▶ Order ─ target ─▶ the story that it means; none: it waits
    copy ─ names ─▶ keys ─ meant ─▶ the order that waited for it, or that it comes too late for

Law: pure. An order is held against copy by names alone, the plainest first; what two texts have in common is no name.
Where it is not clear until when copy is held, it is held longer.
"""

from wire.editorial.hour import until
from wire.editorial.keys import By, Key, Order, names, order
from wire.editorial.match import Carried, Open, Party, meant, target
from wire.editorial.standing import Held, stands

__all__ = [
    "By",
    "Carried",
    "Held",
    "Key",
    "Open",
    "Order",
    "Party",
    "meant",
    "names",
    "order",
    "stands",
    "target",
    "until",
]
