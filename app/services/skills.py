"""Skill names as the bits that kernels and solvers compare."""

from collections.abc import Iterable

from app.services.errors import LimitExceeded

MOST_SKILLS = 62
"""Bits of a non-negative int64."""


class SkillBits:
    """Gives each skill name of an organisation a bit."""

    def __init__(self, names: Iterable[str]) -> None:
        ordered = sorted(set(names))
        if len(ordered) > MOST_SKILLS:
            raise LimitExceeded("skills", len(ordered), MOST_SKILLS, "bits of a 64-bit integer")
        self._bit = {name: 1 << index for index, name in enumerate(ordered)}

    def mask(self, names: Iterable[str]) -> int:
        """The bits of `names`."""
        return sum(self._bit[name] for name in set(names))
