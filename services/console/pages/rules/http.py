"""The rules the house goes by, for anybody who is signed in: what is due when, by which law, and how sure that is."""

from itertools import groupby
from typing import Any

from litestar import Controller, Response, get

from contracts.jurisdictions import Jurisdiction
from contracts.jurisdictions.listing import ListedRule, listed, to_look_at
from services.console.frame.visit import Visit

# In this order on the page; what is only advice and what nobody keeps yet come last.
GROUPS = (
    "rapid_assessment",
    "tips",
    "forensic_clinic",
    "prosecution",
    "identity",
    "audit",
    "kernel",
    "advice",
    "waiting",
)


def group_of(rule: ListedRule) -> str:
    """Who keeps it, or why nobody does."""
    if rule.standing in {"advisory", "off"}:
        return "advice"
    return rule.kept_by or "waiting"


class RulesController(Controller):
    """Law is public: nothing here is of any case."""

    path = "/rules"

    @get("/", opt={"action": "see_rules"})
    async def read(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Every version of every rule, by who keeps it."""
        rules = sorted(listed(jurisdiction), key=lambda rule: GROUPS.index(group_of(rule)))
        return await visit.page(
            "rules/rules.html",
            groups=[(group, list(of_one)) for group, of_one in groupby(rules, key=group_of)],
            runs_out=to_look_at(jurisdiction),
            state=jurisdiction.state.state,
            may_recompute=visit.may("recompute_clocks"),
        )
