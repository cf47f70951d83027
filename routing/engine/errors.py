"""What an engine cannot answer, each with the data and the limit it broke.

    EngineError
    ├── MatrixTooLarge   more cells asked for than the engine was told to answer
    └── NoRoute          no way to drive from one stop to the next

All survive pickling, so that a worker can hand them over.
"""


class EngineError(Exception):
    """Anything a caller of `routing.engine` may have to tell its user."""


class MatrixTooLarge(EngineError):
    """More cells than the limit."""

    def __init__(self, cells: int, limit: int) -> None:
        super().__init__(cells, limit)
        self.cells = cells
        self.limit = limit

    def __str__(self) -> str:
        return f"the matrix has {self.cells} cells, more than max_cells = {self.limit}"


class NoRoute(EngineError):
    """No path from one stop to another; the indices count in the stops as they were given."""

    def __init__(self, from_index: int, to_index: int) -> None:
        super().__init__(from_index, to_index)
        self.from_index = from_index
        self.to_index = to_index

    def __str__(self) -> str:
        return f"there is no way to drive from stop {self.from_index} to stop {self.to_index}"
