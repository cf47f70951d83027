import pytest

from routing.network.car_profile import CarProfile
from routing.network.node_behaviour import (
    ALWAYS,
    NOTHING,
    ON_MINOR_ROADS,
    TOWARDS_JUNCTION,
    NodeBehaviour,
    node_behaviour,
)

CAR = CarProfile()
BLOCKS = NodeBehaviour(blocks=True)
GATE = NodeBehaviour(along_ms=60_000, against_ms=60_000)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, NOTHING),
        # barriers that let pass, that have to be opened, that block
        *[({"barrier": kind}, NOTHING) for kind in ("cattle_grid", "border_control", "toll_booth", "sally_port")],
        *[({"barrier": kind}, NOTHING) for kind in ("entrance", "arch", "no", "height_restrictor")],
        *[({"barrier": kind}, GATE) for kind in ("gate", "lift_gate")],
        *[({"barrier": kind}, BLOCKS) for kind in ("bollard", "block", "wall", "fence", "yes", "kerb", "swing_gate")],
        ({"barrier": "bollard", "bollard": "rising"}, NOTHING),
        ({"barrier": "bollard", "bollard": "removable"}, BLOCKS),
        ({"barrier": "kerb", "kerb": "lowered"}, NOTHING),
        ({"barrier": "kerb", "kerb": "flush"}, NOTHING),
        ({"barrier": "kerb", "kerb": "raised"}, BLOCKS),
        ({"barrier": "kerb", "highway": "crossing"}, NOTHING),
        ({"barrier": "fence", "sensory": "audible"}, NOTHING),
        ({"barrier": "height_restrictor", "maxheight": "1.9"}, BLOCKS),
        ({"barrier": "height_restrictor", "maxheight": "default"}, NOTHING),
        # an access tag goes before the barrier, and where it opens nobody has to ask
        ({"barrier": "bollard", "motor_vehicle": "yes"}, NOTHING),
        ({"barrier": "wall", "access": "private"}, NOTHING),
        ({"barrier": "gate", "access": "yes"}, NOTHING),
        ({"barrier": "gate", "access": "no"}, BLOCKS),
        ({"barrier": "gate", "access": "agricultural;forestry"}, BLOCKS),
        ({"barrier": "gate", "access": "no", "motorcar": "yes"}, NOTHING),
        ({"access": "yes", "motor_vehicle": "no"}, BLOCKS),
        ({"access": "some_tag"}, NOTHING),
        ({"highway": "crossing", "motor_vehicle": "no"}, BLOCKS),
        ({"highway": "traffic_signals", "motor_vehicle": "no"}, BLOCKS),
        # signs
        ({"highway": "crossing"}, NOTHING),
        ({"highway": "traffic_signals"}, NodeBehaviour(along_ms=2000, against_ms=2000)),
        ({"highway": "traffic_signals", "direction": "forward"}, NodeBehaviour(along_ms=2000)),
        (
            {"highway": "traffic_signals", "direction": "forward", "traffic_signals:direction": "backward"},
            NodeBehaviour(against_ms=2000),
        ),
        ({"highway": "give_way"}, NodeBehaviour(along_ms=1000, against_ms=1000)),
        ({"highway": "give_way", "direction": "backward"}, NodeBehaviour(against_ms=1000)),
        ({"highway": "give_way", "direction": "NW"}, NodeBehaviour(along_ms=1000, against_ms=1000)),
        ({"highway": "stop"}, NodeBehaviour(along_ms=2000, against_ms=2000, who_waits=TOWARDS_JUNCTION)),
        ({"highway": "stop", "direction": "both"}, NodeBehaviour(along_ms=2000, against_ms=2000, who_waits=ALWAYS)),
        ({"highway": "stop", "stop": "all", "direction": "forward"}, NodeBehaviour(along_ms=2000)),
        (
            {"highway": "stop", "stop": "minor"},
            NodeBehaviour(along_ms=2000, against_ms=2000, who_waits=ON_MINOR_ROADS),
        ),
        ({"highway": "give_way", "barrier": "gate"}, NodeBehaviour(along_ms=61_000, against_ms=61_000)),
        # room to turn
        *[({"highway": kind}, NodeBehaviour(turns_round=True)) for kind in ("turning_circle", "turning_loop")],
        ({"highway": "mini_roundabout", "direction": "clockwise"}, NodeBehaviour(turns_round=True)),
    ],
)
def test_nodes(tags: dict[str, str], expected: NodeBehaviour) -> None:
    assert node_behaviour(tags, CAR) == expected
