"""The rules this house goes by, for anybody who is signed in: law that is public, and nothing of any case."""

from datetime import date

import msgspec
from litestar import Controller, get

from contracts.jurisdictions.listing import ListedRule, ToLookAt, listed, to_look_at
from services.tips.tip.tips import Tips


class Rules(msgspec.Struct, frozen=True):
    """As the state's files say them. `to_look_at` is what of the files runs out."""

    state: str
    rules: list[ListedRule]
    to_look_at: ToLookAt


class RulesController(Controller):
    """Read by lawyers, and by whoever asks why a clock runs."""

    path = "/rules"
    tags = ["Reference"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_rules"})
    async def read(self, tips: Tips, on: date | None = None) -> Rules:
        """Every version; with `on`, those in force that day."""
        tables = tips.jurisdiction
        return Rules(tables.state.state, list(listed(tables, on)), to_look_at(tables))
