"""Where each page of the console is looked at, and by whom.

`{now}` is the house's time, `{case}` a case of the night, `{team}` its team, `{advocate}` the account of its advocate;
`{exam}`, `{kit}`, `{charged}` and their like are what came of it.
"""

from typing import NamedTuple

from services.audit.review.reviews import FIRST

OTHERS = {
    "/calendar/feed/{secret:str}": "iCalendar, for programs",
    "/kits/legacy/template": "a file: the names of the columns of a list",
    "/assets/{print_:str}/{name:str}": "the stylesheet, the script and the mark",
    "/health/live": "for machines",
    "/health/ready": "for machines",
    "/live": "server-sent events",
    "/metrics": "for machines",
}
"""What the console answers to GET that is no page, and why. tests/architecture sees that nothing else is missing."""


class Look(NamedTuple):
    """One page as one role sees it; `role` is None where nobody is signed in. `name` is that of its pictures."""

    name: str
    route: str
    role: str | None
    path: str


LOOKS = (
    Look("sign-in", "/sign-in", None, "/sign-in"),
    Look("set-up-code", "/set-up", None, "/set-up"),
    Look("first-administrator", "/first-administrator", None, "/first-administrator"),
    Look("answer-code", "/answer", None, "/answer"),
    Look("unlock", "/unlock", None, "/unlock"),
    Look("nothing", "/", "auditor", "/"),
    Look("welcome", "/welcome", None, "/welcome"),
    Look("welcome-back", "/welcome/back", None, "/welcome/back"),
    Look("welcome-mine", "/welcome/mine", None, "/welcome/mine"),
    Look("survivor-of-a-kit", "/kits/{kit:uuid}/survivor", "clinic_coordinator", "/kits/{kit}/survivor"),
    Look("kit-decisions", "/kit-decisions", "prosecutor", "/kit-decisions"),
    Look("kit-decision", "/kit-decisions/{kit:uuid}", "prosecutor", "/kit-decisions/{kit}"),
    Look("board", "/board", "cps_coordinator", "/board"),
    Look("board-of-no-case", "/board", "cps_coordinator", "/board?county=Issaquena"),
    Look("mine-asked", "/mine", "victim_advocate", "/mine"),
    Look("mine", "/mine", "cps_investigator", "/mine"),
    Look(
        "hand-over",
        "/mine/seats/{team:uuid}/{seat:str}/hand-over",
        "cps_investigator",
        "/mine/seats/{team}/cps_investigator/hand-over",
    ),
    Look("intake", "/intake", "cps_intake", "/intake"),
    Look("intake-of-one-kind", "/intake", "cps_intake", "/intake?only=unscreened"),
    Look("record-tip", "/tips/new", "cps_intake", "/tips/new"),
    Look("case", "/cases/{tip:uuid}", "cps_coordinator", "/cases/{case}"),
    Look("case-of-a-member", "/cases/{tip:uuid}", "cps_investigator", "/cases/{case}"),
    Look("clock-of-a-case", "/cases/{tip:uuid}/clocks/{clock:str}", "cps_coordinator", "/cases/{case}/clocks/C06"),
    Look("contact-record", "/cases/{tip:uuid}/contact", "cps_investigator", "/cases/{case}/contact"),
    Look("clock-of-a-kit", "/kits/{kit:uuid}/clocks/{clock:str}", "forensic_nurse", "/kits/{kit}/clocks/C54"),
    Look(
        "clock-of-an-accused",
        "/court/{case:uuid}/accused/{accused:uuid}/clocks/{clock:str}",
        "prosecutor",
        "/court/{charged}/accused/{accused}/clocks/C35",
    ),
    Look("people-of-a-case", "/cases/{tip:uuid}/people", "cps_coordinator", "/cases/{case}/people"),
    Look("custody-texts", "/cases/{tip:uuid}/custody/texts", "cps_coordinator", "/cases/{case}/custody/texts"),
    Look("hand-of-a-case", "/cases/{tip:uuid}/hand", "cps_intake", "/cases/{case}/hand"),
    Look("two-side-by-side", "/cases/{tip:uuid}/beside/{other:uuid}", "cps_intake", "/cases/{case}/beside/{alike}"),
    Look("tip-of-a-case", "/cases/{tip:uuid}/tip", "cps_intake", "/cases/{case}/tip"),
    Look(
        "seat-of-a-case", "/cases/{tip:uuid}/seats/{seat:str}", "cps_coordinator", "/cases/{case}/seats/victim_advocate"
    ),
    Look("responders", "/responders", "cps_coordinator", "/responders"),
    Look("responder", "/responders/{responder:uuid}", "cps_coordinator", "/responders/{advocate}"),
    Look("rotas", "/rotas", "cps_coordinator", "/rotas"),
    Look("finding", "/finding", "cps_coordinator", "/finding?county=Hinds"),
    Look("drills", "/drills", "cps_coordinator", "/drills?county=Hinds"),
    Look("drill", "/drills/{drill:uuid}", "cps_coordinator", "/drills/{drill}"),
    Look("rota-board", "/rotas/board", "cps_coordinator", "/rotas/board"),
    Look("rota", "/rotas/{rota:uuid}", "cps_coordinator", "/rotas/{rota}"),
    Look("shifts", "/shifts", "victim_advocate", "/shifts"),
    Look("certificates", "/certificates", "credential_issuer", "/certificates"),
    Look("certificates-of-one", "/certificates/{responder:uuid}", "credential_issuer", "/certificates/{advocate}"),
    Look("audit-cases", "/audit/cases", "auditor", "/audit/cases"),
    Look("audit-story", "/audit/cases/{case:uuid}", "auditor", "/audit/cases/{case}"),
    Look("case-of-the-past", "/cases/{tip:uuid}", "auditor", "/cases/{case}?as_of={now}&compared_with=before"),
    Look(
        "clock-of-the-past", "/cases/{tip:uuid}/clocks/{clock:str}", "auditor", "/cases/{case}/clocks/C06?as_of={now}"
    ),
    Look("board-of-the-past", "/board", "auditor", "/board?as_of={now}&by=happened"),
    Look("audit-readers", "/audit/cases/{case:uuid}/readers", "auditor", "/audit/cases/{case}/readers"),
    Look("audit-case-file", "/audit/cases/{case:uuid}/file", "auditor", "/audit/cases/{case}/file"),
    Look("audit-compliance", "/audit/compliance", "auditor", "/audit/compliance"),
    Look("audit-compliance-clocks", "/audit/compliance/clocks", "auditor", "/audit/compliance/clocks?rule=C06"),
    Look("audit-compliance-closed", "/audit/compliance/closed", "auditor", "/audit/compliance/closed"),
    Look("audit-compliance-case", "/audit/compliance/cases/{case:uuid}", "auditor", "/audit/compliance/cases/{case}"),
    Look("audit-reviews", "/audit/reviews", "auditor", "/audit/reviews"),
    Look("audit-review", "/audit/reviews/{review:uuid}", "auditor", f"/audit/reviews/{FIRST}"),
    Look(
        "audit-why",
        "/audit/cases/{case:uuid}/events/{event:uuid}/why",
        "auditor",
        "/audit/cases/{case}/events/{event}/why",
    ),
    Look("audit-why-then", "/audit/cases/{case:uuid}/why", "auditor", "/audit/cases/{case}/why?as_of={now}"),
    Look("audit-findings", "/audit/findings", "auditor", "/audit/findings"),
    Look("audit-live-after-leaving", "/audit/live-after-leaving", "auditor", "/audit/live-after-leaving"),
    Look("figures", "/figures", "cps_coordinator", "/figures"),
    Look("figures-of-counties", "/figures/counties", "cps_coordinator", "/figures/counties"),
    Look("figures-of-stages", "/figures/stages", "cps_coordinator", "/figures/stages"),
    Look("cases-of-figures", "/figures/cases", "cps_coordinator", "/figures/cases"),
    Look("people", "/people", "administrator", "/people"),
    Look("people-of-nobody", "/people", "administrator", "/people?role=auditor&standing=suspended"),
    Look("person-new", "/people/new", "administrator", "/people/new"),
    Look("person", "/people/{account:uuid}", "administrator", "/people/{advocate}"),
    Look("attestation", "/attestation", "administrator", "/attestation"),
    Look("agencies", "/agencies", "operator", "/agencies"),
    Look("incident-new", "/incidents/new", "forensic_nurse", "/incidents/new"),
    Look("rules", "/rules", "auditor", "/rules"),
    Look("recompute", "/rules/recompute", "cps_coordinator", "/rules/recompute"),
    Look("incidents", "/incidents", "operator", "/incidents"),
    Look("incident", "/incidents/{incident:uuid}", "operator", "/incidents/{incident}"),
    Look("clock-of-an-incident", "/clocks/{clock:str}", "operator", "/clocks/C82?of={incident}"),
    Look("not-found", "/cases/{tip:uuid}", "cps_coordinator", "/cases/00000000-0000-4000-8000-000000000000"),
    Look("clinic-of-a-nurse", "/clinic", "forensic_nurse", "/clinic"),
    Look("clinic-of-its-coordinator", "/clinic", "clinic_coordinator", "/clinic"),
    Look("calendar-of-a-week", "/calendar", "clinic_coordinator", "/calendar"),
    Look("calendar-of-a-day", "/calendar/day", "forensic_nurse", "/calendar/day"),
    Look("calendar-of-the-clocks", "/calendar/day", "clinic_coordinator", "/calendar/day?day=2026-11-01"),
    Look("calendar-address", "/calendar/address", "forensic_nurse", "/calendar/address"),
    Look("ask-for-exam", "/exams/new", "cps_coordinator", "/exams/new?tip={case}"),
    Look("exam-to-plan", "/exams/{exam:uuid}", "clinic_coordinator", "/exams/{waiting}"),
    Look("exam", "/exams/{exam:uuid}", "forensic_nurse", "/exams/{exam}"),
    Look("exam-notes", "/exams/{exam:uuid}/notes", "forensic_nurse", "/exams/{exam}/notes"),
    Look("kits", "/kits", "law_enforcement", "/kits"),
    Look("kits-of-none", "/kits", "laboratory", "/kits"),
    Look("legacy-kits", "/kits/legacy", "law_enforcement", "/kits/legacy"),
    Look("kit-report", "/kit-report", "clinic_coordinator", "/kit-report"),
    Look("kit-to-take", "/kits/{kit:uuid}", "law_enforcement", "/kits/{kit}"),
    Look("kit", "/kits/{kit:uuid}", "forensic_nurse", "/kits/{kit}"),
    Look("kit-texts", "/kits/{kit:uuid}/texts", "forensic_nurse", "/kits/{kit}/texts"),
    Look("court", "/court", "prosecutor", "/court?queue=all"),
    Look("charged", "/court/{case:uuid}", "prosecutor", "/court/{charged}"),
    Look("referred", "/court/{case:uuid}", "prosecutor", "/court/{referred}"),
    Look("offered", "/court/transfers/{case:uuid}/{transfer:int}", "prosecutor", "/court/transfers/{offered}/1"),
    Look("accused", "/court/{case:uuid}/accused", "prosecutor", "/court/{charged}/accused"),
    Look("notes-of-a-case", "/court/{case:uuid}/notes", "prosecutor", "/court/{charged}/notes"),
    Look("sharing", "/cases/{tip:uuid}/sharing", "cps_coordinator", "/cases/{case}/sharing"),
    Look("orders", "/orders", "cps_coordinator", "/orders"),
    Look("destruction", "/cases/{tip:uuid}/destruction", "cps_coordinator", "/cases/{case}/destruction"),
    Look("reporter", "/cases/{tip:uuid}/reporter", "cps_coordinator", "/cases/{case}/reporter"),
    Look("break-glass", "/break-glass", "forensic_nurse", "/break-glass"),
    Look("reviews", "/reviews", "cps_coordinator", "/reviews"),
    Look("not-yours", "/board", "law_enforcement", "/board"),
    Look("exam-of-the-past", "/exams/{exam:uuid}", "auditor", "/exams/{exam}?as_of={now}&compared_with=before"),
    Look("charged-of-the-past", "/court/{case:uuid}", "auditor", "/court/{charged}?as_of={now}"),
    Look("exam-times", "/exams/{exam:uuid}/times", "clinic_coordinator", "/exams/{waiting}/times?advocate=1"),
    Look("scarcity", "/clinic/scarcity", "clinic_coordinator", "/clinic/scarcity"),
    Look("examination", "/exams/{exam:uuid}/examination", "forensic_nurse", "/exams/{exam}/examination"),
    Look("follow-up", "/exams/{exam:uuid}/follow-up", "forensic_nurse", "/exams/{exam}/follow-up"),
    Look("follow-ups", "/follow-ups", "forensic_nurse", "/follow-ups"),
    Look("claims", "/claims", "clinic_coordinator", "/claims"),
)
