"""A command over HTTP: every refusal in the list, nothing changed by any, and one effect for a repeated key."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.kernel.definition import Definition
from tests.kernel.toy import eventually
from tests.kernel.toy_service import definition
from tests.support.running_service import Person, RunningService, running_service
from tests.support.servers import Database, Nats, Servers

MARKED = "Example Child Marked"
KEEPER = Person(("keeper",))
VISITOR = Person(("visitor",))
OPEN = {"colour": "red", "remark": MARKED}
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Definition:
    """One for all tests: what was defined once is put together once."""
    return definition(tmp_path_factory.mktemp("toy") / "policies.cedar")


@pytest.fixture
async def service(toy: Definition, database: Database, nats_server: Nats) -> AsyncIterator[RunningService]:
    async with running_service(toy, database, nats_server) as running:
        yield running


async def opened(service: RunningService) -> tuple[str, int]:
    """A box somebody else opened: its path and version."""
    answer = await service.post("/boxes/", OPEN, by=Person(("keeper",)))
    assert answer.status_code == 201, answer.text
    return f"/boxes/{answer.json()['reference']}", answer.json()["version"]


def is_problem(answer: httpx.Response, status: int, name: str) -> Mapping[str, Any]:
    """Every refusal has the one form: problem details, a sentence for a person, no data of anybody."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].partition(";")[0] == PROBLEM
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["type"] == f"urn:muster:problem:{name}"
    assert body["title"]
    assert body["detail"].endswith(".")
    assert MARKED not in answer.text
    return body


async def test_a_command_is_answered_with_its_version_and_the_log_position(service: RunningService) -> None:
    answer = await service.post("/boxes/", OPEN, by=KEEPER)
    assert answer.status_code == 201
    assert answer.headers["etag"] == '"2"'
    # The policies stand first in the log.
    assert answer.headers["muster-position"] == "3"
    assert answer.json() == {"reference": answer.json()["reference"], "version": 2, "position": 3}
    path, version = await opened(service)
    counted = await service.post(f"{path}/count", {"things": 3}, by=KEEPER, version=version)
    assert counted.status_code == 200
    page = await service.get(path, by=KEEPER, after=counted)
    assert (page.json()["things"], page.headers["etag"]) == (3, '"3"')


# what is wrong: how the command is sent, what it is answered
BAD: dict[str, tuple[dict[str, Any], int, str]] = {
    "malformed JSON": ({"body": b'{"colour": '}, 400, "malformed"),
    "a body that is no text": ({"body": b"\xff\xfe"}, 400, "malformed"),
    "a body nested without end": ({"body": b"[" * 100_000}, 400, "malformed"),
    "no body": ({"body": b""}, 422, "invalid-value"),
    "a list for an object": ({"body": [MARKED]}, 422, "invalid-value"),
    "a member missing": ({"body": {}}, 422, "invalid-value"),
    "a value too long": ({"body": {"colour": "r" * 21}}, 422, "invalid-value"),
    "a value of another type": ({"body": {"colour": 7}}, 422, "invalid-value"),
    "a member nobody knows": ({"body": OPEN | {MARKED: 1}}, 422, "invalid-value"),
    "a value that cannot be right": ({"body": {"colour": "invisible"}}, 422, "invalid-value"),
    "10 MB": ({"body": OPEN | {"remark": MARKED * 500_000}}, 422, "invalid-value"),
    "no key": ({"body": OPEN, "headers": {"Idempotency-Key": ""}}, 400, "malformed"),
    "a key too short": ({"body": OPEN, "key": "short"}, 400, "malformed"),
    "a key too long": ({"body": OPEN, "key": "k" * 201}, 400, "malformed"),
    "an If-Match that is no version": ({"body": OPEN, "headers": {"If-Match": MARKED}}, 400, "malformed"),
    "an If-Match beyond any number": ({"body": OPEN, "headers": {"If-Match": "9" * 6000}}, 400, "malformed"),
    "nobody signed in": ({"body": OPEN, "by": None}, 401, "not-signed-in"),
    "a token that is none": ({"body": OPEN, "by": MARKED.replace(" ", "")}, 401, "not-signed-in"),
    "a role that never may": ({"body": OPEN, "by": VISITOR}, 403, "not-your-role"),
}


async def test_each_bad_request_is_refused_with_its_problem_and_changes_nothing(
    service: RunningService, subtests: pytest.Subtests
) -> None:
    for case, (sent, status, name) in BAD.items():
        with subtests.test(case):
            answer = await service.post("/boxes/", **({"by": KEEPER} | sent))
            is_problem(answer, status, name)
            assert MARKED not in answer.text
            assert service.names() == []
            assert ("www-authenticate" in answer.headers) == (status == 401)


async def test_a_value_that_cannot_be_right_is_named_by_its_field(service: RunningService) -> None:
    answer = await service.post("/boxes/", {"colour": "invisible"}, by=KEEPER)
    assert is_problem(answer, 422, "invalid-value")["field"] == "colour"
    long = is_problem(await service.post("/boxes/", {"colour": "r" * 21}, by=KEEPER), 422, "invalid-value")
    assert (long["field"], long["detail"]) == ("colour", "Write at most 20 characters. Nothing was changed.")


async def test_a_reader_who_asks_for_more_than_any_log_holds_is_refused(service: RunningService) -> None:
    path, _ = await opened(service)
    answer = await service.http.get(path, headers={"Muster-At-Least": "9" * 6000, **service._by(KEEPER)})
    is_problem(answer, 400, "malformed")


async def test_a_thing_of_another_kind_is_not_found_and_not_changed(service: RunningService) -> None:
    other = (await service.post("/operator/publish-again", {"after": 0}, by=KEEPER)).json()
    before = service.names()
    path = f"/boxes/{other['reference']}/count"
    is_problem(await service.post(path, {"things": 1}, by=KEEPER, version=other["version"]), 404, "not-found")
    assert service.names() == before


async def test_a_follower_that_no_text_can_name_is_not_found(service: RunningService) -> None:
    is_problem(await service.post("/operator/parked/%00/1/retry", by=KEEPER), 404, "not-found")


async def test_an_existing_thing_is_changed_only_by_who_says_which_version_they_saw(service: RunningService) -> None:
    path, version = await opened(service)
    before = service.names()
    is_problem(await service.post(f"{path}/count", {"things": 1}, by=KEEPER), 400, "malformed")
    stale = await service.post(f"{path}/count", {"things": 1}, by=KEEPER, version=version - 1)
    is_problem(stale, 412, "stale")
    ahead = await service.post(f"{path}/count", {"things": 1}, by=KEEPER, version=version + 1)
    is_problem(ahead, 412, "stale")
    assert service.names() == before


async def test_of_two_on_one_version_at_once_one_wins_and_the_other_is_told(service: RunningService) -> None:
    path, version = await opened(service)
    answers = await asyncio.gather(
        *(service.post(f"{path}/count", {"things": 1}, by=KEEPER, version=version) for _ in range(8))
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    assert service.names().count("box.counted") == 1


async def test_a_refused_rule_is_named_with_its_citation(service: RunningService) -> None:
    path, version = await opened(service)
    before = service.names()
    answer = await service.post(f"{path}/count", {"things": 101}, by=KEEPER, version=version)
    body = is_problem(answer, 409, "refused")
    assert (body["code"], body["rule"], body["citation"]) == ("full", "R01", "Example Code 9")
    assert service.names() == before


async def test_what_is_taken_already_is_refused_and_refuses_no_neighbour(service: RunningService) -> None:
    labelled = OPEN | {"label": "the only one"}
    answers = await asyncio.gather(
        *(service.post("/boxes/", labelled, by=KEEPER) for _ in range(4)),
        *(service.post("/boxes/", OPEN, by=KEEPER) for _ in range(4)),
    )
    assert sorted(answer.status_code for answer in answers[:4]) == [201, 409, 409, 409]
    assert [answer.status_code for answer in answers[4:]] == [201] * 4
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert is_problem(refused, 409, "refused")["code"] == "taken"


async def test_absent_and_forbidden_things_are_answered_alike(service: RunningService) -> None:
    mine = await service.post("/boxes/", OPEN, by=KEEPER)  # the remark names the keeper, who is shut out of it
    path = f"/boxes/{mine.json()['reference']}"
    await service.get(path, by=Person(("keeper",)), after=mine)
    forbidden = await service.get(path, by=KEEPER, after=mine)
    absent = await service.get(f"/boxes/{uuid4()}", by=KEEPER)
    is_problem(absent, 404, "not-found")
    unknown_route = await service.get("/no/such/path", by=KEEPER)
    for other in (forbidden, unknown_route):
        assert other.status_code == absent.status_code
        assert other.content == absent.content
        assert dict(other.headers) == dict(absent.headers)
    before = service.names()
    commands = [
        await service.post(f"{where}/count", {"things": 1}, by=KEEPER, version=2)
        for where in (path, f"/boxes/{UUID(int=1)}")
    ]
    assert {command.content for command in commands} == {absent.content}
    assert service.names() == before


async def test_a_repeated_key_is_answered_the_same_and_has_one_effect(service: RunningService) -> None:
    first = await service.post("/boxes/", OPEN, by=KEEPER, key="the same key")
    again = [await service.post("/boxes/", OPEN, by=KEEPER, key="the same key") for _ in range(3)]
    for answer in again:
        assert answer.status_code == first.status_code == 201
        assert answer.json() == first.json()
        assert answer.headers["etag"] == first.headers["etag"]
    assert service.names() == ["tips.box_opened", "box.remarked"]


async def test_a_key_sent_many_times_at_once_has_one_effect_and_one_answer(service: RunningService) -> None:
    answers = await asyncio.gather(*(service.post("/boxes/", OPEN, by=KEEPER, key="the same key") for _ in range(12)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert service.names() == ["tips.box_opened", "box.remarked"]


async def test_a_repeated_key_is_answered_also_when_things_have_moved_on(service: RunningService) -> None:
    path, version = await opened(service)
    first = await service.post(f"{path}/count", {"things": 1}, by=KEEPER, version=version, key="the same key")
    await service.post(f"{path}/count", {"things": 1}, by=KEEPER, version=version + 1)
    again = await service.post(f"{path}/count", {"things": 1}, by=KEEPER, version=version, key="the same key")
    assert (again.status_code, again.json()) == (200, first.json())
    assert service.names().count("box.counted") == 2


async def test_a_key_used_for_something_else_is_refused(service: RunningService) -> None:
    path, version = await opened(service)
    await service.post("/boxes/", OPEN, by=KEEPER, key="the same key")
    before = service.names()
    for answer in (
        await service.post("/boxes/", OPEN | {"colour": "blue"}, by=KEEPER, key="the same key"),
        await service.post("/boxes/", OPEN, by=Person(("keeper",)), key="the same key"),
        await service.post(f"{path}/count", {"things": 1}, by=KEEPER, version=version, key="the same key"),
        await service.post("/boxes/", OPEN, by=KEEPER, key="the same key", version=7),
    ):
        body = is_problem(answer, 422, "key-used")
        assert body["field"] == "Idempotency-Key"
        assert "reference" not in body
    assert service.names() == before


async def test_a_refused_command_leaves_its_key_free(service: RunningService) -> None:
    refused = await service.post("/boxes/", {"colour": "invisible"}, by=KEEPER, key="the same key")
    is_problem(refused, 422, "invalid-value")
    assert (await service.post("/boxes/", OPEN, by=KEEPER, key="the same key")).status_code == 201


async def test_a_question_for_more_than_there_is_says_not_yet(
    service: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.kernel.views.FRESH_WITHIN_SECONDS", 0.1)
    path, _ = await opened(service)
    headers = {"Authorization": f"Bearer {service.token(KEEPER)}", "Muster-At-Least": "99"}
    answer = await service.http.get(path, headers=headers)
    is_problem(answer, 503, "not-yet")
    assert int(answer.headers["retry-after"]) > 0
    malformed = await service.http.get(path, headers=headers | {"Muster-At-Least": MARKED})
    is_problem(malformed, 400, "malformed")


async def test_a_fault_of_ours_tells_no_more_than_that(service: RunningService) -> None:
    is_problem(await service.get("/boxes/broken", by=KEEPER), 500, "fault")
    assert "RuntimeError" in service.log_lines()


async def test_while_the_database_is_down_callers_are_told_to_come_back_and_then_they_succeed(
    service: RunningService, servers: Servers
) -> None:
    await opened(service)
    await asyncio.to_thread(servers.postgres.stop)
    try:
        answer = await service.post("/boxes/", OPEN, by=KEEPER, key="the same key")
        is_problem(answer, 503, "unavailable")
        assert int(answer.headers["retry-after"]) > 0
        ready = await service.get("/health/ready")
        assert ready.status_code == 503
        assert "database" in ready.json()["waiting_for"]
        assert ready.headers["retry-after"].isdigit()
        assert (await service.get("/health/live")).status_code == 200
    finally:
        await asyncio.to_thread(servers.postgres.start)

    async def accepted() -> bool:
        return (await service.post("/boxes/", OPEN, by=KEEPER, key="the same key")).status_code == 201

    async def ready_again() -> bool:
        return (await service.get("/health/ready")).status_code == 200

    await eventually(accepted, within=30)
    await eventually(ready_again, within=30)
    assert service.names().count("tips.box_opened") == 2


async def test_the_description_of_the_interface_is_open_and_names_its_routes(service: RunningService) -> None:
    answer = await service.get("/schema/openapi.json")
    assert answer.status_code == 200
    assert "/boxes" in answer.text
    assert "securitySchemes" in answer.json()["components"]


async def test_the_description_tells_every_refusal_and_which_headers_a_command_takes(service: RunningService) -> None:
    described = (await service.get("/schema/openapi.json")).json()
    command = described["paths"]["/boxes/{box}/count"]["post"]
    assert {"200", "400", "401", "403", "404", "409", "412", "422", "429", "503"} == set(command["responses"])
    refused = command["responses"]["400"]["content"]
    assert refused == {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert described["components"]["schemas"]["Problem"]["required"] == ["type", "title", "status", "detail"]
    headers = {each["name"]: each["required"] for each in command["parameters"] if each["in"] == "header"}
    assert headers == {"Idempotency-Key": True, "If-Match": False}
    assert described["paths"]["/health/ready"]["get"]["security"] == []
    assert "security" not in command
    assert described["components"]["schemas"]["Count"]["additionalProperties"] is False
    assert "additionalProperties" not in described["components"]["schemas"]["BoxPage"]
    question = described["paths"]["/boxes/{box}"]["get"]
    assert not {"409", "412", "429"} & set(question["responses"])


async def test_a_zero_byte_in_an_address_is_refused_before_the_database_is_asked(service: RunningService) -> None:
    path, _ = await opened(service)
    asked = await service.get(f"{path}?colour=a%00b", by=KEEPER)
    is_problem(asked, 422, "invalid-value")
    assert asked.json()["field"] == "colour"
    # Whoever may not ask at all is told that, whatever they asked.
    is_problem(await service.get(f"{path}?colour=%00"), 401, "not-signed-in")
    assert "request failed" not in service.log_lines()


async def test_no_name_reaches_a_log_line_or_the_database_in_clear(service: RunningService) -> None:
    path, version = await opened(service)
    await service.post("/boxes/", {"colour": MARKED, "remark": 7}, by=KEEPER)
    await service.post("/boxes/", f'{{"colour": "{MARKED}"'.encode(), by=KEEPER)
    await service.post(f"{path}/count", {"things": MARKED}, by=KEEPER, version=version)
    await service.post("/boxes/", OPEN, by=KEEPER, key=MARKED)
    await service.get(f"/boxes/{MARKED}", by=KEEPER)
    await service.get("/boxes/broken", by=KEEPER)
    await service.get(f"/boxes/{uuid4()}?{MARKED}", by=KEEPER)
    assert "request failed" in service.log_lines()
    assert "Marked" not in service.log_lines()
    assert "Marked" not in service.everything_stored()


async def test_a_caller_who_hangs_up_is_no_fault_of_ours(service: RunningService) -> None:
    transport: Any = service.http._transport
    headers = {"authorization": f"Bearer {service.token(KEEPER)}", "idempotency-key": "a key of mine"}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/boxes",
        "raw_path": b"/boxes",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    answered: list[dict[str, Any]] = []

    async def hang_up() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def hear(message: dict[str, Any]) -> None:
        answered.append(message)

    await transport.app(scope, hang_up, hear)
    assert answered[0]["status"] == 400
    assert "request failed" not in service.log_lines()
