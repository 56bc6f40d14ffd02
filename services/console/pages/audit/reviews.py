"""Once a week: who read what, what of it was unusual, which files were taken, what was opened in an emergency."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post

from contracts.jurisdictions import ClockRule, Jurisdiction
from services.console.asking import Refusal, Stored, Unreachable, at
from services.console.frame.deadlines import Deadline, sum_of
from services.console.frame.forms import Form
from services.console.frame.visit import Visit, see_other
from services.console.pages.audit.answers import FindingPage, ReviewRow, Week

AUDIT = "audit"
RULE, KEPT = "C77", "C78"
PLACE = "/audit/reviews"
OUTCOMES = ("false_alarm", "justified", "not_justified")


class ReadingController(Controller):
    """For auditors."""

    path = PLACE

    @get("/", opt={"action": "audit_cases"})
    async def weeks(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Those that wait first; and that nothing of all this is ever deleted."""
        found = await visit.asking.get(AUDIT, "/reviews", list[ReviewRow])
        rule = jurisdiction.clock_rule(RULE)
        return await visit.page(
            "audit/reviews.html",
            waiting=[(each, _deadline(visit, each, rule)) for each in found if each.signed_at is None],
            signed=[each for each in found if each.signed_at is not None],
            names=await visit.house.names.of(
                visit.asking, visit.caller, {account for each in found for account in each.signed_by}
            ),
            kept=jurisdiction.duty_rule(KEPT),
        )

    @get("/{review:uuid}", opt={"action": "audit_cases"})
    async def week(self, review: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Who read what in it, and the form to sign it off."""
        return await _page(visit, jurisdiction, review, Form())

    @post("/{review:uuid}", opt={"action": "sign_review"})
    async def sign_off(self, review: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """On record, and back to those that wait."""
        form = Form.of(visit.request)
        body, status = {"note": form.require("note", "audit.review.note", visit.words)}, 422
        if not form.problems:
            try:
                await visit.asking.post(AUDIT, at("reviews", review, "sign-off"), body, Stored, key=form.key)
            except (Refusal, Unreachable) as refused:
                if isinstance(refused, Refusal) and refused.hidden:
                    raise
                status = form.refuse(refused, visit.words)
            else:
                return see_other(PLACE)
        return await _page(visit, jurisdiction, review, form, status=status)

    @post("/{review:uuid}/unusual/{finding:uuid}", opt={"action": "sign_review"})
    async def judge(self, review: UUID, finding: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """On record, and back to the week."""
        form = Form.of(visit.request)
        body = {
            "outcome": form.require("outcome", "audit.unusual.outcome", visit.words),
            "note": form.require("note", "audit.unusual.note", visit.words),
        }
        status = 422
        if not form.problems:
            try:
                path = at("reviews", review, "unusual", finding)
                await visit.asking.post(AUDIT, path, body, Stored, key=form.key)
            except (Refusal, Unreachable) as refused:
                if isinstance(refused, Refusal) and refused.hidden:
                    raise
                status = form.refuse(refused, visit.words)
            else:
                return see_other(f"{PLACE}/{review}#unusual")
        return await _page(visit, jurisdiction, review, form, finding, status=status)


async def waiting_reviews(visit: Visit) -> list[ReviewRow]:
    """What waits longest first."""
    return await visit.asking.find(AUDIT, "/reviews", list[ReviewRow], {"waiting": "true"}) or []


async def _page(
    visit: Visit,
    jurisdiction: Jurisdiction,
    review: UUID,
    form: Form,
    place: UUID | None = None,
    *,
    status: int = 200,
) -> Response[Any]:
    """`place` is the finding whose form it is; None for that to sign off."""
    week = await visit.asking.get(AUDIT, at("reviews", review), Week)
    reading = week.reading
    findings = await visit.asking.get(AUDIT, "/findings", FindingPage, {"limit": 1})
    people = {each.account for each in week.signed} | {each.account for each in reading.openings}
    lists = (*reading.searches, *reading.files)
    people |= {each.account for each in lists if each.account is not None}
    people |= {who for each in reading.kits for who in (each.account, each.holder)}
    people |= {who for each in week.unusual for who in (each.account, each.judged_by) if who is not None}
    return await visit.page(
        "audit/review.html",
        status=status,
        week=week,
        reading=reading,
        searches=sum(each.searches for each in reading.by_role),
        files=sum(each.files for each in reading.by_role),
        deadline=_deadline(visit, week, jurisdiction.clock_rule(week.rule)),
        findings=bool(findings.findings),
        form_at=lambda of: form if of == place else Form(),
        unjudged=sum(not each.outcome for each in week.unusual),
        outcomes=[(each, visit.words.word("review", each)) for each in OUTCOMES],
        names=await visit.house.names.of(visit.asking, visit.caller, people),
        agencies={each.agency_id: each.name for each in jurisdiction.agencies.values()},
    )


def _deadline(visit: Visit, week: ReviewRow | Week, rule: ClockRule) -> Deadline:
    missed = week.missed if isinstance(week, ReviewRow) else week.phase == "missed"
    return Deadline(
        rule=rule.rule,
        phase="missed" if missed else "running",
        found="",
        since=week.until,
        due_at=week.due_at,
        citation=rule.citation,
        sum=(sum_of(week.until, week.due_at, visit.times),),
        sure=rule.period_confidence,
        page=f"/clocks/{rule.rule}?of={week.review}",
    )
