"""What values of access tags mean to a vehicle, on ways and at nodes."""

from routing.network.car_profile import CarProfile

OPEN, DESTINATION, CLOSED = "open", "destination", "closed"


def most_open(value: str, profile: CarProfile) -> str:
    """What a value says, or several apart by semicolons: known ones go before unknown ones, which leave open."""
    values = {part.strip() for part in value.split(";")}
    if values & profile.access_open:
        return OPEN
    if values & profile.access_destination:
        return DESTINATION
    return CLOSED if values & profile.access_closed else OPEN
