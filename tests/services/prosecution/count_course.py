"""The way of each count as a reader of the log alone follows it, by the tables: a duty that was passed over fails."""

from collections.abc import Collection, Sequence
from uuid import UUID

from contracts.events.prosecution import OutcomeRecorded
from contracts.language import Event
from services.prosecution.case.events import (
    CountCleared,
    CountEnteredInError,
    CountFiled,
    CountSuperseded,
    StageEntered,
)
from services.prosecution.evidence.events import GapsAcknowledged
from services.prosecution.victim.events import (
    ConferralNotHeld,
    DispositionProposed,
    ProposalCarriedOut,
    ProposalWithdrawn,
    VictimConferredWith,
)
from tests.services.prosecution.given import CHARGING


class Course:
    """What was read so far; `follow` reads the next commit."""

    def __init__(self) -> None:
        self.at: dict[UUID, str] = {}
        self.came: dict[UUID, list[str]] = {}
        self.over: dict[UUID, str] = {}
        self.proposed: dict[UUID, tuple[UUID, str]] = {}
        self.settled: set[UUID] = set()
        self.done: set[UUID] = set()

    def follow(self, commit: Sequence[Event], without_gaps: Collection[UUID] = ()) -> None:
        """`without_gaps` are the counts of which nothing lacked support before this commit."""
        for event in commit:
            match event:
                case CountFiled(count=count, stage=stage, supersedes=old):
                    assert old is None or self.at[old] == stage, "it takes the other's place where that stands"
                    self.at[count], self.came[count] = stage, []
                case StageEntered(count=count, stage=stage):
                    self.enter(count, stage)
                case OutcomeRecorded():
                    self.end(event, commit, event.count in without_gaps)
                case CountSuperseded(count=count):
                    assert count not in self.over
                    self.over[count] = "superseded"
                case CountEnteredInError(count=count) | CountCleared(count=count):
                    self.over.setdefault(count, "taken back")
                case DispositionProposed(proposal=proposal, count=count, outcome=outcome):
                    assert count not in self.over
                    self.proposed[proposal] = (count, outcome)
                case VictimConferredWith(proposal=proposal) | ConferralNotHeld(proposal=proposal):
                    assert proposal in self.proposed
                    assert proposal not in self.done
                    self.settled.add(proposal)
                case ProposalWithdrawn(proposal=proposal) | ProposalCarriedOut(proposal=proposal):
                    assert proposal not in self.done, "it is done with once"
                    self.done.add(proposal)
                case _:
                    pass

    def enter(self, count: UUID, stage: str) -> None:
        assert count not in self.over, "what is over stays"
        came = set(self.came[count])
        edges = (each for each in CHARGING.edges if each.from_ == self.at[count] and stage in each.to)
        by_edge = any((not each.after or came & {*each.after}) and not came & {*each.unless} for each in edges)
        back = self.came[count] and CHARGING.outcomes[self.came[count][-1]].returns_to == stage
        assert by_edge or back, f"from {self.at[count]} with {came} to {stage}"
        self.at[count], self.came[count] = stage, []

    def end(self, event: OutcomeRecorded, commit: Sequence[Event], supported: bool) -> None:
        entry, count = CHARGING.outcomes[event.outcome], event.count
        assert count not in self.over, "what is over stays"
        assert (event.stage, event.ends) == (self.at[count], entry.ends)
        assert event.stage in entry.at
        answered = [CHARGING.outcomes[each].answers for each in self.came[count]]
        assert event.outcome not in self.came[count], "once at a stage"
        assert entry.answers is None or entry.answers not in answered, "one answer at a stage"
        if event.outcome in CHARGING.victims.conferral.outcomes:
            self.heard(count, event.outcome, commit)
        if event.outcome in CHARGING.evidence.looked_at_before:
            seen = [each for each in commit if isinstance(each, GapsAcknowledged) and each.count == count]
            assert seen or supported, "what lacks support is seen before an indictment"
        self.came[count].append(event.outcome)
        if event.ends:
            self.over[count] = "ended"

    def heard(self, count: UUID, outcome: str, commit: Sequence[Event]) -> None:
        (carried,) = [each.proposal for each in commit if isinstance(each, ProposalCarriedOut)]
        assert self.proposed[carried] == (count, outcome)
        assert carried in self.settled, "the victim was heard, or it is on record why not"
