"""What the readers of all shapes share: the file at hand, where errors in it are, and what cannot be read at all."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from gsl.errors import InputError
from gsl.inventory import window as bounds
from gsl.inventory.batches import Decoder, Singles
from gsl.inventory.shapes import Shapes
from gsl.inventory.window import Window

BROKEN_JSON = ("truncated-json", "invalid-json")
"""What damage of the bytes makes of the text; said once, as the damage."""


class Fatal(InputError):
    """An error after which a file cannot be read on."""


class Feed(Struct, frozen=True, eq=False):
    """A file that is being read; `open_end` says that it is a part, which ends between two entities."""

    name: str
    window: Window
    shapes: Shapes
    decoder: Callable[[], Decoder | None]
    open_end: bool = False

    def singles(self) -> Singles:
        """A new collection of entities that the decoder takes one by one."""
        return Singles(self.shapes, self.name)

    def fill(self) -> bool:
        """Take more of the file in. Raises `Fatal` for an entity that is too large."""
        if len(self.window) > bounds.LARGEST:
            size = f"{bounds.LARGEST >> 20} MiB" if bounds.LARGEST >> 20 else f"{bounds.LARGEST} bytes"
            message = f"what begins here goes on for more than {size}, the most that one entity may have"
            raise Fatal("too-large", message, self.name, *self.window.place(0))
        return self.window.fill()

    @property
    def damage(self) -> InputError | None:
        """What ended the file before its end."""
        damage = self.window.stream.damage
        if damage is None:
            return None
        place = self.window.place(len(self.window)) if damage.code == "invalid-encoding" else (None, None)
        return InputError(damage.code, damage.message, self.name, *place)
