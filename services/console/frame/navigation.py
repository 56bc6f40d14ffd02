"""Which pages there are to go to. A page's maker adds it here; who has it is decided by policies.cedar."""

from typing import NamedTuple

from services.kernel.http.caller import Caller
from services.kernel.http.gate import Gate


class Place(NamedTuple):
    """`words` is the key of its name, `action` what the gate is asked."""

    path: str
    words: str
    action: str


class Item(NamedTuple):
    """A place as one person sees it from where they are."""

    path: str
    words: str
    here: bool


# In the order of the bar. The first a person has is where they land after signing in.
PLACES = (
    Place("/audit/cases", "nav.audit_cases", "audit_cases"),
    Place("/audit/compliance", "nav.audit_compliance", "audit_cases"),
    Place("/audit/reviews", "nav.audit_reviews", "audit_cases"),
    Place("/audit/findings", "nav.audit_findings", "audit_cases"),
    Place("/audit/live-after-leaving", "nav.audit_leavers", "audit_cases"),
    Place("/board", "nav.board", "see_board"),
    Place("/mine", "nav.mine", "see_mine"),
    Place("/intake", "nav.intake", "see_intake"),
    Place("/tips/new", "nav.record_tip", "record_tip"),
    Place("/responders", "nav.responders", "keep_responders"),
    Place("/shifts", "nav.shifts", "see_shifts"),
    Place("/rotas", "nav.rotas", "keep_rotas"),
    Place("/certificates", "nav.certificates", "issue_credentials"),
    Place("/clinic", "nav.clinic", "see_clinic"),
    Place("/calendar", "nav.calendar", "see_calendar"),
    Place("/kits", "nav.kits", "see_kits"),
    Place("/census", "nav.census", "see_census"),
    Place("/follow-ups", "nav.follow_ups", "see_follow_ups"),
    Place("/claims", "nav.claims", "see_claims"),
    Place("/court", "nav.court", "see_court"),
    Place("/kit-decisions", "nav.kit_decisions", "see_kit_decisions"),
    Place("/people", "nav.people", "see_accounts"),
    Place("/attestation", "nav.attestation", "see_accounts"),
    Place("/agencies", "nav.agencies", "keep_agencies"),
    Place("/incidents", "nav.incidents", "see_incidents"),
    Place("/reviews", "nav.reviews", "review_openings"),
    Place("/orders", "nav.orders", "read_orders"),
    Place("/break-glass", "nav.break_glass", "break_glass"),
    Place("/figures", "nav.figures", "see_figures"),
    Place("/kit-report", "nav.kit_report", "see_kit_report"),
)


def items_for(gate: Gate, caller: Caller, path: str) -> list[Item]:
    """What this person has."""
    return [
        Item(place.path, place.words, path == place.path or path.startswith(f"{place.path}/"))
        for place in PLACES
        if gate.may_use(caller, place.action)
    ]
