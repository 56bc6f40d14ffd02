"""Every process that keeps a case is killed while its clocks and ladders run, and begins again hours later."""

import os
import re
import signal
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import psycopg
import pytest

from services.rapid_assessment.cases import CONTACT_RULE, TEAM_RULE, clock_of, ladder_of, team_of
from services.rapid_assessment.main import CARRIERS
from tests.end_to_end.town import SEATS, Town, Visit, ok
from tests.support.post_office import PostOffice, open_post_office
from tests.support.waiting import eventually

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SERVICE = "rapid_assessment"
KEEP_THE_CASE = ("tips", SERVICE, "audit")
CODE = re.compile(r"answer#([A-Z2-7-]+)")
MAILBOX = re.compile(r"[\w.]+@example\.org")
FILLED = "cps_investigator"
# Of no other case in this town, whose empty seats would call people of a statewide rota too.
COUNTY = "Tishomingo"
Story = list[tuple[str, Any, datetime, datetime]]


@pytest.fixture
async def post_office(town: Town) -> AsyncIterator[PostOffice]:
    """The house sends by it, to three people on call, and sends nothing any more afterwards."""
    carriers = town.stack.folder.secrets / SERVICE / CARRIERS
    async with open_post_office() as office, town.open() as visit:
        to = f"mailto://127.0.0.1:{office.port}/?from=muster@house.example&to={{address}}&mode=insecure"
        carriers.write_bytes(msgspec.json.encode({"email": to}))
        rotas = [await visit.rota(seat, counties=[COUNTY]) for seat in SEATS]
        for seat in SEATS:
            await _reached_by_mail(visit, seat)
        yield office
        carriers.unlink()
        for rota in rotas:
            ok(await visit.on_page("cps_coordinator", "cps_coordinator", SERVICE, f"/rotas/{rota}", "end", {}))


async def _reached_by_mail(visit: Visit, seat: str) -> None:
    place = f"/responders/{visit.town.people[seat].account}"
    version = ok(await visit.get(seat, SERVICE, place)).json()["version"]
    body = {"kind": "email", "address": f"{seat.replace('_', '.')}@example.org"}
    ok(await visit.post(seat, SERVICE, f"{place}/channels", body, version=version))


async def killed(town: Town, *services: str, then: datetime | None = None) -> None:
    """With kill -9, all at once; `then` it is later. Returns when others of their kind answer."""
    before = {name: town.stack.pids()[name] for name in services}
    for pid in before.values():
        os.killpg(pid, signal.SIGKILL)
    if then is not None:
        town.turn_to(then)

    async def back() -> bool:
        now = town.stack.pids()
        others = all(now.get(name, before[name]) != before[name] for name in services)
        return others and all(town.stack.ready(name) for name in services)

    await eventually(back, within=60)


async def test_what_came_due_meanwhile_is_handled_once_in_order_and_says_how_late(
    town: Town, post_office: PostOffice
) -> None:
    start = town.now
    async with town.open() as visit:
        typed_in_late = await visit.tip(age="child", received_at=start - 4 * HOUR, county=COUNTY)
        tip = await visit.tip(age="child", received_at=start, county=COUNTY)
        for each in (typed_in_late, tip):
            await visit.until_team(each, _everybody_asked)
        await _mails(post_office, 6)
        ok(await visit.act(tip, "cps_investigator", "seats/cps_investigator/acceptance"))
        ok(await visit.act(tip, "cps_investigator", "seats/cps_investigator/under-way"))

        await killed(town, *KEEP_THE_CASE, then=start + 21 * HOUR)

        await visit.until_team(tip, lambda page: all(len(clock["warned"]) == 2 for clock in page["clocks"]))
        await visit.until_team(typed_in_late, lambda page: all(c["phase"] == "missed" for c in page["clocks"]))
        empty = [(typed_in_late, seat) for seat in SEATS] + [(tip, seat) for seat in SEATS if seat != FILLED]
        await _ladders(town, empty, ["opened", "rung_reached", "nobody_left"])
        assert len(post_office.mails) == 6, "the ladders rest, and nobody was called again for what was late"

        # From here on nothing is late: each ladder is climbed anew once its rest is over.
        town.turn_to(start + 22 * HOUR)
        await _ladders(town, empty, ["opened", "rung_reached", "nobody_left", "rung_reached"])
        await _mails(post_office, 11)

    for rule in (TEAM_RULE, CONTACT_RULE):
        warned = _story(town, clock_of(UUID(tip), rule, 1))[1:]
        # In order, each once: when it was due, and that it was recorded hours later.
        assert [(name, due, known) for name, _, due, known in warned] == [
            ("clock.warned", start + hours * HOUR, start + 21 * HOUR) for hours in (12, 20)
        ]
        ((name, missed, due, known),) = _story(town, clock_of(UUID(typed_in_late), rule, 1))[1:]
        # Past due already, it is too late to warn.
        assert (name, missed["late_seconds"]) == ("clock.missed", 3600)
        assert (due, known) == (start + 20 * HOUR, start + 21 * HOUR)
    told = Counter(who for each in post_office.recipients for who in MAILBOX.findall(each))
    expected = {f"{seat.replace('_', '.')}@example.org": 4 - (seat == FILLED) for seat in SEATS}
    assert told == expected, "nobody is called after their answer"
    codes = {code for each in post_office.mails for code in CODE.findall(each.replace("=\r\n", ""))}
    assert len(codes) == len(post_office.mails) == 11, "a message for each person and rung, and no second one"


def _everybody_asked(page: dict[str, Any]) -> bool:
    return all(seat["proposed"] is not None for seat in page["seats"].values())


async def _mails(post_office: PostOffice, number: int) -> None:
    async def there() -> bool:
        return len(post_office.mails) >= number

    await eventually(there)
    assert len(post_office.mails) == number


async def _ladders(town: Town, of: list[tuple[str, str]], names: list[str]) -> None:
    async def so() -> bool:
        return all(len(_story(town, ladder_of(team_of(UUID(tip)), seat))) >= len(names) for tip, seat in of)

    await eventually(so)
    for tip, seat in of:
        told = _story(town, ladder_of(team_of(UUID(tip)), seat))
        assert [name for name, *_ in told] == [f"ladder.{name}" for name in names], (tip, seat)


def _story(town: Town, stream: UUID) -> Story:
    """Name, data, when it happened and when it was recorded, in order."""
    with psycopg.connect(town.stack.admin_conninfo(SERVICE)) as connection:
        rows = connection.execute(
            "SELECT topic, state FROM stored_events WHERE originator_id = %s ORDER BY originator_version", (stream,)
        ).fetchall()
    told = [(topic, msgspec.json.decode(state)) for topic, state in rows]
    moment = datetime.fromisoformat
    return [(name, of["data"], moment(of["happened_at"]), moment(of["recorded_at"])) for name, of in told]
