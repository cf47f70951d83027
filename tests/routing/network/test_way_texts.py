import pytest

from routing.network.car_profile import CarProfile
from routing.network.road_network import CIRCULAR, LEFT_HAND, ROUNDABOUT, TOLL, TUNNEL
from routing.network.way_behaviour import way_behaviour
from routing.network.way_texts import way_texts


@pytest.mark.parametrize(
    ("tags", "texts"),
    [
        ({}, ("", "", "", "")),
        ({"name": "Rua Ça", "ref": "N 1"}, ("Rua Ça", "N 1", "", "")),
        ({"ref": "A 28;N 14 ;"}, ("", "A 28; N 14", "", "")),
        ({"destination": "Porto"}, ("", "", "", "")),
        ({"destination": "Porto;Braga", "oneway": "yes"}, ("", "", "Porto, Braga", "")),
        ({"destination": "Porto", "destination:ref": "A 28; A 4", "oneway": "yes"}, ("", "", "A 28, A 4: Porto", "")),
        ({"destination:ref": "A 28", "oneway": "yes"}, ("", "", "A 28", "")),
        ({"destination:forward": "Porto", "destination:backward": "Braga", "oneway": "yes"}, ("", "", "Porto", "")),
        ({"destination:forward": "Porto", "destination:backward": "Braga", "oneway": "-1"}, ("", "", "Braga", "")),
        ({"name": "Cais", "name:pronunciation": "kaish"}, ("Cais", "", "", "kaish")),
    ],
)
def test_texts(tags: dict[str, str], texts: tuple[str, str, str, str]) -> None:
    behaviour = way_behaviour({"highway": "primary", **tags}, CarProfile())
    assert behaviour is not None
    assert way_texts(tags, behaviour) == texts


@pytest.mark.parametrize(
    ("tags", "flags"),
    [
        ({}, 0),
        ({"junction": "roundabout"}, ROUNDABOUT),
        ({"junction": "circular"}, CIRCULAR),
        ({"junction": "intersection"}, 0),
        ({"toll": "yes", "tunnel": "building_passage"}, TOLL | TUNNEL),
        ({"toll": "yes", "toll:motorcar": "no", "tunnel": "no"}, 0),
        ({"driving_side": "left"}, LEFT_HAND),
    ],
)
def test_flags(tags: dict[str, str], flags: int) -> None:
    behaviour = way_behaviour({"highway": "primary", **tags}, CarProfile(left_hand_driving=False))
    assert behaviour is not None and behaviour.flags == flags


def test_the_profile_says_which_side_where_the_map_does_not() -> None:
    left = CarProfile(left_hand_driving=True)
    behaviour, other = (way_behaviour({"highway": "primary", **tags}, left) for tags in ({}, {"driving_side": "right"}))
    assert behaviour is not None and behaviour.flags == LEFT_HAND
    assert other is not None and other.flags == 0
