"""Which agencies take part?"""

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Controller, Request, get, post
from litestar.response import Stream

from contracts.events.identity import AgencyRegistered
from services.identity.agency.agencies import Agencies
from services.kernel.batch import Effect
from services.kernel.http.commands import at_least_in
from services.kernel.http.exporting import MEDIA_TYPE, Exports, Listed
from services.kernel.stored_form import Happening
from services.kernel.views import View, Views


def project(happening: Happening) -> Sequence[Effect]:
    """What an event changes in the list."""
    match happening.event:
        case AgencyRegistered() as e:
            return [Effect("INSERT INTO {table} (agency) VALUES (%s)", (e.agency,))]
        case _:
            return ()


AGENCY_LIST = View("agency_list", "agency text PRIMARY KEY", project)


class ListedAgency(msgspec.Struct, frozen=True, kw_only=True):
    """An agency's id and its name in the jurisdiction's table."""

    agency: str
    name: str


AGENCIES = Listed("agencies", ListedAgency)


class AgencyListController(Controller):
    """For everybody who is signed in."""

    path = "/agencies"
    tags = ["Agencies"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_agencies"})
    async def agencies(self, views: Views, agencies: Agencies, request: Request[Any, Any, Any]) -> list[ListedAgency]:
        """By id. `Muster-At-Least` makes it as fresh as a position."""
        return await _all_of(views, agencies, request)

    @post("/export", opt={"action": "list_agencies"}, status_code=200, media_type=MEDIA_TYPE)
    async def export(
        self, views: Views, agencies: Agencies, exports: Exports, request: Request[Any, Any, Any]
    ) -> Stream:
        """All of them as a file. That you took it is put on record before you have it."""
        return await exports.take(request, AGENCIES, lambda: _all_of(views, agencies, request))


async def _all_of(views: Views, agencies: Agencies, request: Request[Any, Any, Any]) -> list[ListedAgency]:
    rows = await views.query(
        "agency_list", "SELECT agency FROM {table} ORDER BY agency", {}, at_least=at_least_in(request)
    )
    on_file = agencies.jurisdiction.agencies
    return [
        ListedAgency(agency=row["agency"], name=on_file[row["agency"]].name if row["agency"] in on_file else "")
        for row in rows
    ]
