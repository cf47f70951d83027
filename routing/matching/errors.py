"""What cannot be matched, with the point that is to blame."""


class BadTrace(Exception):
    """A value of a trace that cannot be: `field` of point `index` is `value`, but must be `limit`."""

    def __init__(self, field: str, index: int, value: float, limit: str) -> None:
        super().__init__(field, index, value, limit)
        self.field, self.index, self.value, self.limit = field, index, value, limit

    def __str__(self) -> str:
        return f"{self.field}[{self.index}] is {self.value:g}; it must be {self.limit}"
