"""Every process is killed while its clocks and ladders run, and the house begins again hours later."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from email import message_from_string
from email.utils import parseaddr
from uuid import UUID

import httpx
import msgspec
import pytest

from services.rapid_assessment.cases import ladder_of, team_of
from services.rapid_assessment.main import ADDRESSES, CARRIERS
from tests.end_to_end.on_call import SECOND, a_second_advocate, reached_by_mail
from tests.end_to_end.stopping import (
    A_WEEK_ENDS,
    CAME_DUE,
    COUNTY,
    HOUR,
    LOGS,
    STANDS_STILL,
    TOLD_AFTERWARDS,
    Running,
    all_run,
    came_due,
    killed,
    log,
    until_handled,
)
from tests.end_to_end.town import SEATS, Town, Visit, ok, origin_of
from tests.support.post_office import PostOffice, open_post_office
from tests.support.waiting import eventually

SERVICE = "rapid_assessment"
CODE = re.compile(r"answer#([A-Z2-7-]+)")
NOTICE = re.compile(r"Notice ([0-9a-f-]{36})")
FILLED = "cps_investigator"
SILENT = "trafficking_investigator"
CALLED_ON = "victim_advocate"
ADMINISTRATOR = "administrator@example.org"


@pytest.fixture
async def post_office(town: Town) -> AsyncIterator[PostOffice]:
    """The house sends by it, to four people on call and an administrator, and sends nothing any more afterwards."""
    begins = A_WEEK_ENDS - 12 * HOUR
    assert town.now <= begins, "the tests before this one took so long that no week ends while the house stands still"
    town.turn_to(begins)
    secrets = town.stack.folder.secrets / SERVICE
    async with open_post_office() as office, town.open() as visit:
        to = f"mailto://127.0.0.1:{office.port}/?from=muster@house.example&to={{address}}&mode=insecure"
        (secrets / CARRIERS).write_bytes(msgspec.json.encode({"email": to}))
        (secrets / ADDRESSES).write_bytes(
            msgspec.json.encode({"administrator of BRIDGE": [to.format(address=ADMINISTRATOR)]})
        )
        await a_second_advocate(visit)
        turns = {seat: [seat, SECOND] if seat == CALLED_ON else [seat] for seat in SEATS}
        rotas = [await visit.rota(*people, counties=[COUNTY]) for people in turns.values()]
        for who in (*SEATS, SECOND):
            await reached_by_mail(visit, who, address_of(who))
        yield office
        for name in (CARRIERS, ADDRESSES):
            (secrets / name).unlink()
        for rota in rotas:
            ok(await visit.on_page("cps_coordinator", "cps_coordinator", SERVICE, f"/rotas/{rota}", "end", {}))


def address_of(who: str) -> str:
    return f"{re.sub('[_ ]', '.', who)}@example.org"


async def test_what_came_due_meanwhile_is_handled_once_in_order_and_says_how_late(
    town: Town, post_office: PostOffice
) -> None:
    began = town.now
    post_office.turns_away = {ADMINISTRATOR}
    async with town.open() as visit:
        running = await all_run(visit)
        late, tip = running.late, running.tip
        for each in (late, tip):
            await visit.until_team(each, lambda page: all(seat["proposed"] for seat in page["seats"].values()))
        await _asked(post_office, 6)
        await _until_noticed(town, late, ["notice.requested", "notice.sent", "notice.failed"])
        for seat in (FILLED, SILENT):
            ok(await visit.act(tip, seat, f"seats/{seat}/acceptance"))
        ok(await visit.act(tip, FILLED, f"seats/{FILLED}/under-way"))
        post_office.turns_away = set()

        await killed(town, then=began + STANDS_STILL)
        await until_handled(visit)

        for service in LOGS:
            assert came_due(town, service, running, began) == sorted(CAME_DUE[service]), service
        # Whoever is next is called now; a ladder that has nobody left rests, and calls nobody for what was late.
        nobody_left, goes_on = ["opened", "rung_reached", "nobody_left"], ["opened", "rung_reached", "rung_reached"]
        silent = ["opened", "rung_reached", "start_awaited", "nobody_left"]
        await _ladder(town, tip, SILENT, silent)
        for case, seat in ((late, FILLED), (late, SILENT), (late, CALLED_ON), (tip, CALLED_ON)):
            await _ladder(town, case, seat, goes_on if seat == CALLED_ON else nobody_left)
        await _asked(post_office, 8)
        await _until_noticed(
            town, late, ["notice.requested", "notice.sent", "notice.failed", "notice.tried_again", "notice.sent"]
        )
        await _until_told(town, running)
        await _page_says(visit, f"/cases/{tip}/clocks/C06", "9 h late, since Muster stood still")
        await _page_says(visit, f"/cases/{late}/clocks/C06", "missed 1 h after it was due, since Muster stood still")

        # From here on nothing is late: each ladder is climbed anew once its rest is over.
        town.turn_to(began + STANDS_STILL + HOUR)
        for seat in (FILLED, SILENT):
            await _ladder(town, late, seat, [*nobody_left, "rung_reached"])
        await _ladder(town, tip, CALLED_ON, [*goes_on, "nobody_left"])
        await _asked(post_office, 10)

    told = Counter(_asks_to(post_office))
    assert told == {address_of(who): 3 if who in {FILLED, SILENT} else 2 for who in (*SEATS, SECOND)}
    texts = [each.replace("=\r\n", "") for each in post_office.mails]
    for of in (CODE, NOTICE):
        # A mail holds its text twice, the second time as HTML.
        sent = [found for text in texts for found in set(of.findall(text))]
        assert len(sent) == len(set(sent)), "a second message, of one rung or notice"


def _asks_to(post_office: PostOffice) -> list[str]:
    """Whom each message went that asked somebody for a seat."""
    asks = [message_from_string(each) for each in post_office.mails if CODE.search(each.replace("=\r\n", ""))]
    return [parseaddr(each["To"])[1] for each in asks]


async def _asked(post_office: PostOffice, times: int) -> None:
    async def so_often() -> bool:
        return len(_asks_to(post_office)) >= times

    await eventually(so_often)
    assert len(_asks_to(post_office)) == times


async def _ladder(town: Town, tip: str, seat: str, names: Sequence[str]) -> None:
    ladder = ladder_of(team_of(UUID(tip)), seat)

    def told() -> list[str]:
        return [each.name.removeprefix("ladder.") for each in log(town, SERVICE, "ladder.") if each.stream == ladder]

    async def so() -> bool:
        return len(told()) >= len(names)

    await eventually(so)
    assert told() == list(names), (tip, seat)


async def _until_noticed(town: Town, tip: str, names: Sequence[str]) -> None:
    """What happened to the notice that somebody of the clinic opened the case in an emergency."""
    role = "administrator of BRIDGE"

    async def so() -> bool:
        told = log(town, SERVICE, "notice.")
        asked = {each.stream for each in told if (each.data.get("tip"), each.data.get("role")) == (tip, role)}
        return [each.name for each in told if each.stream in asked] == list(names)

    await eventually(so)


async def _until_told(town: Town, running: Running) -> None:
    """The coordinator, of each case and rule once."""
    cases = {running.late: "late", running.tip: "tip"}

    def told() -> list[tuple[str, str, str]]:
        requested = (each for each in log(town, SERVICE, "notice.requested") if each.recorded_at == town.now)
        ours = [each.data for each in requested if each.data["tip"] in cases and each.data["role"] == "cps_coordinator"]
        return [(cases[each["tip"]], each["why"], each["rule"]) for each in ours if each["why"] != "nobody_left"]

    async def all_told() -> bool:
        return set(told()) >= set(TOLD_AFTERWARDS)

    await eventually(all_told)
    assert sorted(told()) == sorted(TOLD_AFTERWARDS)


async def _page_says(visit: Visit, path: str, words: str) -> None:
    """The console is back, too."""
    who = await visit.sign_in("cps_coordinator")
    async with httpx.AsyncClient(
        base_url=origin_of(visit.town.stack), cookies={"session": who.session}, trust_env=False, timeout=20
    ) as http:
        page = ok(await http.get(path)).text
    assert words in page, page
