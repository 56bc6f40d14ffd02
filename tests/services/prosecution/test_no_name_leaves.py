"""Names, dates of birth and notes are nowhere but sealed: not stored in plain, not logged, not on the road."""

import base64
from uuid import UUID

import nats

from tests.services.prosecution.house import BORN, COLLEAGUE, DETECTIVE, NAME, PROSECUTOR, PROSTITUTION, House, ok
from tests.support.destroying import destroyed
from tests.support.servers import Nats
from tests.support.waiting import eventually

NOTE = "Seen by Example Witness Wqxolm at the motel."
REASON = "Birth record of Example Accused Qzxolm."
# Three letters would be met with in what is sealed, now and then.
SECRETS = (NAME, "Qzxolm", "Wqxolm", NOTE, BORN, "2010-01-01", REASON)


async def busy(house: House) -> None:
    """Everything that touches a personal text, once, also where it is refused."""
    tip = await house.tip()
    ok(await house.service.post("/cases", {"tip": str(tip), "note": NOTE}, by=DETECTIVE))
    case = await house.charged()
    accused = (await house.accused(case))["accused"]
    shown = await house.service.get(f"/cases/{case}/accused", by=PROSECUTOR)
    assert NAME in shown.text
    await house.act(case, "accused", {"name": NAME, "born": "2010-01-01", "counts": [{"offence": PROSTITUTION}]})
    await house.act(case, "accused", b'{"name": "Example Accused Qzxolm"')
    await house.act(case, "accused", {"name": [NAME]})
    ok(await house.act(case, f"accused/{accused}/age-corrections", {"born": "2010-01-01", "reason": REASON}))
    ok(await house.act(case, "conflicts", {"reason": NOTE}, by=COLLEAGUE))
    declined = await house.referred()
    ok(await house.act(declined, "decline", {"reason": "no_offence", "note": NOTE}))
    await house.service.get("/cases", by=PROSECUTOR)


async def test_no_table_no_log_line_and_no_message_holds_one(house: House, nats_server: Nats) -> None:
    await busy(house)
    stored, lines = house.service.everything_stored(), house.service.log_lines()
    road = await published(house, nats_server)

    assert "accused.added" in stored
    assert "service started" in lines
    assert "log.prosecution.accused.added" in road
    assert "evt.prosecution.case_opened" in road
    for where in (stored, lines, road):
        assert [secret for secret in SECRETS if in_any_form(secret, where)] == []


async def test_a_destroyed_key_leaves_the_age_unknown(house: House) -> None:
    """By order of a court nothing of a person opens again; then nobody is accused for want of a date of birth."""
    case = await house.charged()
    accused = (await house.accused(case))["accused"]
    gone = await destroyed(house.service, house.tips, UUID(accused))
    assert (gone["keys"], gone["fields"], len(gone["positions"])) == (1, 2, 1)
    count = {"accused": accused, "offence": PROSTITUTION, "act_on": "2026-08-14"}

    answer = await house.act(case, "counts", count)

    assert (answer.status_code, answer.json()["code"]) == (409, "age_not_known")
    (shown,) = (await house.service.get(f"/cases/{case}/accused", by=PROSECUTOR)).json()
    assert (shown["name"], shown["born"]) == (None, None)


async def published(house: House, server: Nats) -> str:
    """The whole of the service's stream."""
    wanted = len(house.service.rows())
    client = await nats.connect(server.url, nkeys_seed_str=server.admin_seed)
    try:
        jetstream = client.jetstream()

        async def all_published() -> bool:
            return (await jetstream.stream_info("PROSECUTION")).state.messages == wanted

        await eventually(all_published)
        messages = [await jetstream.get_msg("PROSECUTION", number) for number in range(1, wanted + 1)]
    finally:
        await client.close()
    return "\n".join(f"{each.subject} {each.headers} {(each.data or b'').decode()}" for each in messages)


def in_any_form(secret: str, text: str) -> bool:
    encoded = base64.b64encode(secret.encode()).decode().rstrip("=")
    return secret.casefold() in text.casefold() or encoded in text or secret.encode().hex() in text
