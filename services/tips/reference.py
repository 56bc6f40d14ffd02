"""The lists a tip is entered with: counties, channels, agencies, and the list of signs it is screened by."""

import msgspec
from litestar import Controller, get

from contracts.jurisdictions import Agency, Channel, Instrument
from services.tips.tip.tips import Tips


class Reference(msgspec.Struct, frozen=True):
    """Codes with plain words, as the jurisdiction's tables hold them. `screening` is the list of signs in force now."""

    counties: list[str]
    channels: list[Channel]
    screening: Instrument
    agencies: list[Agency]


class ReferenceController(Controller):
    """Read once by a page that takes tips in."""

    path = "/reference"
    tags = ["Reference"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_reference"})
    async def read(self, tips: Tips) -> Reference:
        """Everything there is to choose from."""
        tables = tips.jurisdiction
        return Reference(
            sorted(county.county for county in tables.counties.values()),
            list(tables.channels.values()),
            tables.instrument_at(tips.time.now()),
            list(tables.agencies.values()),
        )
