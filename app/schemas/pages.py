"""Lists are sent page by page."""

from typing import Annotated

import msgspec

Limit = Annotated[int, msgspec.Meta(ge=1, le=100_000, description="items on a page")]


class PageQuery(msgspec.Struct, frozen=True):
    """Where to go on and how many to send."""

    limit: Limit = 100
    after: Annotated[int, msgspec.Meta(ge=0, description="the id that the last page ended with")] = 0
