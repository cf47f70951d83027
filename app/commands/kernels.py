"""All kernels of the product, compiled."""

import os

from app.schemas.matrix_text import warm_texts
from app.schemas.osrm_route import warm_routes
from routing import warm
from routing.compiling import compile_ahead
from routing.progress import Progress, silent
from territories.design.warm import warm_design


def ready_kernels(progress: Progress = silent) -> None:
    """Compile what is not compiled yet, one part a processor, and load all of it."""
    parts = (*warm.PARTS, warm_design, warm_texts, warm_routes)
    compile_ahead(parts, len(os.sched_getaffinity(0)), progress)
    for part in parts:
        part()
