"""The kinds of instructions and the directions they name, as kernels count them."""

KINDS = (
    "",
    "turn",
    "continue",
    "new name",
    "merge",
    "on ramp",
    "off ramp",
    "fork",
    "end of road",
    "notification",
    "roundabout",
    "rotary",
    "roundabout turn",
    "exit roundabout",
    "exit rotary",
    "depart",
    "arrive",
    "",
)
"""In OSRM's words."""
NONE, TURN, CONTINUE, NEW_NAME, MERGE, ON_RAMP, OFF_RAMP, FORK, END_OF_ROAD, NOTIFICATION = range(10)
ENTER_ROUNDABOUT, ENTER_ROTARY, ROUNDABOUT_TURN, EXIT_ROUNDABOUT, EXIT_ROTARY, DEPART, ARRIVE, SILENT = range(10, 18)
"""SILENT is a turn that goes without saying, unless it is half of another one."""

MODIFIERS = (
    "uturn",
    "sharp right",
    "right",
    "slight right",
    "straight",
    "slight left",
    "left",
    "sharp left",
)
"""In OSRM's words."""
U_TURN, SHARP_RIGHT, RIGHT, SLIGHT_RIGHT, STRAIGHT, SLIGHT_LEFT, LEFT, SHARP_LEFT = range(8)
