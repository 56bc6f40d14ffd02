"""Every route against every role: what is not granted is denied."""

from uuid import uuid4

import pytest

from contracts.jurisdictions import load_mississippi
from services.identity.account.accounts import file_of
from services.identity.main import DEFINITION
from services.kernel.http.caller import PUBLIC, Caller
from services.kernel.http.gate import Gate
from tests.services.identity.house import House, an_account
from tests.support.running_service import Person, RunningService

ROLES = sorted(load_mississippi().roles)
OPEN = {"sign_in", "use_invitation", "open_with_code", "renew_token", "unlock_session", "sign_out"}
EVERYBODY = {"read_own_account", "list_agencies"}
ADMINISTRATORS = {
    "open_account",
    "list_accounts",
    "read_account",
    "read_names",
    "invite",
    "unlock",
    "grant_role",
    "remove_role",
    "state_counties",
    "close_account",
}
OPERATORS = {
    "register_agency",
    "open_first_administrator",
    "list_parked",
    "handle_parked",
    "rebuild_view",
    "publish_again",
    "destroy_person_key",
}
AUDITORS = {"read_names", "read_proofs", "read_rows"}
READS_NAMES = {
    "cps_intake",
    "cps_coordinator",
    "cps_investigator",
    "trafficking_investigator",
    "victim_advocate",
    "statewide_coordinator",
    "task_force",
    "rapid_response_advocate",
    "prosecutor",
    "forensic_nurse",
    "clinic_coordinator",
    "law_enforcement",
    "laboratory",
    "credential_issuer",
}
ACTIONS = OPEN | EVERYBODY | ADMINISTRATORS | OPERATORS | AUDITORS | {"anything_else"}


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate(DEFINITION.policies.read_text())


def granted(role: str) -> set[str]:
    own = {"administrator": ADMINISTRATORS, "operator": OPERATORS, "auditor": AUDITORS}.get(role, set())
    return OPEN | EVERYBODY | own | ({"read_names"} if role in READS_NAMES else set())


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_use_these_routes_and_no_others(gate: Gate, role: str) -> None:
    caller = Caller(uuid4(), "MDCPS", (role,))

    assert {action for action in ACTIONS if gate.may_use(caller, action)} == granted(role)


def test_who_is_not_signed_in_may_sign_in_and_no_more(gate: Gate) -> None:
    assert {action for action in ACTIONS if gate.may_use(PUBLIC, action)} == OPEN


def test_an_account_without_any_role_sees_itself_only(gate: Gate) -> None:
    assert {action for action in ACTIONS if gate.may_use(Caller(uuid4()), action)} == OPEN | EVERYBODY


@pytest.mark.parametrize("role", ROLES)
def test_ones_own_account_is_ones_own_only(gate: Gate, role: str) -> None:
    caller = Caller(uuid4(), "MDCPS", (role,))
    assert caller.account is not None

    assert gate.may_touch(caller, "read_own_account", file_of(caller.account, "MDCPS", (role,)))
    assert not gate.may_touch(caller, "read_own_account", file_of(uuid4(), "MDCPS", (role,)))


@pytest.mark.parametrize("role", ROLES)
def test_nobody_sees_to_anothers_account_but_the_administrator_of_its_agency(gate: Gate, role: str) -> None:
    caller = Caller(uuid4(), "MDCPS", (role,))
    own, others = file_of(uuid4(), "MDCPS", ("cps_intake",)), file_of(uuid4(), "CVP", ("cps_intake",))
    cannot_read_names = ADMINISTRATORS - {"read_names"}

    assert {each for each in ADMINISTRATORS if gate.may_touch(caller, each, own)} - {"read_names"} == (
        cannot_read_names if role == "administrator" else set()
    )
    assert not {each for each in cannot_read_names if gate.may_touch(caller, each, others)}
    assert gate.may_touch(caller, "read_names", others) == (role in READS_NAMES | {"auditor"})


def test_only_an_operator_makes_an_operator_or_can_become_one(gate: Gate) -> None:
    operators = file_of(uuid4(), "MDCPS", ("operator", "administrator"))
    alone = Caller(uuid4(), "MDCPS", ("administrator",))
    both = Caller(uuid4(), "MDCPS", ("operator", "administrator"))
    elsewhere = Caller(uuid4(), "CVP", ("operator", "administrator"))

    def may(caller: Caller) -> set[str]:
        return {each for each in ADMINISTRATORS if gate.may_touch(caller, each, operators)}

    assert may(alone) == ADMINISTRATORS - {"open_account", "invite", "grant_role"}
    assert may(both) == ADMINISTRATORS
    assert may(elsewhere) == set()


async def test_over_http_a_role_that_never_may_is_told_so_and_nothing_happens(house: House) -> None:
    before = house.identity.names()
    intake = Person(("cps_intake",))

    answers = [
        await house.identity.post("/accounts", an_account(), by=intake),
        await house.identity.post("/agencies", {"agency": "CVP"}, by=intake),
        await house.identity.get("/accounts", by=intake),
        await house.identity.get(f"/accounts/{house.administrator}", by=intake),
        await house.identity.post(f"/accounts/{house.administrator}/invite", by=intake, version=5),
        await house.identity.get("/operator/rows", by=intake),
        await house.identity.get("/operator/rows", by=house.token),
    ]

    assert [answer.status_code for answer in answers] == [403] * len(answers)
    assert house.identity.names() == before


async def test_over_http_who_is_not_signed_in_is_told_to(identity: RunningService) -> None:
    answers = [
        await identity.post("/accounts", an_account()),
        await identity.get("/accounts/me"),
        await identity.get("/agencies"),
        await identity.get("/operator/rows"),
    ]

    assert [answer.status_code for answer in answers] == [401] * len(answers)


async def test_the_auditor_reads_the_rows_as_stored(house: House) -> None:
    rows = await house.identity.get("/operator/rows", by=Person(("auditor",), agency="AG-PID"))

    assert [row["name"] for row in rows.json()] == [name for _, _, name, _ in house.identity.rows()]


async def test_the_interface_is_described(identity: RunningService) -> None:
    described = await identity.get("/schema/openapi.json")

    assert described.status_code == 200
    assert {"/sign-in", "/invitation", "/accounts/{account}/close"} <= set(described.json()["paths"])
