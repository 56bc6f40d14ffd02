"""The way of each count through the courts, as a prosecutor records it: stages, outcomes, hearings, continuances."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, post

from contracts.jurisdictions import Jurisdiction
from services.console.frame.acting import moment_in
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.pages.court.case.http import done
from services.console.pages.court.case.view import day_in

GAP, ACCUSED, COUNT = "gap-", "accused-", "count-"
"""Before the code of an element, or the reference of an accused or a count, in a field's name."""

ANOTHER = "hearing"


class CourtCourseController(Controller):
    """The way of each count through the courts; what happened earlier may be typed in later."""

    path = "/court/{case:uuid}"

    @post("/accused/{accused:uuid}/stage", opt={"action": "record_course"})
    async def stage(self, case: UUID, accused: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The counts that are ticked come to a stage; with none ticked, all open ones of the accused that may."""
        form = Form.of(visit.request)
        body: dict[str, Any] = {"stage": form["stage"], "at": moment_in(form, "at", visit)}
        if ticked := sorted(name.removeprefix(COUNT) for name in form if name.startswith(COUNT) and form[name]):
            body["counts"] = ticked
        return await done(visit, case, jurisdiction, form, f"stage-{accused}", f"accused/{accused}/stages", body)

    @post("/accused/{accused:uuid}/demand", opt={"action": "record_course"})
    async def demand(self, case: UUID, accused: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """A preliminary hearing is demanded."""
        form = Form.of(visit.request)
        body = {"at": moment_in(form, "at", visit)}
        return await done(
            visit, case, jurisdiction, form, f"demand-{accused}", f"accused/{accused}/hearing-demands", body
        )

    @post("/accused/{accused:uuid}/release", opt={"action": "record_course"})
    async def release(self, case: UUID, accused: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The accused is out of custody."""
        form = Form.of(visit.request)
        body = {"at": moment_in(form, "at", visit)}
        return await done(visit, case, jurisdiction, form, f"release-{accused}", f"accused/{accused}/releases", body)

    @post("/accused/{accused:uuid}/continuance", opt={"action": "record_course"})
    async def continuance(self, case: UUID, accused: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The trial is put off."""
        form = Form.of(visit.request)
        body = {"ground": form["ground"], "at": moment_in(form, "at", visit)} | _which_days(form, visit)
        return await done(
            visit, case, jurisdiction, form, f"continuance-{accused}", f"accused/{accused}/continuances", body
        )

    @post("/accused/{accused:uuid}/continuance/{number:int}/correct", opt={"action": "record_course"})
    async def correct_continuance(
        self, case: UUID, accused: UUID, number: int, visit: Visit, jurisdiction: Jurisdiction
    ) -> Response[Any]:
        """The continuance was entered in error."""
        form = Form.of(visit.request)
        path, place = f"accused/{accused}/continuances/{number}/correction", f"continuance-{accused}-{number}"
        return await done(visit, case, jurisdiction, form, place, path, {"reason": form["reason"]})

    @post("/accused/{accused:uuid}/new-trial", opt={"action": "record_course"})
    async def new_trial(self, case: UUID, accused: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The defence filed a motion for a new trial."""
        form = Form.of(visit.request)
        path, body = f"accused/{accused}/new-trial-motions", {"at": moment_in(form, "at", visit)}
        return await done(visit, case, jurisdiction, form, f"new-trial-{accused}", path, body)

    @post("/accused/{accused:uuid}/cross-notice", opt={"action": "record_course"})
    async def cross_notice(self, case: UUID, accused: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Another party filed its notice of appeal."""
        form = Form.of(visit.request)
        path, body = f"accused/{accused}/cross-notices", {"at": moment_in(form, "at", visit)}
        return await done(visit, case, jurisdiction, form, f"cross-{accused}", path, body)

    @post("/accused/{accused:uuid}/cause", opt={"action": "record_course"})
    async def cause(self, case: UUID, accused: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The court's number of the cause; left empty, none holds any more."""
        form = Form.of(visit.request)
        body = {"court": form["court"], "number": form.text("number")}
        return await done(visit, case, jurisdiction, form, f"cause-{accused}", f"accused/{accused}/cause-numbers", body)

    @post("/counts/{count:uuid}/outcome", opt={"action": "record_course"})
    async def outcome(self, case: UUID, count: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """What came of a count."""
        form = Form.of(visit.request)
        body: dict[str, Any] = {"outcome": form["outcome"], "at": moment_in(form, "at", visit)}
        if form["seen"]:
            body["without_support_seen"] = sorted(name.removeprefix(GAP) for name in form if name.startswith(GAP))
        return await done(visit, case, jurisdiction, form, f"outcome-{count}", f"counts/{count}/outcomes", body)

    @post("/hearings", opt={"action": "record_course"})
    async def set_hearing(self, case: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """A court set a date, for the accused that are ticked."""
        form = Form.of(visit.request)
        body = _hearing(form, visit, "set_for")
        if not body["accused"]:
            form.problems[""] = visit.words.say("court.hearing.whom")
        return await done(visit, case, jurisdiction, form, "set-hearing", "hearings", body)

    @post("/hearings/{hearing:uuid}/move", opt={"action": "record_course"})
    async def move(self, case: UUID, hearing: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """To another time."""
        form = Form.of(visit.request)
        body: dict[str, Any] = {"set_for": moment_in(form, "set_for", visit), "reason": form["reason"]}
        body |= _although_closed(form)
        return await done(visit, case, jurisdiction, form, f"move-{hearing}", f"hearings/{hearing}/moves", body)

    @post("/hearings/{hearing:uuid}/hold", opt={"action": "record_course"})
    async def hold(self, case: UUID, hearing: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """It began."""
        form = Form.of(visit.request)
        body = {"at": moment_in(form, "at", visit)}
        return await done(visit, case, jurisdiction, form, f"hold-{hearing}", f"hearings/{hearing}/holding", body)

    @post("/hearings/{hearing:uuid}/conclude", opt={"action": "record_course"})
    async def conclude(self, case: UUID, hearing: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """What came of it, and what follows: another hearing of the same accused in the same court, say."""
        form = Form.of(visit.request)
        body: dict[str, Any] = {"outcome": form["outcome"], "next": form["next"]}
        if form["next"] == ANOTHER:
            body["next_hearing"] = _hearing(form, visit, "next_set_for")
        path = f"hearings/{hearing}/conclusion"
        return await done(visit, case, jurisdiction, form, f"conclude-{hearing}", path, body)

    @post("/hearings/{hearing:uuid}/vacate", opt={"action": "record_course"})
    async def vacate(self, case: UUID, hearing: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """It does not take place."""
        form = Form.of(visit.request)
        return await done(
            visit,
            case,
            jurisdiction,
            form,
            f"vacate-{hearing}",
            f"hearings/{hearing}/vacation",
            {"reason": form["reason"]},
        )


def _hearing(form: Form, visit: Visit, moment: str) -> dict[str, Any]:
    accused = [name.removeprefix(ACCUSED) for name in form if name.startswith(ACCUSED)]
    body: dict[str, Any] = {
        "kind": form["kind"],
        "court": form["court"],
        "accused": accused,
        "set_for": moment_in(form, moment, visit),
    }
    if form["purpose"]:
        body["purpose"] = form["purpose"]
    return body | _although_closed(form)


def _although_closed(form: Form) -> dict[str, bool]:
    return {"although_closed": True} if form["although_closed"] else {}


def _which_days(form: Form, visit: Visit) -> dict[str, Any]:
    """What of a continuance's days and motion was filled in; the last day, or their number, is a must."""
    body: dict[str, Any] = {"motion": form["motion"]} if form["motion"] else {}
    for name in ("since", "until"):
        if form[name]:
            body[name] = day_in(form[name])
            if body[name] is None:
                form.problems[name] = visit.words.say("court.no_such_day")
    if not form["until"] or form["days"]:
        body["days"] = form.number("days")
        if body["days"] is None:
            form.problems["days"] = visit.words.say("court.days.wrong")
    return body
