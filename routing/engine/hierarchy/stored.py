"""The hierarchy and the metric of a map's own driving times, kept beside its roads and memory-mapped."""

import logging
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from routing.arrays import Int32Array
from routing.engine.hierarchy.contraction import build_hierarchy
from routing.engine.hierarchy.customisation import Metric, customise_hierarchy, fill_of
from routing.engine.hierarchy.customisation_kernels import Fill
from routing.engine.hierarchy.hierarchy import Hierarchy
from routing.engine.hierarchy.node_order import node_order
from routing.engine.hierarchy.star_kernels import Star
from routing.engine.search_graph import turn_keys
from routing.network.array_folder import read_folder, read_manifest, write_folder
from routing.network.errors import NetworkError, StoreDamaged, StoreMissing
from routing.network.road_network import RoadNetwork
from routing.network.store import MapSource, Part, StoredNetwork
from routing.progress import Progress, part, silent

AnyArray = Any
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoredHierarchy:
    """All that a `HierarchyEngine` needs beside the network."""

    hierarchy: Hierarchy
    fill: Fill
    metric: Metric


def prepare_hierarchy(network: RoadNetwork, progress: Progress = silent) -> StoredHierarchy:
    """Order, contract and customise: some seconds for a city, nearly all of them for the order."""
    order: Int32Array = node_order(network, part(progress, 0.0, 0.85))
    hierarchy = build_hierarchy(network, order)
    progress(0.95, "customising")
    fill = fill_of(hierarchy)
    return StoredHierarchy(hierarchy, fill, customise_hierarchy(hierarchy, fill, turn_keys(network)))


def write_hierarchy(folder: Path, stored: StoredHierarchy, network: RoadNetwork) -> None:
    """Write all arrays as `folder`, whole or not at all; `network` is what they were made from."""
    about = {"holds": "hierarchy and metric", "key": "ms << 31 | dm", _NETWORK_CRC32: network_crc32(network)}
    write_folder(folder, dict(_arrays(stored)), about)


def network_crc32(network: RoadNetwork) -> int:
    """Checksum of all that a hierarchy's answers depend on: Porto's 4.5 MB in 1.3 ms.

    The order depends on coordinates as well, but any order gives the same answers.
    """
    checksum = 0
    for name in _DEPENDS_ON:
        array = getattr(network, name)
        checksum = zlib.crc32(array, zlib.crc32(f"{name} {array.size} ".encode(), checksum))
    return checksum


def load_hierarchy(folder: Path) -> StoredHierarchy:
    """Open what `write_hierarchy` wrote. Raises StoreMissing, StoreDamaged or StoreOfOtherVersion."""
    arrays = read_folder(folder).arrays
    try:
        hierarchy = Hierarchy(**{field.name: arrays[field.name] for field in fields(Hierarchy)})
        # the arcs that fill and hierarchy share are stored once
        fill = Fill(*(arrays[name if name in _SHARED else f"fill_{name}"] for name in Fill._fields))
        up, down = (Star(*(arrays[f"{side}_star_{name}"] for name in Star._fields)) for side in ("up", "down"))
        up_ms, down_ms = (
            Star(star.first, star.node, arrays[f"{side}_star_ms"]) for side, star in (("up", up), ("down", down))
        )
        metric = Metric(arrays["up_via"], arrays["down_via"], up, down, up_ms, down_ms)
    except KeyError as missing:
        raise StoreDamaged(folder, f"array {missing} is missing") from None
    return StoredHierarchy(hierarchy, fill, metric)


def stored_hierarchy(stored: StoredNetwork) -> StoredHierarchy:
    """The hierarchy beside a stored network; made again where it is missing, damaged, or not of this network."""
    folder = stored.folder / HIERARCHY.folder_name
    try:
        if read_manifest(folder).get(_NETWORK_CRC32) == network_crc32(stored.network):
            return load_hierarchy(folder)
        _LOG.warning("%s: of another network; made again", folder)
    except StoreMissing:
        pass
    except NetworkError as error:
        _LOG.warning("%s; made again", error)
    write_hierarchy(folder, prepare_hierarchy(stored.network), stored.network)
    return load_hierarchy(folder)


_NETWORK_CRC32 = "network_crc32"
_DEPENDS_ON = ("turn_first", "turn_head", "turn_ms", "arc_of_state", "duration_ms", "length_dm")
_SHARED = ("up_first", "up_head", "down_first", "down_tail")


def _arrays(stored: StoredHierarchy) -> Iterator[tuple[str, AnyArray]]:
    for field in fields(Hierarchy):
        yield field.name, getattr(stored.hierarchy, field.name)
    for name in Fill._fields:
        if name not in _SHARED:
            yield f"fill_{name}", getattr(stored.fill, name)
    metric = stored.metric
    yield "up_via", metric.up_via
    yield "down_via", metric.down_via
    for side, star, in_ms in (("up", metric.up, metric.up_ms), ("down", metric.down, metric.down_ms)):
        for name in Star._fields:
            yield f"{side}_star_{name}", getattr(star, name)
        yield f"{side}_star_ms", in_ms.weight


def _write(folder: Path, source: MapSource, progress: Progress) -> None:
    write_hierarchy(folder, prepare_hierarchy(source.network, progress), source.network)


HIERARCHY: Part[StoredHierarchy] = Part("hierarchy", 3, _write, load_hierarchy)
"""Raise the version when the order or the arrays change."""
