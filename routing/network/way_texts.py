"""What a way is called: its name, its numbers, where its signs point to, and how its name is spoken."""

from collections.abc import Mapping

from routing.network.way_behaviour import WayBehaviour

Tags = Mapping[str, str]


def way_texts(tags: Tags, behaviour: WayBehaviour) -> tuple[str, str, str, str]:
    """Name, numbers ("A 28; N 14"), destination ("A 28: Porto, Braga") and pronunciation of a way, else "".

    Only one-way roads have a destination: of others the map says too rarely which direction is meant.
    """
    destination = ""
    if not (behaviour.forward_kmh and behaviour.backward_kmh):
        direction = "forward" if behaviour.forward_kmh else "backward"
        places = _listed(tags.get("destination", tags.get(f"destination:{direction}", "")), ", ")
        numbers = _listed(tags.get("destination:ref", tags.get(f"destination:ref:{direction}", "")), ", ")
        destination = ": ".join(part for part in (numbers, places) if part)
    numbers = _listed(tags.get("ref", ""), "; ")
    return tags.get("name", ""), numbers, destination, tags.get("name:pronunciation", "")


def _listed(value: str, separator: str) -> str:
    """The values of a tag that lists them with semicolons."""
    if ";" not in value:
        return value
    return separator.join(part for part in map(str.strip, value.split(";")) if part)
