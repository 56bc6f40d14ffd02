"""The victim is conferred with before a plea, a nolle prosequi or another disposition (C50). Pure.

An outcome of the rule's list is recorded only where it was proposed, and where since then the victim was conferred with
or it is on record why not. That it was simply omitted is such a reason too: what happened in court stays recordable,
and the omission stands on record with it.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from contracts.jurisdictions.victims import VictimRules
from contracts.language import Event, InvalidValue, Personal, Refused, not_in_future
from services.prosecution.case.state import Count
from services.prosecution.victim.decisions import Of, VictimRefusal
from services.prosecution.victim.events import (
    ConferralNotHeld,
    DispositionProposed,
    ProposalCarriedOut,
    ProposalWithdrawn,
    VictimConferredWith,
)
from services.prosecution.victim.state import Proposal, Victim


def propose(
    victim: Victim, of: Of, proposal: UUID, count: Count, outcome: str, at: datetime, rules: VictimRules, now: datetime
) -> list[Event]:
    """Something on which the victim is heard is proposed, by whichever side. One proposal of a kind stands for a count:
    other terms are a new one, after the old is withdrawn.
    """
    not_in_future("at", at, now)
    if outcome not in rules.conferral.outcomes:
        raise InvalidValue("outcome", f"The victim is heard before {', '.join(rules.conferral.outcomes)}.")
    if count.phase != "open":
        raise Refused(VictimRefusal.COUNT_OVER, "This count is over, so nothing is proposed for it any more.")
    if standing(victim, count.count, outcome) is not None:
        raise Refused(
            VictimRefusal.PROPOSED_ALREADY,
            "This is proposed for the count already. Where the terms changed, withdraw it and enter it anew.",
            rule=rules.conferral.rule,
        )
    return [
        DispositionProposed(
            case=of.case, victim=of.victim, proposal=proposal, count=count.count, outcome=outcome, proposed_at=at
        )
    ]


def withdraw(of: Of, proposal: Proposal, at: datetime, now: datetime) -> list[Event]:
    """It is proposed no more, and nobody is conferred with about it."""
    _stands(proposal)
    _after_proposal(proposal, at, now)
    return [ProposalWithdrawn(case=of.case, victim=of.victim, proposal=proposal.proposal, withdrawn_at=at)]


def confer(
    of: Of,
    proposal: Proposal,
    way: str,
    position: str,
    view: str | None,
    at: datetime,
    rules: VictimRules,
    now: datetime,
) -> list[Event]:
    """The prosecutor conferred with the victim after the proposal; again, where they spoke again."""
    _stands(proposal)
    _after_proposal(proposal, at, now)
    _known("way", way, rules.conferral.ways)
    _known("position", position, rules.conferral.positions)
    text = None if view is None else Personal(person=of.victim, text=view)
    return [
        VictimConferredWith(
            case=of.case,
            victim=of.victim,
            proposal=proposal.proposal,
            way=way,
            position=position,
            conferred_at=at,
            view=text,
        )
    ]


def not_held(of: Of, proposal: Proposal, reason: str, at: datetime, rules: VictimRules, now: datetime) -> list[Event]:
    """Why the victim was not conferred with. A conferral that was held is not put in doubt by it."""
    _stands(proposal)
    _after_proposal(proposal, at, now)
    _known("reason", reason, rules.conferral.reasons)
    if proposal.way:
        raise Refused(VictimRefusal.PROPOSAL_CLOSED, "The victim was conferred with about this, so it stays as it is.")
    return [ConferralNotHeld(case=of.case, victim=of.victim, proposal=proposal.proposal, reason=reason, decided_at=at)]


def carry_out(victim: Victim, of: Of, count: UUID, outcome: str, at: datetime, rules: VictimRules) -> list[Event]:
    """What recording an outcome at a moment does to the victim's proposals: nothing for one nobody confers about.

    Raises `Refused`, with what is missing, where the victim was not heard before it. Why nobody conferred may have been
    put down later than the outcome came.
    """
    rule = rules.conferral
    if outcome not in rule.outcomes:
        return []
    found = standing(victim, count, outcome)
    if found is None:
        raise Refused(
            VictimRefusal.NOT_PROPOSED,
            "The victim of this count is conferred with before this. Enter the proposal with the victim, and the "
            "conferral after it, or why there was none.",
            rule=rule.rule,
            citation=rule.citation,
        )
    if found.settled_at is None:
        raise Refused(
            VictimRefusal.NOT_CONFERRED,
            "This was proposed, and the victim of this count was not conferred with since. Confer first, or enter why "
            "not.",
            rule=rule.rule,
            citation=rule.citation,
        )
    if at < found.proposed_at or (found.way and at < found.settled_at):
        raise Refused(
            VictimRefusal.CONFERRED_AFTER,
            "By its time this came before the proposal or the conferral on record. Check the times; if it did come "
            "before, withdraw the proposal and enter it with the reason why nobody conferred in time.",
            rule=rule.rule,
            citation=rule.citation,
        )
    return [ProposalCarriedOut(case=of.case, victim=of.victim, proposal=found.proposal)]


def standing(victim: Victim, count: UUID, outcome: str) -> Proposal | None:
    """The proposal of this outcome for the count that was neither withdrawn nor carried out."""
    of_count = (each for each in victim.proposals.values() if (each.count, each.outcome) == (count, outcome))
    return next((each for each in of_count if each.phase == "proposed"), None)


def _stands(proposal: Proposal) -> None:
    if proposal.phase != "proposed":
        raise Refused(
            VictimRefusal.PROPOSAL_CLOSED, "This proposal was withdrawn or carried out, so it stays as it is."
        )


def _after_proposal(proposal: Proposal, at: datetime, now: datetime) -> None:
    not_in_future("at", at, now)
    if at < proposal.proposed_at:
        raise InvalidValue("at", "This lies before the proposal. Check the date and the zone.")


def _known(field: str, code: str, codes: Mapping[str, str]) -> None:
    if code not in codes:
        raise InvalidValue(field, f"It is one of {', '.join(codes)}.")
