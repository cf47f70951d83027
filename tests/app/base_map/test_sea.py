"""Sea and land from coast lines that have land on their left."""

import shapely
from shapely import LineString

from app.base_map.sea import ALL_LAND, ground_of

FRAME = (0.0, 0.0, 10.0, 10.0)


def covered(ground) -> shapely.Geometry:
    return shapely.union_all(list(ground.faces))


def test_without_a_coast_all_is_land():
    assert ground_of([], FRAME) == ALL_LAND
    far_away = LineString([(20, 20), (21, 20), (21, 21), (20, 20)])
    assert ground_of([far_away], FRAME) == ALL_LAND


def test_an_island_lies_in_the_sea():
    # counter-clockwise, so land is inside; in two ways, as mappers draw it
    ground = ground_of([LineString([(2, 2), (6, 2), (6, 6)]), LineString([(6, 6), (2, 6), (2, 2)])], FRAME)
    assert (ground.outside, ground.drawn) == ("sea", "land")
    assert covered(ground).equals(shapely.box(2, 2, 6, 6))


def test_a_clockwise_ring_is_a_bay_of_the_sea():
    ground = ground_of([LineString([(2, 2), (2, 6), (6, 6), (6, 2), (2, 2)])], FRAME)
    assert (ground.outside, ground.drawn) == ("land", "sea")
    assert covered(ground).equals(shapely.box(2, 2, 6, 6))


def test_a_coast_through_the_frame_has_the_sea_on_its_right():
    # northwards at x = 4: land on the left, which is the west
    ground = ground_of([LineString([(4, -5), (4, 15)])], FRAME)
    assert (ground.outside, ground.drawn) == ("land", "sea")
    assert covered(ground).equals(shapely.box(4, 0, 10, 10))


def test_a_coast_that_the_extract_cuts_off_goes_on_straight():
    ground = ground_of([LineString([(4, 3), (4, 5), (4, 7)])], FRAME)
    assert covered(ground).equals(shapely.box(4, 0, 10, 10))


def test_a_lagoon_on_an_island_is_no_land():
    island = LineString([(1, 1), (9, 1), (9, 9), (1, 9), (1, 1)])
    lagoon = LineString([(4, 4), (4, 6), (6, 6), (6, 4), (4, 4)])
    ground = ground_of([island, lagoon], FRAME)
    assert covered(ground).equals(shapely.box(1, 1, 9, 9) - shapely.box(4, 4, 6, 6))
