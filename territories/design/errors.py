"""What is wrong with the inputs of a design.

ValueError
└── DesignInputError    a field of the inputs breaks a limit
"""


class DesignInputError(ValueError):
    """A field of the design's inputs breaks a limit; `index` is the first bad row, -1 where the whole field is bad."""

    def __init__(self, field: str, limit: str, value: object = None, index: int = -1) -> None:
        where = f"[{index}]" if index >= 0 else ""
        got = "" if value is None else f", got {value}"
        super().__init__(f"{field}{where} must be {limit}{got}")
        self.field = field
        self.limit = limit
        self.value = value
        self.index = index
