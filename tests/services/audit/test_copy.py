"""The copy holds what was published, byte by byte, and nobody can change it."""

from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest

from deploy.topology import LISTENERS, SERVICES, stream_name
from services.audit.comparison.comparing import digest_of
from services.audit.copy.kept import head_of
from services.audit.finding.book import findings_of
from services.audit.finding.decisions import Span, gap_before
from services.audit.finding.state import FindingKind
from services.audit.sources import NAMES, UPSTREAMS
from services.kernel.proof.leaves import Row
from services.kernel.stored_form import BadState, Logged
from tests.services.audit.copied import copied, publish, wait_for_copy
from tests.services.audit.given import a_tip, row
from tests.support.running_service import Person, RunningService
from tests.support.waiting import eventually

OPERATOR = Person(("operator",), agency="AG-PID")


def notification(position: int, name: str = "tips.of_tomorrow", state: bytes | None = None) -> Logged:
    """A row of an event that no code here knows, of a version far ahead."""
    tomorrow = msgspec.json.decode(row(a_tip()).state) | {"version": 7, "data": {"new": 1}, "more": "fields"}
    return Logged(uuid4(), 1, name, state or msgspec.json.encode(tomorrow), id=position)


def test_consumers_and_streams_are_those_the_house_sets_up() -> None:
    wanted = {
        (each.upstream, stream_name(each.upstream), each.durable) for each in LISTENERS if each.service == "audit"
    }
    assert {(each.name, each.stream, each.durable) for each in UPSTREAMS} == wanted


def test_every_service_of_the_house_but_this_one_is_copied() -> None:
    assert list(NAMES) == [each.name for each in SERVICES if each.name != "audit"]


async def test_rows_are_kept_byte_by_byte_also_of_events_nobody_here_knows(audit: RunningService) -> None:
    sent = [notification(1), notification(2, "tips.tip_received"), notification(3)]
    for each in sent:
        await publish(audit, "tips", each)

    await wait_for_copy(audit, "tips", 3)

    assert copied(audit, "tips") == [(each.id, each.topic, each.state) for each in sent]
    assert audit.names() == []


async def test_each_log_has_positions_of_its_own(audit: RunningService) -> None:
    for source in NAMES:
        await publish(audit, source, notification(1))

    for source in NAMES:
        await wait_for_copy(audit, source, 1)
        assert [position for position, _, _ in copied(audit, source)] == [1]


async def test_the_same_row_published_again_changes_nothing(audit: RunningService) -> None:
    first, second = notification(1), notification(2)
    again = Logged(first.originator_id, 1, first.topic, notification(1).state, id=1)
    for each in (first, again, second):
        await audit.upstream("tips").tell_raw(each)

    await wait_for_copy(audit, "tips", 2)

    assert [state for _, _, state in copied(audit, "tips")] == [first.state, second.state]


async def test_a_gap_is_found_once_and_the_copy_goes_on(audit: RunningService) -> None:
    for position in (1, 4, 5):
        await audit.upstream("tips").tell_raw(notification(position))

    await wait_for_copy(audit, "tips", 3)

    ((stream, _, name, state),) = audit.happened()
    assert (stream, name) == (findings_of("tips"), "audit.gap_found")
    assert state["data"] == {"source": "tips", "after": 1, "before": 4}
    assert state["actor"] == "service:audit"


async def test_a_gap_is_filled_by_the_road_and_the_finding_says_so(audit: RunningService) -> None:
    rows = {position: notification(position) for position in range(1, 7)}
    for position in (1, 4, 6, 3, 2):
        await audit.upstream("tips").tell_raw(rows[position])

    await wait_for_copy(audit, "tips", 5)

    assert copied(audit, "tips") == [(at, rows[at].topic, rows[at].state) for at in (1, 2, 3, 4, 6)]
    assert [(name, state["data"]) for _, _, name, state in audit.happened()] == [
        ("audit.gap_found", {"source": "tips", "after": 1, "before": 4}),
        ("audit.gap_found", {"source": "tips", "after": 4, "before": 6}),
        ("audit.finding_resolved", {"source": "tips", "number": 1, "how": "road"}),
    ]


async def test_rows_that_come_again_in_order_resolve_the_gap_with_the_last_of_them(audit: RunningService) -> None:
    rows = {position: notification(position) for position in range(1, 6)}
    for position in (1, 5, 2, 3):
        await audit.upstream("tips").tell_raw(rows[position])
    await wait_for_copy(audit, "tips", 4)
    assert audit.names() == ["audit.gap_found"]

    await audit.upstream("tips").tell_raw(rows[4])
    await wait_for_copy(audit, "tips", 5)

    assert audit.names() == ["audit.gap_found", "audit.finding_resolved"]


async def test_a_row_that_comes_again_and_differs_is_found_once_with_both_digests_and_overwrites_nothing(
    audit: RunningService,
) -> None:
    kept, other = notification(1), notification(1)
    for each in (kept, other, notification(1), notification(2)):
        await audit.upstream("tips").tell_raw(each)

    await wait_for_copy(audit, "tips", 2)

    assert copied(audit, "tips")[0][2] == kept.state
    ((_, _, name, state),) = audit.happened()
    assert name == "audit.finding_found"
    found = state["data"]
    assert (found["kind"], found["first"], found["last"]) == ("not_the_same", 1, 1)
    assert (found["there"], found["here"]) == (digest(other), digest(kept))


def digest(sent: Logged) -> str:
    return digest_of([Row(sent.id, UUID(str(sent.originator_id)), 1, sent.topic, sent.state)])


async def test_a_log_whose_beginning_never_came_is_a_gap(audit: RunningService) -> None:
    await audit.upstream("tips").tell_raw(notification(3))
    await wait_for_copy(audit, "tips", 1)
    assert audit.happened()[0][3]["data"] == {"source": "tips", "after": 0, "before": 3}


def test_no_gap_before_the_next_position_or_one_tried_again() -> None:
    assert gap_before(4, 5) is None
    assert gap_before(4, 2) is None
    assert gap_before(4, 6) == Span(FindingKind.GAP, 5, 5)


async def test_a_row_that_is_not_of_the_stored_form_is_parked_and_holds_up_no_other(audit: RunningService) -> None:
    broken = msgspec.json.encode({"event_id": str(uuid4())})
    await audit.upstream("tips").tell_raw(notification(1, state=broken))
    await audit.upstream("tips").tell_raw(notification(2))

    await wait_for_copy(audit, "tips", 1)
    parked = await audit.get("/operator/parked", by=OPERATOR)

    assert [position for position, _, _ in copied(audit, "tips")] == [2]
    assert [(each["follower"], each["position"]) for each in parked.json()] == [("audit-from-tips", 1)]
    assert audit.names() == []


async def test_a_parked_row_that_is_tried_again_is_no_gap(audit: RunningService) -> None:
    broken = msgspec.json.encode({"event_id": str(uuid4())})
    await audit.upstream("tips").tell_raw(notification(1, state=broken))
    await audit.upstream("tips").tell_raw(notification(2))
    await wait_for_copy(audit, "tips", 1)
    with psycopg.connect(audit.database.admin) as connection:
        connection.execute("UPDATE parked_events SET state = %s", (notification(1).state,))

    answer = await audit.post("/operator/parked/audit-from-tips/1/retry", by=OPERATOR)

    assert answer.status_code == 200, answer.text

    async def back() -> bool:
        return [position for position, _, _ in copied(audit, "tips")] == [1, 2]

    await eventually(back)
    assert audit.names() == ["operation.parked_retried"]
    await audit.upstream("tips").tell_raw(notification(3))
    await wait_for_copy(audit, "tips", 3)
    assert (await audit.get("/operator/parked", by=OPERATOR)).json() == []


def test_a_row_without_its_head_is_refused_without_quoting_it() -> None:
    with pytest.raises(BadState) as refused:
        head_of(b'{"event_id": "Example Child One"}')
    assert "Example" not in str(refused.value)


@pytest.mark.parametrize("role", ["login", "owner"])
async def test_nobody_changes_a_copied_row(audit: RunningService, role: str) -> None:
    await audit.upstream("tips").tell_raw(notification(1))
    await wait_for_copy(audit, "tips", 1)
    before = copied(audit, "tips")

    for statement in (
        "UPDATE copied_events SET position = 9",
        "DELETE FROM copied_events",
        "TRUNCATE copied_events",
    ):
        with (
            psycopg.connect(getattr(audit.database, role)) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(statement)

    assert copied(audit, "tips") == before
