"""Who is shown whose name, and that it is on record before it is shown."""

from uuid import UUID, uuid4

import psycopg

from tests.services.identity.house import ADMINISTRATOR_NAME, ADMINISTRATOR_SIGN_IN_NAME, NAME, SIGN_IN_NAME, House
from tests.support.waiting import eventually


async def viewer(house: House, role: str) -> str:
    """A token of somebody with the role."""
    await house.active(sign_in_name="viewer@example.org", roles=[role])
    return await house.token_of("viewer@example.org")


async def test_who_works_on_a_case_is_shown_names_by_reference(house: House) -> None:
    somebody = await house.opened()
    token = await viewer(house, "cps_investigator")

    names = await house.identity.get("/accounts/names", by=token, params={"account": [str(somebody.account)]})

    assert names.json() == [{"account": str(somebody.account), "name": NAME, "agency": "MDCPS"}]
    assert names.headers["Cache-Control"] == "no-store"


async def test_others_are_not(house: House) -> None:
    somebody = await house.opened()
    token = await viewer(house, "agency_reporter")
    before = house.identity.names()

    names = await house.identity.get("/accounts/names", by=token, params={"account": [str(somebody.account)]})

    assert names.status_code == 403
    assert house.identity.names() == before


async def test_the_page_is_one_event_with_the_records_and_where_they_stood(house: House) -> None:
    somebody = await house.opened()
    token = await viewer(house, "auditor")
    asked = [str(somebody.account), str(house.administrator), str(uuid4()), str(somebody.account)]

    names = await house.identity.get("/accounts/names", by=token, params={"account": asked})

    assert [each["name"] for each in names.json()] == [NAME, ADMINISTRATOR_NAME]
    rows = house.identity.rows()
    _, _, name, state = rows[-1]
    assert name == "operation.page_read"
    assert state["actor"].startswith("account:")
    assert state["data"]["question"] == "names of accounts"
    assert state["data"]["records"] == [str(somebody.account), str(house.administrator)]
    for record, position in zip(state["data"]["records"], state["data"]["positions"], strict=True):
        stream, _, described, _ = rows[position - 1]
        assert (str(stream), described) == (record, "account.described")


async def test_only_unknown_references_show_nothing(house: House) -> None:
    token = await viewer(house, "auditor")

    names = await house.identity.get("/accounts/names", by=token, params={"account": [str(uuid4())]})

    assert (names.status_code, names.json()) == (200, [])


async def test_a_question_that_cannot_be_right_is_refused(house: House) -> None:
    for asked in ([], ["not a reference"], [str(uuid4())] * 51):
        answer = await house.identity.get("/accounts/names", by=house.token, params={"account": asked})
        assert answer.status_code == 422, asked


async def test_an_administrator_lists_accounts_with_their_names(house: House) -> None:
    opened = await house.open()

    page = await house.identity.get("/accounts", by=house.token, after=opened)

    assert page.status_code == 200, page.text
    assert [(each["account"]["name"], each["account"]["status"]) for each in page.json()["accounts"]] == [
        (ADMINISTRATOR_NAME, "active"),
        (NAME, "invited"),
    ]
    assert page.json()["next"] is None
    read = house.identity.rows()[-1]
    assert read[2] == "operation.page_read"
    assert len(read[3]["data"]["records"]) == 2


async def test_the_list_is_of_ones_own_agency_page_by_page(house: House) -> None:
    await house.agency("CVP")
    answers = [await house.open(sign_in_name=f"{number}@example.org") for number in range(50)]

    first = await house.identity.get("/accounts", by=house.token, after=answers[-1])
    second = await house.identity.get("/accounts", by=house.token, params={"after": first.json()["next"]})

    assert (len(first.json()["accounts"]), len(second.json()["accounts"])) == (50, 1)
    assert second.json()["next"] is None
    shown = [each["account"]["reference"] for each in first.json()["accounts"] + second.json()["accounts"]]
    assert shown == [str(house.administrator), *(answer.json()["reference"] for answer in answers)]


async def test_an_administrator_reads_one_account_with_its_version(house: House) -> None:
    somebody = await house.opened()

    page = await house.identity.get(f"/accounts/{somebody.account}", by=house.token)

    assert page.headers["ETag"] == '"3"'
    assert page.json()["sign_in_name"] == SIGN_IN_NAME
    assert house.identity.names()[-1] == "operation.page_read"
    assert (await house.identity.get(f"/accounts/{uuid4()}", by=house.token)).status_code == 404


async def test_a_name_whose_key_was_destroyed_is_null(house: House) -> None:
    somebody = await house.opened()
    path = f"/operator/persons/{somebody.account}/destroy-key"
    await house.identity.post(path, {"order": "Example order 1"}, by=house.token)

    page = await house.identity.get(f"/accounts/{somebody.account}", by=house.token)

    assert (page.json()["name"], page.json()["sign_in_name"]) == (None, None)
    assert UUID(page.json()["reference"]) == somebody.account


async def test_a_rebuilt_list_is_the_same_list(house: House) -> None:
    await house.active()
    path = f"/accounts/{house.administrator}"
    assert (await house.identity.get(path, by=house.token)).status_code == 200
    before = await house.identity.get("/accounts", by=house.token, after=await house.open(sign_in_name="c@example.org"))

    rebuilt = await house.identity.post("/operator/views/account_list/rebuild", by=house.token)

    assert rebuilt.status_code == 200, rebuilt.text

    async def switched() -> bool:
        return "account_list_2" in _tables(house) and "account_list_1" not in _tables(house)

    await eventually(switched)
    after = await house.identity.get("/accounts", by=house.token, after=rebuilt)
    assert after.json() == before.json()
    assert before.json()["accounts"][0]["account"]["sign_in_name"] == ADMINISTRATOR_SIGN_IN_NAME


def _tables(house: House) -> set[str]:
    with psycopg.connect(house.identity.database.admin) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'views'").fetchall()
    return {name for (name,) in found}


async def test_an_administrator_is_shown_the_names_of_their_own_agency_alone(house: House) -> None:
    somebody = await house.opened()
    administrator = await house.agency("CVP")
    before = house.identity.names()
    asked = {"account": [str(somebody.account)]}

    names = await house.identity.get("/accounts/names", by=administrator, params=asked)
    page = await house.identity.get(f"/accounts/{somebody.account}", by=administrator)
    absent = await house.identity.get(f"/accounts/{uuid4()}", by=administrator)
    after = house.identity.names()
    listed = await house.identity.get("/accounts", by=administrator)

    assert names.json() == []
    assert (page.status_code, page.text, page.headers) == (404, absent.text, absent.headers)
    assert after == before, "a read of nothing was put on record"
    assert [each["account"]["agency"] for each in listed.json()["accounts"]] == ["CVP"]
    assert (await house.identity.get("/accounts/names", by=house.token, params=asked)).json() != []
