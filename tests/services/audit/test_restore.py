"""A database put back from a backup on purpose: found as what it is, declared by two people, and gone on behind."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path

import psycopg
import pytest

from contracts.language import Event, Refused
from services.audit.finding.decisions import Span, was_declared
from services.audit.finding.events import FindingFound, FindingResolved
from services.audit.finding.state import FindingKind, Findings, How, evolve
from services.audit.main import DEFINITION as AUDIT
from services.audit.restore import decisions
from services.audit.restore.clearing import cleared, rolled_back
from services.audit.restore.events import RestoreConfirmed, RestoreDeclared, RestoreRefused
from services.audit.restore.state import Phase, Restores
from services.audit.restore.state import evolve as restored
from services.kernel.operations import LOST, LogWentBack, PositionLost
from services.kernel.proof.notes import SIGNS_CHECKPOINTS, Signer, read_note, read_private_key
from services.kernel.proof.witnessing import VOUCHED, Asked
from services.tips.main import DEFINITION as TIPS
from tests.deploy.asked import data_folder, muster_beside, on_a_port
from tests.services.audit.house import AUDITOR, OPERATOR, House, places
from tests.services.tips.house import NAME
from tests.support.proofs import SECOND, WITNESS, name_witnesses, proved, second_witness
from tests.support.running_service import Person, running_service
from tests.support.servers import Database, Nats, Servers, fresh_database
from tests.support.waiting import eventually

BOTH = Person(("operator", "auditor"), agency="AG-PID")
WHY = "Disk of the database lost in the night of the 2nd."


def found(kind: FindingKind, first: int, last: int) -> FindingFound:
    return FindingFound(source="tips", kind=kind, first=first, last=last, there="", here="")


def findings(*events: Event) -> Findings:
    state = Findings()
    for event in events:
        state = evolve(state, event)
    return state


ROLLED_BACK = findings(found(FindingKind.NOT_THE_SAME, 3, 3), found(FindingKind.ROLLED_BACK, 6, 9))
FOUND = rolled_back(ROLLED_BACK)
DECLARED = RestoreDeclared(source="tips", number=1, first=6, last=9, reason=WHY)


def test_what_was_found_is_declared_as_it_was_found_and_nothing_else() -> None:
    assert decisions.declare(Restores(), FOUND, "tips", 5, 9, WHY) == [DECLARED]
    for kept, known in ((5, 8), (4, 9), (5, 10), (2, 3)):
        with pytest.raises(Refused) as refused:
            decisions.declare(Restores(), FOUND, "tips", kept, known, WHY)
        assert refused.value.code == "not_rolled_back", (kept, known)
    with pytest.raises(Refused) as refused:
        decisions.declare(restored(Restores(), DECLARED), FOUND, "tips", 5, 9, WHY)
    assert refused.value.code == "waits_already"


def test_a_second_person_confirms_and_the_rollback_alone_is_cleared() -> None:
    (waiting,) = restored(Restores(), DECLARED).every
    confirmed = RestoreConfirmed(source="tips", number=1, first=6, last=9)
    assert decisions.confirm(waiting, "account:1", "account:2", "tips") == [confirmed]
    with pytest.raises(Refused) as refused:
        decisions.confirm(waiting, "account:1", "account:1", "tips")
    assert refused.value.code == "same_person"
    for other in FindingKind:
        if other != FindingKind.ROLLED_BACK:
            assert cleared(findings(found(other, 6, 9)), waiting, "tips") == [], other
    assert cleared(ROLLED_BACK, waiting, "tips") == [FindingResolved(source="tips", number=2, how="restored")]
    later = findings(found(FindingKind.ROLLED_BACK, 12, 20))
    assert cleared(later, waiting, "tips") == [], "another rollback is another matter"


def test_the_rollback_that_was_declared_is_known_and_no_larger_or_other_one() -> None:
    said = findings(found(FindingKind.ROLLED_BACK, 6, 9), FindingResolved(source="tips", number=1, how=How.RESTORED))
    for kind, first, last, known in (
        (FindingKind.ROLLED_BACK, 6, 9, True),
        (FindingKind.ROLLED_BACK, 7, 9, True),
        (FindingKind.ROLLED_BACK, 5, 9, False),
        (FindingKind.ROLLED_BACK, 6, 10, False),
        (FindingKind.FORKED, 6, 9, False),
    ):
        assert was_declared(said, Span(kind, first, last)) == known, (kind, first, last)
    mended = findings(
        found(FindingKind.ROLLED_BACK, 6, 9), FindingResolved(source="tips", number=1, how=How.SEEN_WHOLE)
    )
    assert not was_declared(mended, Span(FindingKind.ROLLED_BACK, 6, 9)), "nobody declared it"


def test_once_answered_a_declaration_waits_for_nobody() -> None:
    declared = restored(Restores(), DECLARED)
    refused_one = RestoreRefused(source="tips", number=1, reason=WHY)
    assert decisions.refuse(declared.every[0], WHY, "tips") == [refused_one]
    for answer, phase in (
        (refused_one, Phase.REFUSED),
        (RestoreConfirmed(source="tips", number=1, first=6, last=9), Phase.CONFIRMED),
    ):
        (answered,) = restored(declared, answer).every
        assert answered.phase == phase
        for act in (
            partial(decisions.confirm, answered, "account:1", "account:2", "tips"),
            partial(decisions.refuse, answered, WHY, "tips"),
        ):
            with pytest.raises(Refused) as refused:
                act()
            assert refused.value.code == "not_waiting"
    again = decisions.declare(restored(declared, refused_one), FOUND, "tips", 5, 9, WHY)
    assert again == [RestoreDeclared(source="tips", number=2, first=6, last=9, reason=WHY)]


class Restored:
    """Tips is ended, and started again on another database of its own."""

    def __init__(self, house: House, folder: Path, port: int, nats_server: Nats) -> None:
        self.house = house
        self.data = data_folder(folder / "data", {"audit": port})
        self._folder = folder
        self._witness = f"http://127.0.0.1:{port}/witness"
        self._nats = nats_server

    @asynccontextmanager
    async def tips(self, database: Database) -> AsyncIterator[House]:
        audit, told = self.house.audit, proved(self._folder, watched=self._witness)
        async with (
            running_service(TIPS, database, self._nats, beside=audit, told=told) as tips,
            on_a_port(tips) as port,
        ):
            audit.settings.peers["tips"] = f"http://127.0.0.1:{port}"
            self.house.tips = tips
            yield self.house

    async def signed(self) -> int:
        """The size of the newest head, once both witnesses signed all there is."""
        last = len(self.house.log())

        async def done() -> bool:
            text = (await self.house.tips.http.get("/proof/checkpoint")).text
            return f"\n{last}\n" in text and f"— {WITNESS} " in text and f"— {SECOND} " in text

        await eventually(done)
        return last

    @contextmanager
    def no_witness_asked(self) -> Iterator[None]:
        """Meanwhile tips signs on nowhere: it hears from a witness alone what stood where it lost something."""
        named = (self._folder / "witnesses.json").read_bytes()
        name_witnesses(self._folder, {})
        try:
            yield
        finally:
            (self._folder / "witnesses.json").write_bytes(named)

    async def asks_with(self, head: str) -> int:
        """The status of what the house's witness answers to this head of tips."""
        body = Asked(0, (), read_note(head)).written.encode()
        signer = Signer("muster/test/tips", SIGNS_CHECKPOINTS, read_private_key(self._folder / "tips.pem"))
        headers = {VOUCHED: signer.vouch(body)}
        return (await self.house.audit.http.post("/witness/add-checkpoint", content=body, headers=headers)).status_code


@pytest.fixture
async def running(servers: Servers, database: Database, nats_server: Nats, tmp_path: Path) -> AsyncIterator[Restored]:
    told = proved(tmp_path, watched="")
    async with running_service(AUDIT, database, nats_server, told=told) as audit, on_a_port(audit) as port:
        with second_witness(tmp_path) as second:
            witness = f"http://127.0.0.1:{port}/witness"
            name_witnesses(tmp_path, {"witness.vkey": witness, "second.vkey": second})
            yield Restored(House(audit, audit), tmp_path, port, nats_server)


async def test_a_restored_log_goes_on_behind_what_it_lost_once_two_people_said_so(
    running: Restored, servers: Servers
) -> None:
    house = running.house
    with fresh_database(servers) as own:
        async with running.tips(own):
            await house.receive()
            kept = await running.signed()
        with fresh_database(servers, own.name) as backup:
            async with running.tips(own):
                await house.receive()
                known = await running.signed()
                before = house.log()
                await house.verify()
            async with running.tips(backup):
                await it_goes_on_at_once(house, kept, known)
                with running.no_witness_asked():
                    old = (await house.tips.http.get("/proof/checkpoint")).text
                    await two_people_declare_it(house, running.data, kept, known)
                    await its_old_head_accuses_nobody_any_more(running, old)
                await nobody_is_accused_of_it(running, house, known)
                await what_was_lost_is_told(house, before, kept, known)
                await nothing_else_is_hidden_by_it(house, kept)
            async with running.tips(backup):
                await house.receive()
                names = [name for _, name, _ in house.log()]
                assert names.count(LogWentBack.NAME) == 1, "a start goes back no further"


async def it_goes_on_at_once(house: House, kept: int, known: int) -> None:
    """Whoever follows the log hears of a new tip; and nothing more is signed."""
    lost = [position for position, name, _ in house.log() if name in LOST]
    assert lost == list(range(kept + 1, known + 1))
    await house.receive()
    assert house.copy()[-1] == house.log()[-1]
    (met,) = [each for each in await house.findings() if each["kind"] == "rolled_back" and each["last"] == known]
    assert met["severity"] == "grave"
    assert {each["kind"] for each in await house.findings()} - {"behind"} == {"rolled_back"}
    head = read_note((await house.tips.http.get("/proof/checkpoint")).text).checkpoint
    assert head.size <= kept
    assert {kind for kind, *_ in places(await house.verify())} >= {"rolled_back", "rewritten", "root_differs"}


async def two_people_declare_it(house: House, data: Path, kept: int, known: int) -> None:
    """From the command line, as they would."""
    said = {"source": "tips", "kept": kept, "known": known, "reason": WHY}
    for by, body, status in (
        (AUDITOR, said, 403),
        (OPERATOR, said | {"known": known + 1}, 409),
        (OPERATOR, said | {"source": "audit"}, 422),
        (OPERATOR, said | {"reason": "<b>"}, 422),
    ):
        assert (await house.audit.post("/restores", body, by=by)).status_code == status
    options = ("--kept", str(kept), "--known", str(known), "--reason", WHY)
    declared = await muster_beside("restore", "declare", "tips", *options, data=data, token=house.audit.token(BOTH))
    assert declared.exit_code == 0, declared.output
    assert (await house.audit.get("/restores/tips/1/lost", by=OPERATOR)).status_code == 403
    path = "/restores/tips/1/confirmation"
    assert (await house.audit.post(path, by=OPERATOR)).status_code == 403
    assert (await house.audit.post(path, by=BOTH)).json()["code"] == "same_person"
    assert (await house.audit.post("/restores/tips/2/confirmation", by=AUDITOR)).status_code == 404
    auditor = house.audit.token(AUDITOR)
    confirmed = await muster_beside("restore", "confirm", "tips", "1", data=data, token=auditor)
    assert confirmed.exit_code == 0, confirmed.output
    assert "to be typed in again" in confirmed.stdout
    again = await muster_beside("restore", "refuse", "tips", "1", "--reason", WHY, data=data, token=auditor)
    assert (again.exit_code, "waits for nobody" in again.stderr) == (1, True)
    listed = await muster_beside("restore", "list", data=data, token=auditor)
    assert f"tips 1  positions {kept + 1} to {known}: confirmed" in listed.stdout
    lost = await muster_beside("restore", "lost", "tips", "1", data=data, token=auditor)
    assert lost.stdout.endswith(f"{known - kept} events were lost.\n")
    (told,) = (await house.audit.get("/restores", by=OPERATOR)).json()
    assert (told["phase"], told["first"], told["last"]) == ("confirmed", kept + 1, known)
    assert told["declared_by"] == f"account:{BOTH.account}"
    assert told["answered_by"] == f"account:{AUDITOR.account}"


async def its_old_head_accuses_nobody_any_more(running: Restored, head: str) -> None:
    """It is not signed; and that it is smaller than the last one is what was declared."""
    assert await running.asks_with(head) == 409
    assert [each for each in await running.house.findings() if each["kind"] == "rolled_back"] == []


async def nobody_is_accused_of_it(running: Restored, house: House, known: int) -> None:
    """Both witnesses sign on, without having been told anything; and all is whole."""
    assert await running.signed() > known
    verified = await house.verify()
    assert [each for each in places(verified) if not each[3]] == [], verified
    again = await house.verify()
    assert again["same"], again
    assert again["held"] == again["known"] > known
    rolled = [each for each in await house.findings(resolved="true") if each["kind"] == "rolled_back"]
    assert {each["how"] for each in rolled} == {"restored"}


async def what_was_lost_is_told(house: House, before: object, kept: int, known: int) -> None:
    answer = await house.audit.get("/restores/tips/1/lost", by=AUDITOR)
    rows = answer.json()
    assert [row["position"] for row in rows] == list(range(kept + 1, known + 1))
    assert isinstance(before, list)
    assert [row["name"] for row in rows] == [name for _, name, _ in before[kept:known]]
    assert NAME not in answer.text
    assert "ciphertext" not in answer.text
    paged = await house.audit.get("/restores/tips/1/lost", by=AUDITOR, params={"after": known - 1})
    assert [row["position"] for row in paged.json()] == [known]


async def nothing_else_is_hidden_by_it(house: House, kept: int) -> None:
    """A row of before the backup that is changed, and one that stands where one was lost and says something else."""
    house.tamper(f"UPDATE stored_events SET state = state || ' '::bytea WHERE notification_id = {kept}")
    house.tamper(f"UPDATE stored_events SET topic = 'tips.tip_closed' WHERE notification_id = {kept + 2}")

    async def both() -> bool:
        met = [each for each in await house.findings() if each["kind"] == "not_the_same"]
        return {position for each in met for position in (each["first"], each["last"])} >= {kept, kept + 2}

    await eventually(both)
    with psycopg.connect(house.tips.database.owner) as connection:
        row = connection.execute("SELECT count(*) FROM stored_events WHERE topic = %s", (PositionLost.NAME,)).fetchone()
    assert row is not None
    assert row[0] > 1
