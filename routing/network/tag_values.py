"""Numbers out of OpenStreetMap tag values: speeds, durations, lengths, weights, as people type them."""

import re
from collections.abc import Mapping

MPH_KMH = 1.609344
KNOT_KMH = 1.852
INCH_M = 0.0254
POUND_KG = 0.45359237

_SPEED = re.compile(r"(\d+(?:[.,]\d+)?)\s*(mph|mp/h|knots|km/h|kmh|kph)?(?![\w:])")
_ZONE = re.compile(r"[a-z]{2}(?:-[a-z]+)?:(?:zone:?)?(\w+)")
_CLOCK = re.compile(r"(\d+):([0-5]?\d)(?::([0-5]?\d))?")
_ISO_DURATION = re.compile(r"p(?:(\d+)d)?(?:t(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?)?")
_METRES = re.compile(r"(\d+(?:[.,]\d+)?)\s*(m|km|ft|feet)?")
_FEET_INCHES = re.compile(r"(\d+)\s*'\s*(?:(\d+(?:\.\d+)?)\s*\"?)?")
_WEIGHT = re.compile(r"(\d+(?:[.,]\d+)?)\s*(t|kg|st|lbs?)?")


def parse_speed_kmh(value: str | None, zones_kmh: Mapping[str, float]) -> float | None:
    """Speed limit of a `maxspeed` value in km/h; None where it says nothing.

    "50", "30 mph", "50; 40" (the first counts), "DE:zone:30", and by `zones_kmh`: "none", "walk", "DE:urban" looked up
    as "de:urban", then as "urban" whatever the country.
    """
    if value is None:
        return None
    text = value.strip().lower()
    if text in zones_kmh:
        return zones_kmh[text] or None
    if number := _SPEED.match(text):
        unit = {"mph": MPH_KMH, "mp/h": MPH_KMH, "knots": KNOT_KMH}.get(number[2], 1.0)
        return float(number[1].replace(",", ".")) * unit or None
    if zone := _ZONE.match(text):
        return float(zone[1]) or None if zone[1].isdecimal() else zones_kmh.get(zone[1])
    return None


def parse_duration_s(value: str | None) -> float | None:
    """Seconds of a `duration` value: "00:40", "1:30:00", "25" (minutes) or "PT1H30M"; None where it says nothing."""
    if value is None:
        return None
    text = value.strip().lower()
    if clock := _CLOCK.fullmatch(text):
        return int(clock[1]) * 3600.0 + int(clock[2]) * 60.0 + int(clock[3] or 0) or None
    if text.isdecimal():
        return int(text) * 60.0 or None
    if iso := _ISO_DURATION.fullmatch(text):
        days, hours, minutes, seconds = (int(part or 0) for part in iso.groups())
        return days * 86400.0 + hours * 3600.0 + minutes * 60.0 + seconds or None
    return None


def parse_metres(value: str | None) -> float | None:
    """Metres of a `width` or `maxheight` value: "3", "2.75 m", "12 ft", "6'7\""; None where it says nothing."""
    text = value.strip().lower() if value else ""
    if feet := _FEET_INCHES.fullmatch(text):
        return (int(feet[1]) * 12 + float(feet[2] or 0)) * INCH_M
    number = _METRES.fullmatch(text)
    if number is None:
        return None
    unit = {"km": 1000.0, "ft": 12 * INCH_M, "feet": 12 * INCH_M}.get(number[2], 1.0)
    return float(number[1].replace(",", ".")) * unit


def parse_kilograms(value: str | None) -> float | None:
    """Kilograms of a `maxweight` value: "3.5" and "3.5 t" are tonnes, "3500 kg", "8000 lbs"; None for no number."""
    number = _WEIGHT.fullmatch(value.strip().lower()) if value else None
    if number is None:
        return None
    unit = {"kg": 1.0, "lb": POUND_KG, "lbs": POUND_KG, "st": 2000 * POUND_KG}.get(number[2], 1000.0)
    return float(number[1].replace(",", ".")) * unit
