"""OpenStreetMap files small enough to read, written as XML."""

from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import quoteattr

Tags = Mapping[str, str]


class OsmFile:
    """Collects nodes, ways and relations; numbers them in the order they come."""

    def __init__(self) -> None:
        self._nodes: list[str] = []
        self._ways: list[str] = []
        self._relations: list[str] = []

    def node(self, lon: float, lat: float, tags: Tags | None = None) -> int:
        """Add a node and return its id."""
        self._nodes.append(
            f'<node id="{len(self._nodes) + 1}" version="1" lon="{lon:.7f}" lat="{lat:.7f}">{_tags(tags)}</node>'
        )
        return len(self._nodes)

    def way(self, nodes: list[int], tags: Tags | None = None) -> int:
        """Add a way and return its id."""
        refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
        self._ways.append(f'<way id="{len(self._ways) + 1}" version="1">{refs}{_tags(tags)}</way>')
        return len(self._ways)

    def relation(self, members: list[tuple[str, int, str]], tags: Tags) -> int:
        """Add a relation of (type, id, role) and return its id."""
        listed = "".join(f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in members)
        self._relations.append(
            f'<relation id="{len(self._relations) + 1}" version="1">{listed}{_tags(tags)}</relation>'
        )
        return len(self._relations)

    def square(self, lon: float, lat: float, side: float, tags: Tags | None = None) -> int:
        """Add a closed way around (lon, lat), `side` degrees wide, and return its id."""
        half = side / 2
        corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
        nodes = [self.node(lon + dx, lat + dy) for dx, dy in corners]
        return self.way([*nodes, nodes[0]], tags)

    def write(self, path: Path) -> Path:
        """Write all as .osm and return the path."""
        body = "\n".join(self._nodes + self._ways + self._relations)
        path.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">\n{body}\n</osm>\n', "utf-8")
        return path


def _tags(tags: Tags | None) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in (tags or {}).items())
