"""Conditions in the values of tags such as `restriction:conditional`: do they hold?"""

from datetime import datetime

from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined] # missing in its stubs


def condition_holds(condition: str, local_time: datetime) -> bool:
    """Whether a condition such as "Mo-Fr 07:00-09:00" holds at a local time (without a time zone).

    Conditions that are no times (such as "weight > 7.5") never hold for a car and its driver.
    """
    try:
        return bool(OpeningHours(condition).is_open(local_time))
    except ParserError:
        return False
