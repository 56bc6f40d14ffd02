"""In which roles an account acted when: folded from the copy of the identity service's log."""

from collections.abc import Iterable, Mapping, Sequence

from contracts.events.identity import AccountOpened, RoleGranted, RoleRemoved
from services.audit.replay.telling import CopiedRow, RoleGiven, read

ROLE_EVENTS = (AccountOpened.NAME, RoleGranted.NAME, RoleRemoved.NAME)


def roles_given(rows: Iterable[CopiedRow]) -> Mapping[str, Sequence[RoleGiven]]:
    """By actor, each change of roles in order. `rows` are in order of position."""
    given: dict[str, list[RoleGiven]] = {}
    for row in rows:
        event = read(row)
        history = given.setdefault(f"account:{row.stream}", [])
        held = history[-1].roles if history else ()
        if row.name == AccountOpened.NAME:
            held = tuple(event.data["roles"])
        elif row.name == RoleGranted.NAME:
            held = (*held, event.data["role"])
        elif row.name == RoleRemoved.NAME:
            held = tuple(role for role in held if role != event.data["role"])
        history.append(RoleGiven(event.recorded_at, held))
    return given
