"""Shops, offices, restaurants and surgeries in clusters: centre, quarters, retail parks by the ring, village cores."""

from dataclasses import dataclass

import numpy as np

from routing.arrays import Float64Array, Int64Array
from routing.network.synthetic.addresses import Plots
from routing.network.synthetic.plan import Plan

DAY = ("Mo-Fr 08:00-18:00; Sa 09:00-13:00", "Mo-Fr 09:00-18:30; Sa 09:00-16:00", "Mo-Sa 09:00-19:00")
LUNCH = (
    "Mo-Fr 09:00-12:30,14:00-18:00; Sa 09:00-12:30",
    "Mo-Fr 08:30-12:00,13:30-18:00",
    "Tu-Sa 09:00-12:00,14:00-18:30",
)
LONG = ("Mo-Sa 07:00-21:00", "Mo-Sa 08:00-20:00; Su 09:00-13:00", "Mo-Fr 07:00-22:00; Sa 07:00-20:00; PH off")
OFFICE = ("Mo-Fr 08:00-17:00", "Mo-Th 08:30-17:00; Fr 08:30-14:00", "Mo-Fr 09:00-12:00,13:00-17:00")
SURGERY = (
    "Mo,Tu,Th 08:00-12:00,14:00-18:00; We,Fr 08:00-12:00",
    "Mo-Fr 08:00-13:00; Mo,Th 15:00-18:00",
    "Mo-Fr 07:30-17:00",
)
MEALS = ("Tu-Su 11:30-14:30,17:30-22:00", "Mo-Sa 11:00-23:00", "We-Mo 12:00-15:00,18:00-22:30", "Mo-Fr 10:00-18:00")
BAKER = ("Mo-Fr 06:00-18:00; Sa 06:00-13:00; Su 08:00-11:00", "Tu-Sa 06:30-12:30,14:30-18:00", "Mo-Sa 06:00-14:00")


@dataclass(frozen=True, slots=True)
class Trade:
    """A kind of business: its tag, what its made-up name calls it, how common it is where, and its hours."""

    key: str
    value: str
    label: str
    share: tuple[float, float, float, float]
    """In the centre, a quarter, a retail park, a village."""
    hours: tuple[str, ...]


TRADES = (
    Trade("shop", "bakery", "Bakery", (3, 5, 1, 6), BAKER),
    Trade("shop", "supermarket", "Supermarket", (2, 5, 6, 4), LONG),
    Trade("shop", "convenience", "Corner Shop", (3, 6, 0, 5), LONG),
    Trade("shop", "clothes", "Clothes", (9, 3, 4, 0), DAY),
    Trade("shop", "shoes", "Shoes", (4, 1, 2, 0), DAY),
    Trade("shop", "hairdresser", "Hairdresser", (5, 6, 0, 4), LUNCH),
    Trade("shop", "florist", "Florist", (2, 3, 0, 2), LUNCH),
    Trade("shop", "books", "Books", (3, 1, 0, 0), DAY),
    Trade("shop", "optician", "Optician", (3, 2, 1, 0), LUNCH),
    Trade("shop", "butcher", "Butcher", (1, 3, 0, 4), LUNCH),
    Trade("shop", "car_repair", "Garage", (0, 2, 6, 4), OFFICE),
    Trade("shop", "doityourself", "Builders Market", (0, 0, 6, 1), LONG),
    Trade("shop", "furniture", "Furniture", (1, 0, 6, 0), DAY),
    Trade("shop", "electronics", "Electronics", (3, 1, 4, 0), DAY),
    Trade("office", "company", "Company", (7, 3, 6, 1), OFFICE),
    Trade("office", "insurance", "Insurance", (4, 2, 1, 1), OFFICE),
    Trade("office", "lawyer", "Law Office", (5, 1, 0, 0), OFFICE),
    Trade("office", "estate_agent", "Estate Agent", (4, 2, 0, 1), OFFICE),
    Trade("amenity", "restaurant", "Restaurant", (9, 6, 3, 6), MEALS),
    Trade("amenity", "cafe", "Cafe", (7, 5, 1, 3), MEALS),
    Trade("amenity", "pharmacy", "Pharmacy", (3, 4, 1, 3), LUNCH),
    Trade("amenity", "doctors", "Surgery", (3, 4, 0, 3), SURGERY),
    Trade("amenity", "dentist", "Dentist", (3, 3, 0, 2), SURGERY),
    Trade("amenity", "clinic", "Clinic", (1, 1, 1, 0), ("24/7", "Mo-Fr 07:00-20:00; Sa 08:00-14:00")),
    Trade("amenity", "bank", "Bank", (3, 2, 1, 1), OFFICE),
)


@dataclass(frozen=True, slots=True)
class Clusters:
    """Where business gathers; kind is 0 centre, 1 quarter, 2 retail park, 3 village."""

    centre: Float64Array
    spread_m: Float64Array
    weight: Float64Array
    kind: Int64Array


def place_accounts(plan: Plan, plots: Plots, clusters: Clusters, count: int) -> tuple[Int64Array, list[dict[str, str]]]:
    """`count` plots without repeats, and the tags of the business on each.

    Raises ValueError where the region has fewer plots than accounts.
    """
    rng = plan.rng("accounts")
    if count > len(plots):
        raise ValueError(f"accounts is {count}; a region of {plan.junctions} junctions has room for {len(plots)}")
    weight = np.zeros((len(clusters.kind), len(plots)))
    for k in range(len(clusters.kind)):
        near = np.exp(-((plots.xy - clusters.centre[k]) ** 2).sum(axis=1) / (2 * clusters.spread_m[k] ** 2))
        weight[k] = clusters.weight[k] * near / max(near.sum(), 1.0)
    total = weight.sum(axis=0) + 0.07 * weight.sum() / len(plots)
    picked = np.sort(rng.choice(len(plots), size=count, replace=False, p=total / total.sum()))
    kind = clusters.kind[weight[:, picked].argmax(axis=0)]
    share = np.array([trade.share for trade in TRADES]).T
    tags = []
    for number, where in enumerate(kind.tolist(), start=1):
        trade = TRADES[int(rng.choice(len(TRADES), p=share[where] / share[where].sum()))]
        hours = trade.hours[int(rng.integers(len(trade.hours)))]
        tags.append({trade.key: trade.value, "name": f"Synthetic {trade.label} {number:04d}", "opening_hours": hours})
    return picked.astype(np.int64), tags
