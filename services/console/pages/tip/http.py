"""What is made of a tip: screening, correction, a duplicate, an adult's referral, and who is kept out of the case."""

from typing import Any, get_args
from uuid import UUID

from litestar import Controller, Response, get, post

from contracts.jurisdictions import Instrument, Jurisdiction
from contracts.jurisdictions.disposition import Disposer
from services.console.asking import Refusal, Unreachable, at
from services.console.frame.acting import Forms, gone_to, moment_in, send
from services.console.frame.forms import Form
from services.console.frame.visit import Visit
from services.console.pages.record_tip.http import AGES, SETTINGS, STATE_LINES
from services.console.pages.tip.answers import Disposition, Screening, Tip, look_alikes

EXPLOITATIONS = ("sex", "labour", "both", "not_known")
SAID_BY = ("reporter", "the_person", "law_enforcement", "another_agency", "a_record")
DISPOSERS = get_args(Disposer)
SIGN = "sign_"
"""Before the code of a sign, in the name of its field."""
PRESENT, NOT_PRESENT, NOT_ASKED = "present", "not_present", "not_asked"
SURE = "sure"
"""What the button says of the page on which it was read once more what follows."""


class TipController(Controller):
    """For those who answer for a tip."""

    path = "/cases/{tip:uuid}/tip"

    @get("/", opt={"action": "judge_tip"})
    async def read(self, tip: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """What it says now, and what can be decided about it."""
        return await _page(visit, tip, jurisdiction, Forms(visit))

    @post("/screening", opt={"action": "judge_tip"})
    async def screen(self, tip: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Child, adult or not known; sex or labour; what of the list of signs was found."""
        form = Form.of(visit.request)
        answers = {code: form[f"{SIGN}{code}"] for code in jurisdiction.indicators}
        body = {
            "age": form.require("age", "tip.age", visit.words),
            "exploitation": form.require("exploitation", "judge.exploitation", visit.words),
            "screened_at": moment_in(form, "screened_at", visit),
            "instrument": form.text("instrument"),
            "instrument_version": form.number("instrument_version"),
            "indicators": [code for code, answer in answers.items() if answer == PRESENT],
            "not_present": [code for code, answer in answers.items() if answer == NOT_PRESENT],
        }
        return await _done(visit, tip, jurisdiction, form, "screening", body)

    @post("/corrections", opt={"action": "judge_tip"})
    async def correct(self, tip: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """What was entered turned out otherwise; what was entered first stays on record."""
        form = Form.of(visit.request)
        body = {
            "age": form.text("age"),
            "county": form.text("county"),
            "tribal_land": bool(form["tribal_land"]),
            "setting": form.text("setting"),
            "reason": form.require("reason", "case.reason", visit.words),
        }
        return await _done(visit, tip, jurisdiction, form, "corrections", body)

    @post("/state-lines", opt={"action": "judge_tip"})
    async def state_lines(self, tip: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Whether state lines were crossed, and who says so."""
        form = Form.of(visit.request)
        body = {
            "state_lines": form.require("state_lines", "tip.state_lines", visit.words),
            "said_by": form.require("said_by", "judge.said_by", visit.words),
            "known_since": moment_in(form, "known_since", visit),
        }
        return await _done(visit, tip, jurisdiction, form, "state-lines", body)

    @post("/duplicate-decisions", opt={"action": "judge_tip"})
    async def decide_duplicate(self, tip: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Whether two tips are about one person."""
        form = Form.of(visit.request)
        other = form.reference("other") or form.reference("alike")
        same = form.require("same", "judge.same", visit.words)
        reason = form.require("reason", "case.reason", visit.words)
        if other is None:
            form.problems["other"] = visit.words.say("judge.no_other")
        body = {"other": str(other), "same_person": same == "yes", "reason": reason}
        try:
            return await _done(visit, tip, jurisdiction, form, "duplicate-decisions", body)
        except Refusal as refused:
            if not refused.hidden:
                raise
        # The other is hidden, or there is none: the same words for both. Should it be this one, the page says no more.
        form.problems["other"] = visit.words.say("judge.no_such_tip")
        return await _page(visit, tip, jurisdiction, Forms(visit, form, "duplicate-decisions"), 404)

    @post("/partings", opt={"action": "judge_tip"})
    async def part(self, tip: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Takes back that two tips are about one person, after what follows was shown."""
        form, place = Form.of(visit.request), "partings"
        other = form.reference("other")
        reason = form.require("reason", "case.reason", visit.words)
        if other is None:
            form.problems["other"] = visit.words.say("judge.no_other")
        if other is None or form.problems:
            return await _page(visit, tip, jurisdiction, Forms(visit, form, place), 422)
        if form[SURE] == "yes":
            return await _done(visit, tip, jurisdiction, form, place, {"other": str(other), "reason": reason})
        say = visit.words.say
        return await visit.page(
            "tip/sure.html",
            typed="typed",
            tip=tip,
            form=form,
            place=place,
            title=say("judge.part"),
            question=say("judge.part.sure", one=str(tip)[:8], other=str(other)[:8]),
            follows=[say("judge.part.team"), say("judge.part.people"), say("judge.part.chain")],
            do=say("judge.part.do"),
            tips=[await visit.asking.get("tips", at("tips", each), Tip) for each in (tip, other)],
        )

    @post("/referrals", opt={"action": "judge_tip"})
    async def refer(self, tip: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """An adult is referred, with their agreement."""
        form = Form.of(visit.request)
        body = {"agency": form.require("agency", "judge.agency", visit.words), "agreed": form["agreed"] == "yes"}
        return await _done(visit, tip, jurisdiction, form, "referrals", body)

    @post("/dispositions", opt={"action": "close_case"})
    async def dispose(self, tip: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """An investigation was ended by one to whom the law reserves that."""
        form = Form.of(visit.request)
        body = {
            "of": form.require("of", "judge.of", visit.words),
            "by": form.require("by", "judge.by", visit.words),
            "disposed_at": moment_in(form, "disposed_at", visit),
            "document": form.require("document", "explain.document", visit.words),
        }
        return await _done(visit, tip, jurisdiction, form, "dispositions", body)

    @post("/closing", opt={"action": "close_case"})
    async def close(self, tip: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The case is closed, where nothing of it is owed any more."""
        return await _done(visit, tip, jurisdiction, Form.of(visit.request), "closing", None)

    @post("/named-accounts", opt={"action": "judge_tip"})
    async def name_account(self, tip: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Somebody is kept out of the case for good, after their name was shown once more."""
        form, place = Form.of(visit.request), "named-accounts"
        account = form.reference("account")
        if account is None:
            form.problems["account"] = visit.words.say("judge.no_reference")
            return await _page(visit, tip, jurisdiction, Forms(visit, form, place), 422)
        if form[SURE] != "yes":
            return await _shown_once_more(visit, tip, jurisdiction, form, account)
        return await _done(visit, tip, jurisdiction, form, place, {"account": str(account)})


async def _shown_once_more(
    visit: Visit, tip: UUID, jurisdiction: Jurisdiction, form: Form, account: UUID
) -> Response[Any]:
    """Whose account it is, before it is shut out."""
    status, place, say = 422, "named-accounts", visit.words.say
    try:
        # Nobody learns a name here without being given the tip.
        await visit.asking.get("tips", f"/tips/{tip}", Tip)
        names = await visit.house.names.of(visit.asking, visit.caller, {account})
    except Unreachable as unreachable:
        status = form.refuse(unreachable, visit.words)
    else:
        if account in names:
            return await visit.page(
                "tip/sure.html",
                typed="typed",
                tip=tip,
                form=form,
                place=place,
                title=say("judge.name"),
                question=say("judge.sure", name=names[account]),
                follows=[say("judge.name.what")],
                do=say("judge.name.do"),
                tips=(),
            )
        form.problems["account"] = say("judge.no_such_account")
    return await _page(visit, tip, jurisdiction, Forms(visit, form, place), status)


async def _done(
    visit: Visit, tip: UUID, jurisdiction: Jurisdiction, form: Form, place: str, body: object
) -> Response[Any]:
    done = await send(visit, form, "tips", at("tips", tip, place), body)
    if isinstance(done, int):
        return await _page(visit, tip, jurisdiction, Forms(visit, form, place), done)
    return gone_to(f"/cases/{tip}/tip", place)


async def _page(visit: Visit, tip: UUID, jurisdiction: Jurisdiction, forms: Forms, status: int = 200) -> Response[Any]:
    found = await visit.asking.get("tips", f"/tips/{tip}", Tip)
    word, times = visit.words.word, visit.times
    alike = await look_alikes(visit.asking, tip)
    agencies = {each.agency_id: each.name for each in jurisdiction.agencies.values()}
    instrument = jurisdiction.instrument_at(visit.now)
    screenings: list[Screening] = []
    if found.state.screened_age:
        screenings = await visit.asking.get("tips", at("tips", tip, "screenings"), list[Screening])
    ended = found.state.disposed and visit.may("close_case")
    return await visit.page(
        "tip/tip.html",
        status=status,
        tip=found,
        ended=await visit.asking.get("tips", f"/tips/{tip}/dispositions", list[Disposition]) if ended else [],
        forms=forms,
        alike=alike,
        alike_ones=[
            (str(each.tip), f"{str(each.tip)[:8]}, {times.short(each.received_at)}, {word('age', each.age)}")
            for each in alike
        ],
        linked_ones=[(str(each), visit.words.say("case.title", case=str(each)[:8])) for each in found.state.linked],
        screenings=screenings,
        instrument=instrument,
        signs=_answered(instrument, screenings),
        answers=[(code, word("sign_answer", code)) for code in (PRESENT, NOT_PRESENT, NOT_ASKED)],
        names=await visit.house.names.of(
            visit.asking,
            visit.caller,
            {*found.state.named_accounts, *(each.by for each in screenings if each.by is not None)},
        ),
        agency_names=agencies,
        agencies=sorted(agencies.items(), key=lambda each: each[1]),
        counties=[(each, each) for each in sorted(each.county for each in jurisdiction.counties.values())],
        ages=[(code, word("age", code)) for code in AGES],
        settings=[(code, word("setting", code)) for code in SETTINGS],
        state_lines=[(code, word("state_lines", code)) for code in STATE_LINES],
        sayers=[(code, word("said_by", code)) for code in SAID_BY],
        exploitations=[(code, word("exploitation", code)) for code in EXPLOITATIONS],
        investigations=[(each.of, word("investigation", each.of)) for each in jurisdiction.dispositions],
        disposers=[(code, word("disposer", code)) for code in DISPOSERS],
    )


def _answered(instrument: Instrument, screenings: list[Screening]) -> dict[str, str]:
    """What the one done last found, by field: whoever screens again goes on from there."""
    found = dict.fromkeys(instrument.codes, NOT_ASKED)
    for last in screenings[:1]:
        found |= dict.fromkeys(last.present, PRESENT) | dict.fromkeys(last.not_present, NOT_PRESENT)
    return {f"{SIGN}{code}": answer for code, answer in found.items()}
