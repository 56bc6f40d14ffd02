"""A log that gives its signed heads alone, as a victim-service agency's must: it is witnessed, and nothing more.

Tips stands for such a service here; none of the house's own is one.
"""

from pathlib import Path

import msgspec
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.embedded.errors import StackError
from deploy.embedded.folder import DataFolder
from deploy.embedded.installation import HEADS_ALONE, heads_alone_in, heard_of
from deploy.embedded.nats import permissions
from deploy.topology import LISTENERS, SERVICES
from services.audit.main import DEFINITION as AUDIT
from services.kernel.proof.blocks import Compare
from services.kernel.proof.notes import SIGNS_CHECKPOINTS, Signer, read_note, read_private_key
from services.kernel.proof.proving import FEWEST_TOGETHER
from services.kernel.proof.tree import consistency
from services.kernel.proof.witnessing import VOUCHED
from services.tips.main import DEFINITION as TIPS
from tests.deploy.asked import on_a_port
from tests.services.audit.house import AUDITOR, House
from tests.support.proofs import WITNESS, name_witnesses, proved
from tests.support.running_service import NOON, running_service
from tests.support.servers import Database, Nats, Servers, fresh_database
from tests.support.waiting import eventually

OF_AUDITORS = (
    "/operator/rows",
    "/proof/inclusion/1",
    "/proof/consistency?old=0&new=64",
    f"/tips?as_of={NOON.isoformat().replace('+', '%2B')}",
)


async def test_such_a_log_is_countersigned_as_it_grows_and_nothing_else_of_it_is_had(
    servers: Servers, database: Database, nats_server: Nats, tmp_path: Path
) -> None:
    told = proved(tmp_path, watched="", heads_alone=("tips",))
    async with running_service(AUDIT, database, nats_server, told=told) as audit, on_a_port(audit) as port:
        witness = f"http://127.0.0.1:{port}/witness"
        name_witnesses(tmp_path, {"witness.vkey": witness})
        told = proved(tmp_path, watched=witness, heads_alone=("tips",))
        with fresh_database(servers) as other:
            async with running_service(TIPS, other, nats_server, beside=audit, told=told) as tips:
                house = House(audit, tips)
                # It is no question of where tips is: it is not asked.
                audit.settings.peers["tips"] = "http://127.0.0.1:1"
                for heads in (1, 2):
                    while len(house.log()) < heads * FEWEST_TOGETHER:
                        await house.receive_unseen()
                    await eventually(lambda: _signed(house))
                assert {size % FEWEST_TOGETHER for size in _witnessed(audit.database)} == {0}
                assert len(_witnessed(audit.database)) >= 2

                for path in OF_AUDITORS:
                    answer = await tips.get(path, by=AUDITOR)
                    assert answer.status_code == 403, path
                assert house.copy() == []
                assert not [line for line in audit.everything_stored().splitlines() if "tips.tip_received" in line]

                hello = Compare(origin="muster/test/tips", last=0, until=0, first=0, digests=[])
                body = msgspec.json.encode(hello)
                own = Signer("muster/test/tips", SIGNS_CHECKPOINTS, read_private_key(tmp_path / "tips.pem"))
                asked = await audit.http.post("/witness/compare", content=body, headers={VOUCHED: own.vouch(body)})
                assert asked.status_code == 404, "not even digests are taken"

                verified = await house.verify()
                assert (verified["heads_alone"], verified["same"]) == (True, True)
                assert verified["known"] == max(_witnessed(audit.database))
                assert (verified["there"], verified["here"], verified["fingerprint"]) == (0, 0, "")


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_no_hash_that_leaves_it_is_of_few_rows(one: int, other: int) -> None:
    old, new = sorted((one * FEWEST_TOGETHER, other * FEWEST_TOGETHER))
    assert all(span.size >= FEWEST_TOGETHER for span in consistency(old, new))


def test_the_witness_may_not_read_its_stream_and_reads_all_others() -> None:
    left = heard_of(LISTENERS, ["tips"])
    assert set(LISTENERS) - set(left) == {
        each for each in LISTENERS if (each.service, each.upstream) == ("audit", "tips")
    }
    assert "TIPS" not in str(permissions("audit", left))
    assert "IDENTITY" in str(permissions("audit", left))
    assert permissions("prosecution", left) == permissions("prosecution", LISTENERS)


def test_which_services_give_their_heads_alone_is_read_whole_or_the_house_does_not_start(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path, "real")
    assert heads_alone_in(folder) == ()
    folder.secrets.mkdir()
    file = folder.secrets / HEADS_ALONE
    file.write_text('["tips"]')
    assert heads_alone_in(folder) == ("tips",)
    for wrong in ('["tipps"]', '["audit"]', '"tips"', "tips"):
        file.write_text(wrong)
        with pytest.raises(StackError, match="mend it"):
            heads_alone_in(folder)
    assert {each.name for each in SERVICES} >= {"tips", "audit"}


async def _signed(house: House) -> bool:
    answer = await house.tips.http.get("/proof/checkpoint")
    if answer.status_code != 200 or f"— {WITNESS} " not in answer.text:
        return False
    size = read_note(answer.text).checkpoint.size
    return size == len(house.log()) // FEWEST_TOGETHER * FEWEST_TOGETHER


def _witnessed(database: Database) -> list[int]:
    with psycopg.connect(database.owner) as connection:
        found = connection.execute("SELECT size FROM witnessed_heads WHERE source = 'tips' ORDER BY size")
        return [size for (size,) in found]
