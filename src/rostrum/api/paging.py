"""The parameters of lists that are read a page at a time."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

PageId = Annotated[int, Meta(ge=0, le=2**31 - 1)]
"""The number of a page; 0, 1 and absent mean the first one (decision 11)."""
PageSize = Annotated[int, Meta(ge=1, le=1000)]
"""How many objects a page holds."""


def first_row(page_id: int, page_size: int) -> int:
    """How many rows stand before a page."""
    return (max(page_id, 1) - 1) * page_size
