"""One house and one browser for all tests of this folder."""

from collections.abc import AsyncIterator, Iterator, Mapping
from uuid import UUID

import pytest
import pytest_asyncio

from services.rapid_assessment.cases import team_of
from tests.browser import newer_rules
from tests.browser.house import House, a_kit_of_nobody, a_night, opened
from tests.browser.jobs import asked_who_reported
from tests.end_to_end.clinic_and_court import a_clinic_and_a_court
from tests.end_to_end.town import Town, ok, started
from tests.support.servers import in_memory, temporary_folder


@pytest.fixture(scope="package")
def town() -> Iterator[Town]:
    """Real servers and the services as processes; two rules have changed today."""
    with temporary_folder(in_memory()) as folder:
        rules = newer_rules.written_to(folder / "rules")
        with started(folder / "data", a_week_old=True, rules=rules) as town:
            yield town


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def house(town: Town) -> AsyncIterator[House]:
    """With everybody able to sign in at a browser."""
    async with opened(town) as house:
        yield house


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def case(house: House) -> str:
    """The reference of one of a night's cases."""
    return await a_night(house)


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def further(house: House, case: str) -> Mapping[str, str]:
    """What came of it at the clinic and in court, by the names of tests/browser/pages.py."""
    reported = await house.visit.incident("forensic_nurse", "Left on a train, and locked since.")
    rota = await house.visit.rota("victim_advocate", "cps_investigator")
    drill = ok(await house.visit.post("cps_coordinator", "rapid_assessment", "/drills", {"county": "Hinds"})).json()
    await asked_who_reported(house, case)
    alike = await house.visit.tip(age="child", received_at=house.town.now)
    team = str(team_of(UUID(case)))
    told = ok(await house.visit.get("auditor", "audit", f"/cases/{case}/replay")).json()["sentences"]
    matter = await a_kit_of_nobody(house)
    others = {
        "matter": matter,
        "event": told[-1]["event"],
        "team": team,
        "incident": reported,
        "rota": rota,
        "drill": drill["reference"],
        "alike": alike,
    }
    return {**await a_clinic_and_a_court(house.visit, case), **others}
