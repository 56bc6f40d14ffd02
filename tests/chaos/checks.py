"""What must hold after any loss of any process: pure, over rows. Each answers with the faults it finds."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid5

import msgspec

from services.audit.finding.events import FindingFound, GapFound
from services.audit.finding.state import FindingKind, Severity, severity_of
from tests.chaos.load import Acknowledged, Declined
from tests.chaos.records import KeyRow, Ledger, Row

Faults = list[str]
Digest = Callable[[str], bytes]
# Recorded under an account without a command's key: signing in and what for, and reading what is recorded as read.
WITHOUT_KEY = (
    "sign_in.", "session.", "account.invitation_used", "account.passkey_added", "operation.page_read",
    "operation.record_shown", "audit.case_replayed",
)  # fmt: skip
NEWS = {
    "rapid_assessment.team_opened": "opened",
    "rapid_assessment.team_formed": "formed",
    "rapid_assessment.team_stood_down": "stood_down",
}
TAKES = ("exam.held", "exam.assigned")
GIVES_UP = (
    "exam.hold_expired", "exam.hold_released", "forensic_clinic.exam_unbooked", "forensic_clinic.exam_cancelled",
)  # fmt: skip
ENDS_OFFER = ("kit.accepted", "kit.refused", "kit.offer_withdrawn")
ENDS = ("clock.met", "clock.missed", "clock.excused")
# A week that is over has many readers looked at, each by every rule.
TOLD_APART_BY = {"audit.unusual_reading_found": ("account", "rule")}


def log_is_whole(service: str, rows: Sequence[Row]) -> Faults:
    """Positions and versions without gaps, `recorded_at` never going back."""
    faults = []
    positions = [row.position for row in rows]
    if positions != list(range(1, len(rows) + 1)):
        faults.append(f"{service}: positions have gaps or repeat")
    versions: dict[UUID, int] = {}
    before: datetime | None = None
    for row in rows:
        if row.version != versions.get(row.stream, 0) + 1:
            faults.append(f"{service} {row.position}: version {row.version} follows {versions.get(row.stream, 0)}")
        versions[row.stream] = row.version
        recorded_at = row.head.recorded_at
        if before is not None and recorded_at < before:
            faults.append(f"{service} {row.position}: recorded before its predecessor")
        before = recorded_at
    ids = Counter(row.head.event_id for row in rows)
    faults += [f"{service}: event {event} stands {many} times" for event, many in ids.items() if many > 1]
    return faults


def nothing_acknowledged_is_missing(ledger: Ledger, told: Sequence[Acknowledged], digest: Digest) -> Faults:
    """Each acknowledged command stands where it was said to stand, under its key."""
    at = {row.position: row for row in ledger.rows}
    places = {(row.stream, row.version): row for row in ledger.rows}
    faults = []
    for each in told:
        row = ledger.keys.get(digest(each.key))
        # A comparison's answer names no aggregate.
        named = KeyRow(each.reference, each.version, each.position) if each.version else row
        stored = at.get(each.position)
        if row is None:
            faults.append(f"{each} was acknowledged and its key is not there")
        elif row != named or row.position != each.position:
            faults.append(f"{each} was acknowledged and its key says {row}")
        elif stored is None or (last := places.get((row.reference, row.version))) is None:
            faults.append(f"{each} was acknowledged and its events are not there")
        elif last.head.command_id != stored.head.command_id:
            faults.append(f"{each}: what stands there is of another command")
    return faults


def nothing_refused_left_a_trace(ledger: Ledger, told: Sequence[Declined], digest: Digest) -> Faults:
    """A refused command changes nothing."""
    return [f"{each} was refused, and stands" for each in told if digest(each.key) in ledger.keys]


def each_key_has_one_effect(ledger: Ledger, told: Sequence[Acknowledged], since: int) -> Faults:
    """Commands in the log after `since` and commands acknowledged are the same ones, one for one."""
    at = {row.position: row for row in ledger.rows}
    acknowledged = Counter(at[each.position].head.command_id for each in told if each.position in at)
    stored: dict[UUID, Row] = {}
    for row in ledger.rows[since:]:
        head = row.head
        if head.actor.startswith("account:") and not row.name.startswith(WITHOUT_KEY):
            stored.setdefault(head.command_id, row)
    faults = [f"two keys, one effect: {command}" for command, many in acknowledged.items() if many > 1]
    faults += [
        f"{row.name} at {row.position} was acknowledged to nobody: an effect twice, or of a refused command"
        for command, row in stored.items()
        if command not in acknowledged
    ]
    faults += [f"{command} was acknowledged and is not there" for command in acknowledged.keys() - stored.keys()]
    return faults


def reactions_happened_once(service: str, rows: Sequence[Row]) -> Faults:
    """One cause has one effect of a kind on one aggregate, or one for each thing that tells them apart."""
    effects: Counter[tuple[UUID, str, UUID | None, tuple[str, ...]]] = Counter()
    for row in rows:
        head = row.head
        if head.actor.startswith("service:") and head.causation_id is not None:
            apart = tuple(str(head.data[each]) for each in TOLD_APART_BY.get(row.name, ()))
            effects[row.stream, row.name, head.causation_id, apart] += 1
    return [
        f"{service}: {name} of {stream} {many} times for one cause"
        for (stream, name, *_), many in effects.items()
        if many > 1
    ]


def every_tip_has_its_team(tips: Sequence[Row], teams: Sequence[Row]) -> Faults:
    """A tip about a child or someone of unknown age opened a team, and its two clocks run from receipt."""
    opened = {row.stream for row in teams if row.name == "rapid_assessment.team_opened"}
    openings = sum(row.name == "rapid_assessment.team_opened" for row in teams)
    started = Counter(row.head.data["rule"] for row in teams if row.name == "clock.started")
    faults = [
        f"the tip {row.stream} has no team"
        for row in tips
        if row.name == "tips.tip_received" and row.head.data["age"] != "adult"
        if uuid5(row.stream, "team") not in opened
    ]
    faults += [
        f"{openings} teams opened and {started[rule]} clocks {rule} started"
        for rule in ("C06", "C02")
        if started[rule] != openings
    ]
    return faults


def every_tip_has_its_duties(tips: Sequence[Row], rules: Collection[str]) -> Faults:
    """Such a tip opened the reporting duties of these rules, and each that has a due time its clock."""
    arisen = [row.head.data for row in tips if row.name == "duty.arose"]
    owed = {(UUID(data["tip"]), data["rule"]) for data in arisen}
    faults = [
        f"the tip {row.stream} has no duty {rule}"
        for row in tips
        if row.name == "tips.tip_received" and row.head.data["age"] != "adult"
        for rule in rules
        if (row.stream, rule) not in owed
    ]
    timed = Counter(data["rule"] for data in arisen if data["due_at"] is not None)
    started = Counter(row.head.data["rule"] for row in tips if row.name == "clock.started")
    return faults if timed == started else [*faults, f"duties arose: {timed}, and clocks started: {started}"]


def tips_heard_of_their_teams(tips: Sequence[Row], teams: Sequence[Row]) -> Faults:
    """The last news of a team is the last that its tip noted."""
    noted = {row.stream: row.head.data["news"] for row in tips if row.name == "tip.team_noted"}
    told = {UUID(row.head.data["tip"]): row.name for row in teams if row.name in NEWS}
    return [
        f"the tip {tip} noted {noted.get(tip)} and its team is last {name}"
        for tip, name in told.items()
        if noted.get(tip) != NEWS[name]
    ]


def everybody_was_told(rows: Sequence[Row]) -> Faults:
    """Each warning and each miss asked for notices, and each notice asked for went out, once.

    Of a warning after which its clock went on (the next warning, its end) nobody need be told: they came together.
    """
    latest = {row.stream: row.position for row in rows if row.name.startswith("clock.")}
    causes = {row.head.causation_id for row in rows if row.name == "notice.requested"}
    requested = {row.stream for row in rows if row.name == "notice.requested"}
    sent = Counter(row.stream for row in rows if row.name == "notice.sent")
    faults = [
        f"nobody was told of {row.name} at {row.position}"
        for row in rows
        if row.head.event_id not in causes
        and (row.name == "clock.missed" or (row.name == "clock.warned" and latest[row.stream] == row.position))
    ]
    return faults + [f"the notice {one} went out {sent[one]} times" for one in requested if sent[one] != 1]


def teams_form_once_an_opening(rows: Sequence[Row]) -> Faults:
    """Formed at most once between two openings (no seat of a formed team is released here)."""
    faults = []
    formed: set[UUID] = set()
    for row in rows:
        if row.name == "rapid_assessment.team_opened":
            formed.discard(row.stream)
        elif row.name == "rapid_assessment.team_formed":
            if row.stream in formed:
                faults.append(f"the team {row.stream} formed twice in one opening")
            formed.add(row.stream)
    return faults


def nobody_is_examined_in_two_places(rows: Sequence[Row]) -> Faults:
    """No nurse and no room has two exams at one time."""
    kept: dict[UUID, dict[str, str]] = {}
    taken: dict[str, list[tuple[datetime, datetime, UUID]]] = defaultdict(list)
    for row in rows:
        if row.name in TAKES:
            kept[row.stream] = row.head.data
        elif row.name == "forensic_clinic.exam_completed":
            # What is left of the time is free.
            ended = min(kept[row.stream]["until"], row.head.data["completed_at"], key=datetime.fromisoformat)
            kept[row.stream] = kept[row.stream] | {"until": ended}
        elif row.name in GIVES_UP:
            kept.pop(row.stream, None)
    for exam, slot in kept.items():
        since, until = datetime.fromisoformat(slot["since"]), datetime.fromisoformat(slot["until"])
        for what in (slot["nurse"], slot["room"]):
            taken[what].append((since, until, exam))
    return [
        f"{what} has the exams {one[2]} and {other[2]} at once"
        for what, times in taken.items()
        for one, other in pairwise(sorted(times))
        if other[0] < one[1]
    ]


def kits_are_in_one_hand(rows: Sequence[Row]) -> Faults:
    """A kit is taken only out of the hand that offers it, and each handover once."""
    offered: dict[UUID, int] = {}
    faults = []
    for row in rows:
        if row.name == "kit.offered":
            offered[row.stream] = row.head.data["handover"]
        elif row.name in ENDS_OFFER and offered.pop(row.stream, None) != row.head.data["handover"]:
            faults.append(f"{row.name} of {row.stream} at {row.position} without that offer")
    return faults


class ClockLife(msgspec.Struct):
    """The events of one clock in order."""

    started: Row
    events: list[Row]


def clocks_end_once(rows: Sequence[Row], now: datetime, under_way: timedelta) -> Faults:
    """Past due, each clock has exactly one end; none early, no warning doubled, early, stale or left out.

    `under_way` is how long after its decision a warning may be recorded: the recorder waits for a lost database.
    """
    return [fault for clock in _clocks(rows) for fault in _clock_faults(clock, now, under_way)]


def _clocks(rows: Sequence[Row]) -> list[ClockLife]:
    lives: dict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        if row.name.startswith("clock."):
            lives[row.stream].append(row)
    return [ClockLife(started=events[0], events=events[1:]) for events in lives.values()]


def _clock_faults(clock: ClockLife, now: datetime, under_way: timedelta) -> Iterator[str]:
    name = f"clock {clock.started.stream}"
    data = clock.started.head.data
    due_at = datetime.fromisoformat(data["due_at"])
    if clock.started.name != "clock.started":
        yield f"{name} begins with {clock.started.name}"
    ends = [row for row in clock.events if row.name in ENDS]
    if [row.name for row in ends[1:]] not in ([], ["clock.excused"]) or (
        len(ends) > 1 and ends[0].name != "clock.missed"
    ):
        yield f"{name} ended more than once: {[row.name for row in ends]}"
    if not ends and due_at <= now:
        yield f"{name} was due at {due_at} and has not ended at {now}"
    for row in ends[:1]:
        if row.name == "clock.missed" and row.head.recorded_at < due_at:
            yield f"{name} was missed before its time"
        if row.name == "clock.met" and datetime.fromisoformat(row.head.data["met_at"]) >= due_at:
            yield f"{name} was met after its time"
    ended = clock.events.index(ends[0]) if ends else len(clock.events)
    yield from _warning_faults(name, clock, ended, due_at + under_way)
    if not ends:
        yield from _left_out(name, clock, now)


def _warning_faults(name: str, clock: ClockLife, ended: int, until: datetime) -> Iterator[str]:
    wanted = _moments(clock)
    warned: Counter[datetime] = Counter()
    for place, row in enumerate(clock.events):
        if row.name != "clock.warned":
            continue
        moment = datetime.fromisoformat(row.head.data["warn_at"])
        warned[moment] += 1
        if not moment <= row.head.recorded_at < until or place > ended:
            yield f"{name} warned of {moment} at {row.head.recorded_at}, too early or too late"
        if moment not in wanted:
            yield f"{name} warned of {moment}, which it never said"
    yield from (f"{name} warned of {moment} {many} times" for moment, many in warned.items() if many > 1)


def _left_out(name: str, clock: ClockLife, now: datetime) -> Iterator[str]:
    """A running clock has warned of everything that came."""
    warned = {row.head.data["warn_at"] for row in clock.events if row.name == "clock.warned"}
    done = {datetime.fromisoformat(moment) for moment in warned}
    yield from (
        f"{name} did not warn of {moment}" for moment in _moments(clock) if moment <= now and moment not in done
    )


def _moments(clock: ClockLife) -> list[datetime]:
    return [datetime.fromisoformat(moment) for moment in clock.started.head.data["warn_at"]]


def nothing_is_parked(ledgers: dict[str, Ledger]) -> Faults:
    """No consumer has put an event aside."""
    return [f"{service} parked {row}" for service, ledger in ledgers.items() for row in ledger.parked]


def copy_is_equal(source: str, there: Sequence[Row], here: Sequence[Row]) -> Faults:
    """Byte for byte: position, stream, version, name and state."""
    if list(there) == list(here):
        return []
    pairs = zip(there, here, strict=False)
    first = next((a.position for a, b in pairs if a != b), min(len(there), len(here)) + 1)
    return [f"audit's copy of {source} differs at {first}: {len(there)} rows there, {len(here)} here"]


def nobody_is_accused(audit: Sequence[Row]) -> Faults:
    """No log was changed in these rounds, so that audit finds one changed, rolled back or incomplete is false.

    That its copy was behind for a while is true.
    """
    found = [row for row in audit if row.name in {GapFound.NAME, FindingFound.NAME}]
    return [
        f"audit found {row.head.data.get('kind', 'gap')} in {row.head.data['source']}, which nobody touched"
        for row in found
        if severity_of(FindingKind(row.head.data.get("kind", FindingKind.GAP))) is not Severity.DELAY
    ]
