"""What many requests have in common: row numbers, and lists that are sent page by page."""

from typing import Annotated

import msgspec

LARGEST_ID = 2**63 - 1
"""What a database's row number can be."""
LARGEST_VERSION = 2**31 - 1
RowId = Annotated[int, msgspec.Meta(ge=1, le=LARGEST_ID)]
Version = Annotated[int, msgspec.Meta(ge=1, le=LARGEST_VERSION)]
Limit = Annotated[int, msgspec.Meta(ge=1, description="items on a page; BEATPLAN_MAX_PAGE_SIZE is the most")]
