"""Reads what a state's prosecutors charge by: offences, limitation, who is never accused, stages, victims' rights."""

from collections.abc import Iterable
from importlib.resources.abc import Traversable

import msgspec

from contracts.jurisdictions.charging import (
    FEDERAL,
    Charging,
    Edge,
    HearingKind,
    LimitationRule,
    NeverAccused,
    Offence,
    Outcome,
    Reasons,
    Stage,
)
from contracts.jurisdictions.checks import refuse_unknown
from contracts.jurisdictions.clock_files import read_clock_files
from contracts.jurisdictions.clocks import ClockRule, WaitingRule
from contracts.jurisdictions.documents import DOCUMENTS, DocumentRules, refuse_contradictory_documents
from contracts.jurisdictions.errors import DataRefused
from contracts.jurisdictions.proving import Element, EvidenceRules, refuse_contradictory_elements
from contracts.jurisdictions.reading import by_key, one, table
from contracts.jurisdictions.safe_harbour import SafeHarbour
from contracts.jurisdictions.sitting import HearingRules
from contracts.jurisdictions.state import State
from contracts.jurisdictions.victims import VictimRules

OFFENCES = "offences.csv"
STAGES = "stages.json"
VICTIMS = "victims.json"
SAFE_HARBOUR = "safe_harbour.json"
ELEMENTS = "elements.csv"
EVIDENCE = "evidence.json"
HEARINGS = "hearings.json"

# Of these the code says by which event they are owed.
NOTICES = ("charges", "hearing", "outcome", "sentence", "appeal", "release", "sentence_end")
# Of these the code finds by itself, and says what it does when they end.
GROUNDS = ("minor_at_act", "age_not_known", "victim_in_case")


class _ChargingFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    never_accused: NeverAccused
    limitations: tuple[LimitationRule, ...]


class _StageFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    source: str
    confidence: str
    note: str
    stages: tuple[Stage, ...]
    edges: tuple[Edge, ...]
    outcomes: tuple[Outcome, ...]
    hearings: tuple[HearingKind, ...]
    courts: dict[str, str]
    reasons: Reasons


def load_charging(folder: Traversable) -> Charging:
    """Reads the offences, the rules on charging and the stages. Raises `DataRefused`."""
    rules = one(folder, "charging.json", _ChargingFile)
    written = one(folder, STAGES, _StageFile)
    charging = Charging(
        offences=by_key(OFFENCES, table(folder, OFFENCES, Offence), lambda each: each.offence_id),
        never_accused=rules.never_accused,
        limitations=rules.limitations,
        stages=by_key(STAGES, written.stages, lambda each: each.stage),
        edges=written.edges,
        outcomes=by_key(STAGES, written.outcomes, lambda each: each.outcome),
        hearings=by_key(STAGES, written.hearings, lambda each: each.kind),
        courts=written.courts,
        reasons=written.reasons,
        victims=one(folder, VICTIMS, VictimRules),
        safe_harbour=one(folder, SAFE_HARBOUR, SafeHarbour),
        elements=_of_offences(table(folder, ELEMENTS, Element)),
        evidence=one(folder, EVIDENCE, EvidenceRules),
        sittings=one(folder, HEARINGS, HearingRules),
        documents=one(folder, DOCUMENTS, DocumentRules),
    )
    on_file = [each.rule for each in read_clock_files(folder)]
    clocks = {each.rule for each in on_file if isinstance(each, ClockRule)}
    _refuse_contradictions(charging, one(folder, "state.json", State).code, clocks)
    _refuse_contradictory_lists(charging)
    _refuse_contradictory_rights(charging, {each.rule for each in on_file if not isinstance(each, WaitingRule)})
    _refuse_contradictory_harbour(charging)
    return charging


def _refuse_contradictions(charging: Charging, state: str, clocks: set[str]) -> None:
    for offence in charging.offences.values():
        refuse_unknown(OFFENCES, offence.offence_id, "jurisdiction", (offence.jurisdiction,), (state, FEDERAL))
        if (offence.limitation == "years") != (offence.limitation_years is not None):
            wrong = "years of limitation and their number differ."
            raise DataRefused(OFFENCES, offence.offence_id, "limitation_years", wrong)
    for stage in charging.stages.values():
        row = f"stage {stage.stage}"
        refuse_unknown(STAGES, row, "starts", stage.starts, clocks)
        refuse_unknown(STAGES, row, "meets", stage.meets, clocks)
        refuse_unknown(STAGES, row, "excuses", stage.excuses, clocks)
    for edge in charging.edges:
        row, stages = f"edge from {edge.from_}", charging.stages
        refuse_unknown(STAGES, row, "from", (edge.from_,), stages)
        refuse_unknown(STAGES, row, "to", edge.to, stages)
        outcomes = [each.outcome for each in charging.outcomes.values() if edge.from_ in each.at]
        refuse_unknown(STAGES, row, "after", edge.after, outcomes)
        refuse_unknown(STAGES, row, "unless", edge.unless, outcomes)
    for outcome in charging.outcomes.values():
        _refuse_contradictory_outcome(charging, outcome, clocks)
    for hearing in charging.hearings.values():
        refuse_unknown(STAGES, f"hearing {hearing.kind}", "stage", (hearing.stage,), charging.stages)


def _refuse_contradictory_outcome(charging: Charging, outcome: Outcome, clocks: set[str]) -> None:
    row = f"outcome {outcome.outcome}"
    refuse_unknown(STAGES, row, "at", outcome.at, charging.stages)
    refuse_unknown(STAGES, row, "returns_to", (outcome.returns_to,), charging.stages)
    refuse_unknown(STAGES, row, "meets", outcome.meets, clocks)
    refuse_unknown(STAGES, row, "excuses", outcome.excuses, clocks)
    refuse_unknown(STAGES, row, "runs_anew", outcome.runs_anew, clocks)
    if outcome.ends and outcome.returns_to is not None:
        raise DataRefused(STAGES, row, "returns_to", "what ends a count takes it back nowhere.")


def _of_offences(elements: Iterable[Element]) -> dict[str, tuple[Element, ...]]:
    found: dict[str, tuple[Element, ...]] = {}
    for each in elements:
        found[each.offence_id] = (*found.get(each.offence_id, ()), each)
    return found


def _refuse_contradictory_lists(charging: Charging) -> None:
    refuse_contradictory_elements(
        ELEMENTS,
        [each for of_one in charging.elements.values() for each in of_one],
        {each.offence_id: each.elements_paraphrase for each in charging.offences.values()},
        {each.offence_id for each in charging.offences.values() if each.victim_class == "minor"},
    )
    evidence, sittings = charging.evidence, charging.sittings
    refuse_unknown(EVIDENCE, "", "looked_at_before", evidence.looked_at_before, charging.outcomes)
    by_key(EVIDENCE, evidence.answers, lambda each: each.answer)
    refuse_unknown(HEARINGS, "", "any_day", sittings.any_day, charging.hearings)
    refuse_unknown(HEARINGS, "", "brings", sittings.brings, sittings.papers)
    refuse_unknown(HEARINGS, "", "brings", sittings.brings.values(), charging.stages)
    refuse_contradictory_documents(charging.documents, charging.courts, sittings.papers)


def _refuse_contradictory_rights(charging: Charging, kept: set[str]) -> None:
    rights = charging.victims
    refuse_unknown(VICTIMS, "conferral", "rule", (rights.conferral.rule,), kept)
    refuse_unknown(VICTIMS, "conferral", "outcomes", rights.conferral.outcomes, charging.outcomes)
    refuse_unknown(VICTIMS, "", "hearings_not_told", rights.hearings_not_told, charging.hearings)
    found = by_key(VICTIMS, rights.notices, lambda each: each.notice)
    refuse_unknown(VICTIMS, "", "notices", found, NOTICES)
    for notice in NOTICES:
        if notice not in found:
            raise DataRefused(VICTIMS, f"notice {notice}", "", "it is not on file.")
    for each in rights.notices:
        row = f"notice {each.notice}"
        refuse_unknown(VICTIMS, row, "rule", (each.rule,), kept)
        refuse_unknown(VICTIMS, row, "stages", each.stages, charging.stages)
        refuse_unknown(VICTIMS, row, "outcomes_at", each.outcomes_at, charging.stages)


def _refuse_contradictory_harbour(charging: Charging) -> None:
    harbour = charging.safe_harbour
    refuse_unknown(SAFE_HARBOUR, "", "convicted_at", harbour.convicted_at, charging.stages)
    found = by_key(SAFE_HARBOUR, harbour.grounds, lambda each: each.ground)
    for ground in harbour.grounds:
        if ground.by_itself != (ground.ground in GROUNDS):
            wrong = f"the house finds {', '.join(GROUNDS)} by itself, and no other."
            raise DataRefused(SAFE_HARBOUR, f"ground {ground.ground}", "by_itself", wrong)
    for each in GROUNDS:
        if each not in found:
            raise DataRefused(SAFE_HARBOUR, f"ground {each}", "", "it is not on file.")
    by_key(SAFE_HARBOUR, harbour.routes, lambda each: each.route)
    refuse_unknown(SAFE_HARBOUR, "", "routes", [each.route for each in harbour.routes], ("vacatur", "expungement"))
    by_key(SAFE_HARBOUR, harbour.told, lambda each: each.whom)
    by_key(SAFE_HARBOUR, harbour.referrals, lambda each: each.to)
    for code in ("shown_otherwise", "entered_in_error"):
        if code not in harbour.ground_ends:
            raise DataRefused(SAFE_HARBOUR, "ground_ends", code, "it is not on file.")
    if "ground_ended" not in harbour.not_made:
        raise DataRefused(SAFE_HARBOUR, "not_made", "ground_ended", "it is not on file.")
