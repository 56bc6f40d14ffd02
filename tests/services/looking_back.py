"""What a service tells while a story is played, kept to be compared with what it tells of each moment afterwards."""

import itertools
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, get_args
from uuid import UUID

from services.kernel.definition import Definition
from services.kernel.http.caller import Caller
from services.kernel.http.gate import Gate
from services.kernel.http.looking_back import ROLE
from services.kernel.operations import PageRead, RecordShown
from services.kernel.past.log import By
from tests.architecture.make_table import routes
from tests.support.running_service import Person, RunningService

AUDITOR = Person(("auditor",), agency="AG-PID")
IN_THE_PRESENT = Person((ROLE,), agency="AG-PID")
"""Nobody is. With a token as identity never signs it, the present is asked in the rights that a past moment gives."""

SECOND = timedelta(seconds=1)
OF_NO_RECORD = frozenset({"/standing", "/rules"})
"""Open to whoever is signed in: how the service is now, and the law."""

Answer = tuple[str, int, bytes, str]


class Taken(NamedTuple):
    """What was told at a moment, when the log had so many rows."""

    moment: datetime
    position: int
    told: Sequence[Answer]


def shown_to_auditors(definition: Definition, known: Mapping[str, Sequence[UUID | str]]) -> list[str]:
    """The address of every page and board of the past, of each record `known` by the name of its parameter.

    Raises KeyError for a parameter of which nothing is known.
    """
    gate, caller = Gate(definition.policies.read_text()), Caller(AUDITOR.account, AUDITOR.agency, (ROLE,))
    found: list[str] = []
    for route in routes(definition):
        open_to = route.action is not None and gate.may_use(caller, route.action)
        if route.method != "GET" or not open_to or route.path in OF_NO_RECORD:
            continue
        names = re.findall(r"\{(\w+):\w+\}", route.path)
        for values in itertools.product(*(known[name] for name in names)):
            path = route.path
            for name, value in zip(names, values, strict=True):
                path = re.sub(rf"\{{{name}:\w+\}}", str(value), path)
            found.append(path)
    return found


async def told(service: RunningService, paths: Sequence[str], who: Person, /, **asked: str) -> list[Answer]:
    """What each is answered, in every byte."""
    answers = [(path, await service.get(path, by=who, params=asked)) for path in paths]
    return [(path, each.status_code, each.content, each.headers.get("etag", "")) for path, each in answers]


async def take(service: RunningService, paths: Sequence[str]) -> Taken:
    """What is told now. Time goes on afterwards, so that nothing more is recorded at the moment."""
    moment, position = service.time.now(), len(service.rows())
    found = await told(service, paths, IN_THE_PRESENT)
    service.time.turn(SECOND)
    return Taken(moment, position, found)


def still(service: RunningService, taken: Sequence[Taken]) -> list[Taken]:
    """Those while which nothing went on by itself: afterwards nobody could say what of it they had told already."""
    recorded = [(name, datetime.fromisoformat(state["recorded_at"])) for *_, name, state in service.rows()]
    reads = {RecordShown.NAME, PageRead.NAME}
    return [each for each in taken if all(name in reads or at > each.moment for name, at in recorded[each.position :])]


async def tells_no_other_story(service: RunningService, paths: Sequence[str]) -> None:
    """At the last position the past tells what the present tells, both as known and as true; at none does it fail."""
    taken: list[Taken] = []
    while not (taken := still(service, taken)):
        taken = [await take(service, paths)]
    (now,) = taken
    for by in get_args(By):
        assert await told(service, paths, AUDITOR, as_of=now.moment.isoformat(), by=by) == now.told
    for position in range(1, now.position, max(1, now.position // 5)):
        answers = await told(service, paths, AUDITOR, at_position=str(position))
        assert {status for _, status, *_ in answers} <= {200, 404}, position


async def hides_all_its_past(
    service: RunningService, paths: Sequence[str], who: Person, hidden: Sequence[UUID]
) -> None:
    """Of what they are shut out of by now, at no moment."""
    last = len(service.rows())
    for position in (last // 3, 2 * last // 3, last):
        answers = await told(service, paths, who, at_position=str(position))
        texts = [str(each) for each in hidden]
        assert {status for path, status, *_ in answers if any(each in path for each in texts)} == {404}
        assert not [path for path, _, content, _ in answers if any(each.encode() in content for each in texts)]
