"""In which roles an account acted when, and where: folded from the copy of the identity service's log.

With contracts/jurisdictions/serving.py, which says where somebody works, a decision of a past day is made again.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from contracts.events.identity import AccountOpened, RoleGranted, RoleRemoved
from services.audit.replay.telling import CopiedRow, RightsGiven, Told, read

# The identity service's own events.
STATED = "account.counties_stated"
NOTED = "agency.counties_noted"
OF_ACCOUNTS = (AccountOpened.NAME, RoleGranted.NAME, RoleRemoved.NAME, STATED)


def rights_given(rows: Iterable[CopiedRow]) -> Mapping[str, Sequence[RightsGiven]]:
    """By actor, each change of rights in order. `rows` are in order of position."""
    given: dict[str, list[RightsGiven]] = {}
    served: dict[str, tuple[str, ...]] = {}
    for row in rows:
        event = read(row)
        if row.name == NOTED:
            served[event.data["agency"]] = tuple(event.data["counties"])
            for history in given.values():
                if history[-1].agency == event.data["agency"]:
                    history.append(_changed(history[-1], event, served))
            continue
        history = given.setdefault(f"account:{row.stream}", [])
        history.append(_changed(history[-1] if history else RightsGiven(event.recorded_at), event, served))
    return given


def _changed(before: RightsGiven, event: Told, served: Mapping[str, tuple[str, ...]]) -> RightsGiven:
    data = event.data
    agency = data["agency"] if event.name == AccountOpened.NAME else before.agency
    now = msgspec.structs.replace(before, since=event.recorded_at, agency=agency, served=served.get(agency, ()))
    match event.name:
        case AccountOpened.NAME:
            return msgspec.structs.replace(now, roles=tuple(data["roles"]))
        case RoleGranted.NAME:
            return msgspec.structs.replace(now, roles=(*now.roles, data["role"]))
        case RoleRemoved.NAME:
            return msgspec.structs.replace(now, roles=tuple(each for each in now.roles if each != data["role"]))
        case _ if event.name == STATED:
            return msgspec.structs.replace(now, counties=tuple(data["counties"]))
        case _:
            return now
