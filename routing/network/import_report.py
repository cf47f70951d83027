"""What an import made of a map file, and what it left out."""

from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class BuildReport:
    """Counts of a built network."""

    ways: int
    """Ways that the profile drives."""
    junctions: int
    edges: int
    arcs: int
    states: int
    turns: int
    road_km: float
    destination_only_edges: int
    reached_only_through_destination: int
    """Edges open by their tags that lie behind destination-only streets, and so became destination-only."""
    restrictions_used: int
    restrictions_at_times: int
    """Restrictions under a condition: kept with it, not in the turns."""
    restrictions_ignored: dict[str, int]
    """By reason."""
    dropped_junctions: int
    """Junctions outside the largest strongly connected part."""
    dropped_edges: int
    dropped_km: float
    cut_off_edges: int
    """Of the dropped edges, those that only turn bans cut off."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """A `BuildReport` with where the network comes from and how long each phase took."""

    source: str
    """Name of the map file."""
    ways_read: int
    """Ways with a highway or ferry tag in the file, driven or not."""
    build: BuildReport
    phase_s: dict[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """Plain values for a manifest."""
        return asdict(self)
