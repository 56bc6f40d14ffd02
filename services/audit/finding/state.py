"""The findings about one service, as the events tell them."""

from enum import StrEnum

import msgspec

from contracts.language import Event
from services.audit.finding.events import FindingFound, FindingResolved, GapFound, LogFingerprinted


class FindingKind(StrEnum):
    """In what a log, or the copy of it, is not as it must be."""

    GAP = "gap"
    """Later positions arrived by the road and these did not."""
    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    NOT_THE_SAME = "not_the_same"
    REORDERED = "reordered"
    """The same rows at other positions."""
    BEHIND = "behind"
    """Not yet in the copy, and the copy does not come on."""
    SKIPPED = "skipped"
    """Neither log nor copy has these positions, though later ones are there."""
    OUT_OF_TIME = "out_of_time"
    """Recorded before its predecessor."""
    VERSION_SKIPPED = "version_skipped"
    """The event before it in its stream is not there."""
    REWRITTEN = "rewritten"
    """The log no longer has the fingerprint it had when it was last whole."""
    ROOT_DIFFERS = "root_differs"
    """The rows do not have the root of a head that was signed of them."""
    ROLLED_BACK = "rolled_back"
    """The log ends before a head that was signed of it, a smaller one was signed after that, or positions say that
    what stood there was lost."""
    FORKED = "forked"
    """The service signed a head that does not continue the one before it."""
    COPY_CHANGED = "copy_changed"
    """The copy does not have the root of a head that was signed of the log: it was changed, alone or with the log."""


class Severity(StrEnum):
    """`grave`: the service's own record is not what it was. `loss`: the copy lacks rows. `delay`: it is late."""

    GRAVE = "grave"
    LOSS = "loss"
    DELAY = "delay"


class How(StrEnum):
    """How positions came to be whole again."""

    ROAD = "road"
    """The service published its log again, and the rows arrived."""
    ROWS = "rows"
    """A comparison took the rows from the service's own log."""
    SEEN_WHOLE = "seen_whole"
    """A comparison found nothing wrong there any more."""
    RESTORED = "restored"
    """Two people declared that the service's database was put back; what was lost is listed."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Positions from `first` to `last`; `how` is empty while it stands open."""

    number: int
    kind: FindingKind
    first: int
    last: int
    there: str = ""
    here: str = ""
    how: str = ""


class Vouched(msgspec.Struct, frozen=True):
    """The fingerprint of a log, up to a position, when it was last whole."""

    position: int = 0
    fingerprint: str = ""


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """`open` are those not resolved; `recent` all found or resolved since the log was last read through.

    `restored` are those that two people declared: the service's database was put back on purpose.
    """

    version: int = 0
    open: tuple[Finding, ...] = ()
    recent: tuple[Finding, ...] = ()
    restored: tuple[Finding, ...] = ()
    vouched: Vouched = Vouched()


def evolve(findings: Findings, event: Event) -> Findings:
    """Never fails; an event of another kind changes nothing but the version."""
    now = msgspec.structs.replace(findings, version=findings.version + 1)
    match event:
        case GapFound():
            gap = Finding(number=now.version, kind=FindingKind.GAP, first=event.after + 1, last=event.before - 1)
            return _with(now, gap)
        case FindingFound():
            kind = FindingKind(event.kind)
            found = Finding(
                number=now.version,
                kind=kind,
                first=event.first,
                last=event.last,
                there=event.there,
                here=event.here,
            )
            return _with(now, found)
        case FindingResolved():
            return _without(now, event)
        case LogFingerprinted():
            vouched = Vouched(event.position, event.fingerprint) if event.whole else now.vouched
            return msgspec.structs.replace(now, recent=(), vouched=vouched)
        case _:
            return now


def severity_of(kind: FindingKind) -> Severity:
    """How bad it is, for whoever is woken by it."""
    match kind:
        case FindingKind.BEHIND:
            return Severity.DELAY
        case FindingKind.GAP | FindingKind.MISSING_HERE:
            return Severity.LOSS
        case _:
            return Severity.GRAVE


def _with(findings: Findings, found: Finding) -> Findings:
    return msgspec.structs.replace(findings, open=(*findings.open, found), recent=(*findings.recent, found))


def _without(findings: Findings, event: FindingResolved) -> Findings:
    resolved = [msgspec.structs.replace(each, how=event.how) for each in findings.open if each.number == event.number]
    left = tuple(each for each in findings.open if each.number != event.number)
    others = tuple(each for each in findings.recent if each.number != event.number)
    restored = (*findings.restored, *(each for each in resolved if each.how == How.RESTORED))
    return msgspec.structs.replace(findings, open=left, recent=(*others, *resolved), restored=restored)
