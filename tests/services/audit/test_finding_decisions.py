"""What is a new finding and what stands already, given what was found before."""

from hypothesis import given
from hypothesis import strategies as st

from contracts.language import Event
from services.audit.finding.decisions import ABSENT, Span, settled, touched, uncovered
from services.audit.finding.events import CopyCompared, FindingFound, FindingResolved, GapFound, LogFingerprinted
from services.audit.finding.state import FindingKind, Findings, How, Severity, Vouched, evolve, severity_of

SPANS = st.builds(
    lambda kind, first, length: Span(kind, first, first + length),
    st.sampled_from(list(FindingKind)),
    st.integers(1, 40),
    st.integers(0, 12),
)


def found(span: Span) -> FindingFound:
    return FindingFound(source="tips", kind=span.kind, first=span.first, last=span.last, there="", here="")


def resolved(number: int, how: How = How.ROWS) -> FindingResolved:
    return FindingResolved(source="tips", number=number, how=how)


def read_through(position: int, fingerprint: str, *, whole: bool) -> LogFingerprinted:
    return LogFingerprinted(source="tips", rows=position, position=position, fingerprint=fingerprint, whole=whole)


def after(*events: Event) -> Findings:
    findings = Findings()
    for event in events:
        findings = evolve(findings, event)
    return findings


def positions(spans: list[Span]) -> list[int]:
    return [position for span in spans for position in range(span.first, span.last + 1)]


def test_a_gap_found_on_the_road_is_the_same_matter_as_rows_missing_when_compared() -> None:
    findings = after(GapFound(source="tips", after=3, before=7))
    assert [each.number for each in findings.open] == [1]
    assert uncovered(findings, [Span(FindingKind.MISSING_HERE, 4, 6)]) == []
    assert uncovered(findings, [Span(FindingKind.SKIPPED, 2, 8)]) == [
        Span(FindingKind.SKIPPED, 2, 3),
        Span(FindingKind.SKIPPED, 7, 8),
    ]
    assert uncovered(findings, [Span(FindingKind.NOT_THE_SAME, 4, 6)]) == [Span(FindingKind.NOT_THE_SAME, 4, 6)]


def test_what_was_resolved_and_comes_again_is_found_again_under_a_number_of_its_own() -> None:
    span = Span(FindingKind.MISSING_HERE, 2, 2)
    findings = after(found(span), resolved(1))
    assert findings.open == ()
    assert uncovered(findings, [span]) == [span]
    assert [each.number for each in after(found(span), resolved(1), found(span)).open] == [3]


@given(st.lists(SPANS, max_size=12))
def test_nothing_is_ever_found_twice(spans: list[Span]) -> None:
    findings = Findings()
    for span in spans:
        for new in uncovered(findings, [span]):
            findings = evolve(findings, found(new))
    for span in spans:
        assert uncovered(findings, [span]) == []
    for kinds in (ABSENT, {FindingKind.NOT_THE_SAME, FindingKind.REORDERED}, {FindingKind.BEHIND}):
        told = positions([Span(each.kind, each.first, each.last) for each in findings.open if each.kind in kinds])
        assert len(told) == len(set(told))
        assert set(told) == set(positions([span for span in spans if span.kind in kinds]))


@given(st.lists(SPANS, max_size=8), st.lists(SPANS, max_size=8), st.integers(0, 60))
def test_what_a_reading_does_not_meet_again_is_settled_and_nothing_else(
    before: list[Span], again: list[Span], until: int
) -> None:
    findings = after(*(found(span) for span in before))
    still = frozenset(each.number for each in touched(findings, again))
    over = {each.number for each in settled(findings, until, still)}
    assert over.isdisjoint(still)
    assert over | still | {each.number for each in findings.open if each.last > until} == {
        each.number for each in findings.open
    }


def test_what_is_recent_begins_anew_with_each_reading_and_what_is_open_stays() -> None:
    span = Span(FindingKind.NOT_THE_SAME, 2, 2)
    findings = after(found(span), read_through(9, "f", whole=False))
    assert (findings.recent, len(findings.open)) == ((), 1)
    healed = evolve(findings, resolved(1, How.SEEN_WHOLE))
    assert [(each.number, each.how) for each in healed.recent] == [(1, "seen_whole")]


def test_only_the_fingerprint_of_a_whole_log_is_vouched_for() -> None:
    findings = after(read_through(5, "good", whole=True), read_through(9, "bad", whole=False))
    assert findings.vouched == Vouched(5, "good")


def test_other_events_only_count() -> None:
    compared = CopyCompared(source="tips", there=1, here=1, difference="", at=0)
    assert after(compared) == Findings(version=1)


def test_how_bad_a_finding_is() -> None:
    assert severity_of(FindingKind.GAP) == severity_of(FindingKind.MISSING_HERE) == Severity.LOSS
    assert severity_of(FindingKind.BEHIND) == Severity.DELAY
    assert severity_of(FindingKind.NOT_THE_SAME) == severity_of(FindingKind.REWRITTEN) == Severity.GRAVE
