"""An address as it was given: in parts, or as one line."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AddressText:
    """Parts of an address; "" for what was not given. `line` is the whole address where it came in one piece."""

    line: str = ""
    street: str = ""
    """With the house number, where that has no column of its own."""
    house_number: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""

    def __bool__(self) -> bool:
        """Whether there is enough to look for: a line, a street or a town."""
        return bool(self.line or self.street or self.city or self.postcode)

    @property
    def has_parts(self) -> bool:
        """Whether at least one part stands on its own."""
        return bool(self.street or self.postcode or self.city)

    @property
    def street_line(self) -> str:
        """Street and house number."""
        return f"{self.street} {self.house_number}".strip()

    def __str__(self) -> str:
        """Return one line for people: the line given, and the parts that it does not hold already."""
        town = f"{self.postcode} {self.city}".strip()
        parts = [self.line] if self.line else [self.street_line]
        parts += [part for part in (town, self.country) if part and part.casefold() not in self.line.casefold()]
        return ", ".join(part for part in parts if part)
