import numpy as np
import pytest

from routing.network.address_index import AddressIndex
from routing.network.address_words import house_numbers, key, words
from routing.network.addresses import Addresses, read_addresses
from routing.network.texts import Texts
from tests.helpers.real_maps import real_map

ADDRESSES = [
    # lon, lat, street, number, postcode, city
    (10.000, 50.000, "Laugavegur", "5", "101", "Reykjavík"),
    (10.001, 50.000, "Laugavegur", "9a", "", ""),
    (10.002, 50.000, "Laugavegur", "12-16", "", ""),
    (11.000, 50.000, "Laugavegur", "5", "600", "Akureyri"),
    (10.003, 50.001, "Main Street", "5", "101", "Reykjavík"),
    (10.003, 50.002, "Rua São João", "7;9", "4760-505", "Calendário"),
    (11.000, 50.001, "Musterstraße", "1", "", ""),
    (12.000, 50.001, "Peter-Kaiser-Platz", "3", "", ""),
    (12.000, 50.020, "Straße des 17. Juni", "100", "", ""),
]
TOWNS = [(12.0, 50.0, 4000.0, "Vaduz"), (12.0, 50.03, 1500.0, "Schaan")]


@pytest.fixture(scope="module")
def index():
    lon, lat, *texts = zip(*ADDRESSES, strict=True)
    town_lon, town_lat, reach, town = zip(*TOWNS, strict=True)
    columns = [np.array(values, dtype=np.float64) for values in (lon, lat, town_lon, town_lat, reach)]
    return AddressIndex.build(Addresses(*columns, *(Texts.of(list(text)) for text in texts), Texts.of(list(town))))


@pytest.mark.parametrize(
    ("text", "row", "quality"),
    [
        ("Laugavegur 5, 101 Reykjavík", 0, "exact"),
        ("LAUGAVEGUR 5 REYKJAVIK", 0, "exact"),
        ("Laugavegur 5, 600 Akureyri", 3, "exact"),
        ("Akureyri, Laugavegur 5", 3, "exact"),
        ("Laugavegur 5, Reykjavik, Iceland", 0, "exact"),  # a country: unknown here, and the town agrees
        ("Laugavegur 9 A, Reykjavik", 1, "exact"),
        ("Laugavegur 14, Reykjavik", 2, "exact"),  # of the building 12-16
        ("Laugavegur 6, Reykjavik", 0, "interpolated"),
        ("Laugavegur 999, Reykjavik", 1, "street"),  # the middle one
        ("Laugavegur, 101 Reykjavík", 1, "street"),
        ("5 Main Street", 4, "exact"),
        ("5 main st., Reykjavik", 4, "exact"),
        ("R. Sao Joao, nº 9, 4760-505", 5, "exact"),
        ("Rua São João 9, 4760 Calendario", 5, "exact"),
        ("Muster Str. 1, Akureyri", 6, "exact"),  # town of its neighbour on Laugavegur
        ("Peter Kaiser Platz 3, Vaduz", 7, "exact"),  # town of the label near it
        ("Strasse des 17. Juni 100, Schaan", 8, "exact"),
    ],
)
def test_finds(index, text, row, quality):
    match = index.find(text)
    assert match is not None, text
    assert (match.lon, match.lat) == ADDRESSES[row][:2]
    assert match.quality == quality


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Laugavegur 5", "two towns have it"),
        ("Laugavegur 5, Vaduz", "another town of the map"),
        ("Laugavegur 5, Berlin", "a town not in the map"),
        ("5 Main Street, 600 Reykjavik", "another postcode of the map"),
        ("5 Main Street, 10115", "a postcode not in the map"),
        ("Peter Kaiser Platz 3, 9490", "a postcode that nothing confirms"),
        ("Bahnhofstraße 1, Vaduz", "no such street"),
        ("Vaduz", "no street"),
        ("5", "only a number"),
        ("", "nothing"),
        (", ;\n '", "nothing but commas"),
        ("Laugavegur " + "9" * 5000, "no number that a house has"),
    ],
)
def test_rather_nothing_than_wrong(index, text, why):
    assert index.find(text) is None, why


def test_columns_of_a_table(index):
    assert index.find_fields("Laugavegur", "5", "101", "Reykjavík").text == "Laugavegur 5, 101 Reykjavík"
    assert index.find_fields("Main Street 5", city="Reykjavík").quality == "exact"
    assert index.find_fields("Laugavegur", "5", city="Berlin") is None


def test_long_nonsense_takes_no_time(index):
    assert index.find("Laugavegur Berlin " * 500) is None
    assert index.find("Laugavegur Berlin " * 25) is None


def test_no_addresses_at_all():
    empty = Texts.of([])
    nothing = np.zeros(0)
    index = AddressIndex.build(Addresses(*[nothing] * 5, *[empty] * 5))
    assert index.find("Laugavegur 5") is None


def test_words_and_keys():
    assert words("5 Main-Street, 4760-505 São João’s") == [["5", "main", "street"], ["4760-505", "sao", "joaos"]]
    assert key("Muster-Straße") == key("Musterstr.") == key("MUSTER STRASSE")
    assert key("Þórsgata") != key("Torsgata")


def test_house_numbers():
    assert house_numbers("12-16") == ["12", "14", "16"]
    assert house_numbers("3-4") == ["3", "4"]
    assert house_numbers("3; 5 A,7/2") == ["3", "5a", "7"]
    assert house_numbers("007") == ["7"] and house_numbers("none") == []


def test_every_address_of_a_real_town_is_found_where_it_is():
    addresses = read_addresses(real_map("liechtenstein"))
    index = AddressIndex.build(addresses)
    wrong, silent = [], 0
    for i in range(len(addresses)):
        text = f"{addresses.street[i]} {addresses.housenumber[i]}, {addresses.postcode[i]} {addresses.city[i]}"
        match = index.find(text)
        if match is None:
            silent += 1
        elif np.hypot(match.lon - addresses.lon[i], match.lat - addresses.lat[i]) * 111_195 > index.ambiguous_m:
            wrong.append((text, match))
    assert not wrong
    assert silent < 0.2 * len(addresses)  # streets of one name in two towns, with no town told
