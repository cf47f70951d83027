"""What is kept beside the roads of every imported map."""

from routing.network.addresses import Addresses, load_addresses, read_addresses, write_addresses
from routing.network.backdrop import Backdrop, load_backdrop, write_backdrop
from routing.network.backdrop_reading import read_backdrop
from routing.network.places import Places, load_places, read_places, write_places
from routing.network.store import Part

PLACES: Part[Places] = Part(
    "places",
    2,
    lambda folder, source, progress: write_places(folder, read_places(source.osm_path, progress)),
    load_places,
)
ADDRESSES: Part[Addresses] = Part(
    "addresses",
    1,
    lambda folder, source, progress: write_addresses(folder, read_addresses(source.osm_path, progress)),
    load_addresses,
)
BACKDROP: Part[Backdrop] = Part(
    "backdrop",
    1,
    lambda folder, source, progress: write_backdrop(folder, read_backdrop(source.osm_path, progress)),
    load_backdrop,
)
ALL_PARTS = (PLACES, ADDRESSES, BACKDROP)
