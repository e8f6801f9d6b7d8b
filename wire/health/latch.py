"""A condition that flickers, as one that begins and ends once.

Law: times are seconds of a steady clock.
"""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(slots=True, kw_only=True)
class Latch:
    """Begins once the condition has lasted for `after` seconds, ends once it has been away for `calm`."""

    after: float
    calm: float
    held: bool = False
    _since: float | None = field(init=False, default=None)
    """When what was seen began to differ from what is held."""

    def seen(self, present: bool, now: float) -> Literal["began", "ended"] | None:
        """Take note of whether the condition is there; says whether that changes anything."""
        if present == self.held:
            self._since = None
            return None
        if self._since is None:
            self._since = now
        if now - self._since < (self.calm if self.held else self.after):
            return None
        self.held, self._since = present, None
        return "began" if present else "ended"
