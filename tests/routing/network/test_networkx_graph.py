from collections import Counter

import networkx as nx
import numpy as np
import pytest
from shapely import LineString

from routing.network.car_profile import CarProfile
from routing.network.networkx_graph import from_networkx, to_networkx
from routing.network.road_network import ROAD_CLASSES
from tests.helpers.real_maps import RealMaps
from tests.helpers.small_networks import lon_lat, network_from_edges, random_network

ox = pytest.importorskip("osmnx")


def arcs(network):
    """All that is to say of every arc, counted, whatever its number."""
    tail = network.tail()
    found = Counter()
    for arc in range(network.arc_count):
        edge = network.edge_of_arc[arc]
        points = slice(network.shape_first[edge], network.shape_first[edge + 1])
        line = list(zip(network.shape_lon_e7[points].tolist(), network.shape_lat_e7[points].tolist(), strict=True))
        if arc == network.backward_arc[edge]:
            line.reverse()
        found[
            (
                int(network.osm_node[tail[arc]]),
                int(network.osm_node[network.head[arc]]),
                int(network.duration_ms[arc]),
                int(network.length_dm[arc]),
                int(network.road_class_of_edge[edge]),
                int(network.destination_only_of_edge[edge]),
                int(network.osm_way_of_edge[edge]),
                network.name(edge),
                network.ref(edge),
                network.text(int(network.destination_of_edge[edge])),
                network.spoken(edge),
                int(network.flags_of_edge[edge]),
                tuple(line),
            )
        ] += 1
    return found


@pytest.mark.parametrize("seed", range(40))
def test_there_and_back_keeps_every_arc(seed):
    network = from_networkx(to_networkx(random_network(seed)))  # the part that hangs together
    again = from_networkx(to_networkx(network))
    assert arcs(again) == arcs(network), f"seed {seed}"
    assert again.junction_count == network.junction_count and again.edge_count == network.edge_count
    assert again.turn_ms.size == network.turn_ms.size


@pytest.mark.parametrize("name", ["monaco", "liechtenstein"])
def test_there_and_back_with_a_real_map(real_maps: RealMaps, name):
    network = real_maps[name].network
    again = from_networkx(to_networkx(network))
    assert not arcs(again) - arcs(network) and not arcs(network) - arcs(again)
    assert again.junction_count == network.junction_count


def test_osmnx_finds_its_way_on_our_graph():
    # 0 --- 1      the bend over 2 is twice as long and four times as fast
    #  \- 2 -/
    points = [(0, 0), (1000, 0), (500, 866)]
    edges = [(0, 1, False, 20), (0, 2, False, 80), (2, 1, False, 80)]
    graph = to_networkx(network_from_edges(points, edges, names={0: "Slow Road"}))
    assert ox.routing.shortest_path(graph, 100, 101, weight="travel_time") == [100, 102, 101]
    assert ox.routing.shortest_path(graph, 100, 101, weight="length") == [100, 101]
    nodes, streets = ox.convert.graph_to_gdfs(graph)
    assert len(nodes) == 3 and len(streets) == 6 and streets.crs.to_epsg() == 4326
    assert nodes["street_count"].tolist() == [2, 2, 2]
    assert set(streets["name"].dropna()) == {"Slow Road"}
    assert ox.convert.to_undirected(graph).number_of_edges() == 3
    assert ox.stats.edge_length_total(graph) == pytest.approx(6000, rel=1e-3)


def osmnx_like():
    #  1 ==== 2 ---> 3    a two-way street, a one-way one, and a way back to 1
    #  ^-------------'
    graph = nx.MultiDiGraph(crs="epsg:4326")
    for node, (x, y) in {1: (0, 0), 2: (1000, 0), 3: (2000, 0)}.items():
        lon, lat = lon_lat(x, y)
        graph.add_node(node, x=lon, y=lat, street_count=2)
    bend = LineString([lon_lat(0, 0), lon_lat(500, 300), lon_lat(1000, 0)])
    common = {"osmid": [5, 4], "highway": ["residential", "service"], "maxspeed": "50", "length": 1166.2}
    graph.add_edge(1, 2, oneway=False, reversed=False, geometry=bend, name="Bent Street", **common)
    graph.add_edge(2, 1, oneway=False, reversed=True, geometry=bend.reverse(), name="Bent Street", **common)
    graph.add_edge(2, 3, osmid=6, highway="primary", oneway=True, reversed=False, length=1000.0, speed_kph=36.0)
    graph.add_edge(3, 1, osmid=7, highway="primary", oneway=True, reversed=False, length=2000.0, travel_time=77.5)
    return graph


def test_reads_times_by_what_the_edges_say():
    network = from_networkx(osmnx_like())
    seconds = {(a, b): s / 1000 for a, b, s, *_ in arcs(network)}
    street = 1166.2 / (50 * CarProfile().maxspeed_share) * 3.6
    assert seconds == {
        (1, 2): pytest.approx(street, abs=1e-3),
        (2, 1): pytest.approx(street, abs=1e-3),
        (2, 3): 100,
        (3, 1): 77.5,
    }
    assert network.edge_count == 3
    classes = {ROAD_CLASSES[index] for index in network.road_class_of_edge}
    assert classes == {"residential", "primary"}


def test_keeps_what_hangs_together_and_leaves_out_footways():
    graph = osmnx_like()
    graph.add_node(4, x=10.5, y=50.0)
    graph.add_node(5, x=10.6, y=50.0)
    graph.add_edge(3, 4, osmid=8, highway="primary", length=10.0)  # no way back
    graph.add_edge(4, 5, osmid=9, highway="primary", length=10.0)
    graph.add_edge(1, 3, osmid=10, highway="footway", length=10.0)
    network = from_networkx(graph)
    assert sorted(network.osm_node.tolist()) == [1, 2, 3]
    assert 10 not in network.osm_way_of_edge.tolist()


def test_turns_cost_what_the_profile_says():
    free = from_networkx(osmnx_like(), CarProfile(turn_ms=0, u_turn_ms=0))
    assert free.turn_ms.max() == 0
    graph = osmnx_like()
    graph.nodes[2]["highway"] = "traffic_signals"
    assert from_networkx(graph, CarProfile(turn_ms=0, u_turn_ms=0)).turn_ms.max() == 2000


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda graph: graph.nodes[2].pop("x"), "node 2: x=None"),
        (lambda graph: graph.nodes[2].update(y=4_000_000.0), "must be degrees"),
        (lambda graph: graph.graph.update(crs="epsg:32633"), "to_latlong"),
        (lambda graph: graph.remove_node(1), "driven to and fro"),
        (lambda graph: graph.clear(), "driven to and fro"),
    ],
)
def test_graphs_that_cannot_be_read(change, message):
    graph = osmnx_like()
    change(graph)
    with pytest.raises(ValueError, match=message):
        from_networkx(graph)


def test_node_names_need_not_be_numbers():
    graph = nx.relabel_nodes(osmnx_like(), {1: "a", 2: "b", 3: "c"})
    network = from_networkx(graph)
    assert network.osm_node.tolist() == [-1, -1, -1]
    assert np.unique(list(to_networkx(network))).size == 3
