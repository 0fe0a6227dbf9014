"""Client applications as the API shows them."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Struct, UnsetType

from rostrum.api.fields import Since


class SoftwareClient(Struct, kw_only=True):
    """A way to join: here the browser, which needs no download."""

    name: str
    type: str
    platform: str
    download_url: str
    download_urls: dict[str, str] | None
    market_url: str
    web_url: str
    iframe: Annotated[str | UnsetType, Since("v3.1")] = UNSET


class SoftwareClients(Struct):
    """The client applications; deeplinks only for a conference (slip C8)."""

    clients: list[SoftwareClient]
    deeplinks: dict[str, str] | UnsetType = UNSET
