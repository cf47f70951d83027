"""A column of texts as arrays, so that it can be stored and memory-mapped like any other column."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from routing.arrays import Int32Array, UInt8Array, frozen


@dataclass(frozen=True, slots=True)
class Texts:
    """n texts, of which every different one is kept once; read-only."""

    code: Int32Array
    """(n) which of the different texts."""
    first: Int32Array
    """(different+1) byte offsets into `utf8`."""
    utf8: UInt8Array

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, frozen(getattr(self, field.name)))

    @staticmethod
    def of(texts: Sequence[str]) -> "Texts":
        """The column that holds `texts`."""
        codes: dict[str, int] = {}
        code = [codes.setdefault(text, len(codes)) for text in texts]
        blobs = [text.encode(errors="replace") for text in codes]
        first = np.zeros(len(blobs) + 1, dtype=np.int32)
        np.cumsum([len(blob) for blob in blobs], out=first[1:])
        return Texts(np.array(code, dtype=np.int32), first, np.frombuffer(b"".join(blobs), dtype=np.uint8))

    def __len__(self) -> int:
        return int(self.code.size)

    def __getitem__(self, index: int) -> str:
        return self._text(int(self.code[index]))

    def __iter__(self) -> Iterator[str]:
        return iter(self.tolist())

    def tolist(self) -> list[str]:
        """All n texts."""
        different = self.different()
        return [different[code] for code in self.code.tolist()]

    def different(self) -> list[str]:
        """Every different text once, in the order that `code` counts."""
        return [self._text(code) for code in range(self.first.size - 1)]

    def take(self, index: npt.NDArray[np.integer[Any]]) -> "Texts":
        """The texts at `index`, in that order."""
        return Texts(self.code[index], self.first, self.utf8)

    def arrays(self, name: str) -> dict[str, npt.NDArray[Any]]:
        """What to store, by array name; `Texts.stored` reads it back."""
        return {f"{name}_code": self.code, f"{name}_first": self.first, f"{name}_utf8": self.utf8}

    @staticmethod
    def stored(arrays: Mapping[str, npt.NDArray[Any]], name: str) -> "Texts":
        """The column that `arrays(name)` wrote. Raises KeyError where it is not there."""
        return Texts(arrays[f"{name}_code"], arrays[f"{name}_first"], arrays[f"{name}_utf8"])

    def _text(self, code: int) -> str:
        return bytes(self.utf8[self.first[code] : self.first[code + 1]]).decode()
