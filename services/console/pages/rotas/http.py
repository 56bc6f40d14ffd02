"""Rotas for who keeps them: the list, one of them with its shifts, and the board of the next 14 days by county."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Params, at
from services.console.frame.acting import Forms, gone_to, send
from services.console.frame.area import said
from services.console.frame.forms import Form
from services.console.frame.visit import Visit, see_other
from services.console.frame.words import Words
from services.console.pages.responders.answers import Rows
from services.console.pages.responders.area import area_in, choices
from services.console.pages.responders.http import span_in
from services.console.pages.rotas.answers import BoardRow, Lacking, RotaPage, Row
from services.console.pages.rotas.board import of_seat
from services.console.pages.rotas.putting_on import SERVICE, UNFIT, put_on

IN_TURN = 8
"""How many places a form offers in the order at the least."""

MOST_IN_TURN = 20
"""As many as the service takes."""

WEEK = 168
SHIFTS = (12, 24, 48, 72, WEEK, 2 * WEEK)
MOMENTS = {"rotation": ["starts_at"], "overrides": ["since", "until"], "handover": ["next_at"]}
MOST = 200


class RotasController(Controller):
    """For the coordinator."""

    path = "/rotas"

    @get("/", opt={"action": "keep_rotas"})
    async def rotas(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Who is on call by each, and who is next."""
        return await _list(visit, jurisdiction, Forms(visit))

    @post("/", opt={"action": "keep_rotas"})
    async def open(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """A new one, for a seat and an area."""
        form = Form.of(visit.request)
        seat = form.require("seat", "rotas.seat", visit.words)
        done = await send(visit, form, SERVICE, "/rotas", {"seat": seat, "area": area_in(form, jurisdiction)})
        if isinstance(done, int):
            return await _list(visit, jurisdiction, Forms(visit, form, "open"), done)
        return see_other(f"/rotas/{done}")

    @get("/board", opt={"action": "keep_rotas"})
    async def board(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """What is missing, by seat and county; what is in order is counted."""
        rows = await visit.asking.get(SERVICE, "/rotas/board", list[BoardRow])
        seats = [of_seat(seat.seat, rows) for seat in jurisdiction.seats]
        people = {who for row in rows for who in row.people}
        return await visit.page(
            "rotas/board.html",
            seats=seats,
            names=await visit.house.names.of(visit.asking, visit.caller, people),
            days=jurisdiction.responders.board_days,
        )

    @get("/{rota:uuid}", opt={"action": "keep_rotas"})
    async def one(self, rota: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Its shifts, and what may be done with it."""
        return await _one(visit, rota, jurisdiction, Forms(visit))

    @post("/{rota:uuid}/rotation", opt={"action": "keep_rotas"})
    async def rotation(self, rota: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Who takes turns."""
        form = Form.of(visit.request)
        starts_at = form.moment("starts_at", visit.words)
        places = [form[f"place_{number}"] for number in range(MOST_IN_TURN)]
        body = {
            "participants": [each for each in places if each],
            "shift_hours": form.number("shift_hours") or 0,
            "starts_at": starts_at.isoformat() if starts_at else None,
        }
        if not body["participants"]:
            form.problems["participants"] = visit.words.say("rotas.nobody_chosen")
        return await _put_on(visit, rota, jurisdiction, form, "rotation", body)

    @post("/{rota:uuid}/overrides", opt={"action": "keep_rotas"})
    async def override(self, rota: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Somebody in another's place."""
        form = Form.of(visit.request)
        body = {"account": form.require("account", "rotas.who", visit.words), **span_in(form, visit)}
        return await _put_on(visit, rota, jurisdiction, form, "overrides", body)

    @post("/{rota:uuid}/overrides/{override:uuid}/withdraw", opt={"action": "keep_rotas"})
    async def withdraw(self, rota: UUID, override: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Whoever's turn it is again."""
        return await _done(
            visit, rota, jurisdiction, Form.of(visit.request), "overrides", f"/overrides/{override}/withdrawal", None
        )

    @post("/{rota:uuid}/handover", opt={"action": "keep_rotas"})
    async def handover(self, rota: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """At another hour or day from the next on."""
        form = Form.of(visit.request)
        next_at = form.moment("next_at", visit.words)
        body = {"next_at": next_at.isoformat() if next_at else None}
        return await _done(visit, rota, jurisdiction, form, "handover", "/handover", body)

    @post("/{rota:uuid}/end", opt={"action": "keep_rotas"})
    async def end(self, rota: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Nobody is on call by it any more."""
        return await _done(visit, rota, jurisdiction, Form.of(visit.request), "end", "/end", None)


async def _done(
    visit: Visit, rota: UUID, jurisdiction: Jurisdiction, form: Form, place: str, path: str, body: object
) -> Response[Any]:
    done = await send(visit, form, SERVICE, f"{at('rotas', rota)}{path}", body)
    if isinstance(done, int):
        return await _one(visit, rota, jurisdiction, Forms(visit, form, place), done)
    return gone_to(f"/rotas/{rota}", "rota")


async def _put_on(
    visit: Visit, rota: UUID, jurisdiction: Jurisdiction, form: Form, place: str, body: dict[str, Any]
) -> Response[Any]:
    path = f"{at('rotas', rota)}/{place}"
    done, forms = await put_on(visit, form, path, f"{path}/check", body), Forms(visit, form, place)
    if isinstance(done, int):
        return await _one(visit, rota, jurisdiction, forms, done)
    if isinstance(done, list):
        return await _one(visit, rota, jurisdiction, forms, UNFIT, done)
    return gone_to(f"/rotas/{rota}", "rota")


async def _list(visit: Visit, jurisdiction: Jurisdiction, forms: Forms, status: int = 200) -> Response[Any]:
    rows = await visit.asking.get(SERVICE, "/rotas", list[Row])
    people = {who for row in rows for who in (row.on_call, row.next) if who is not None}
    return await visit.page(
        "rotas/list.html",
        status=status,
        rows=[(each, said(each.area, visit.words)) for each in rows],
        names=await visit.house.names.of(visit.asking, visit.caller, people),
        forms=forms,
        seats=[(each.seat, visit.words.word("seat", each.seat)) for each in jurisdiction.seats],
        choices=choices(jurisdiction),
    )


async def _one(
    visit: Visit,
    rota: UUID,
    jurisdiction: Jurisdiction,
    forms: Forms,
    status: int = 200,
    lacking: list[Lacking] | None = None,
) -> Response[Any]:
    page = await visit.asking.get(SERVICE, f"/rotas/{rota}", RotaPage)
    asked: Params = {"credential": jurisdiction.seat(page.rota.seat).credential, "limit": MOST}
    fitting = await visit.asking.get(SERVICE, "/responders", Rows, asked)
    # Who takes turns stays to be chosen, whatever became of their certificate: nobody is dropped by saving a form.
    in_turn = page.turns.participants if page.turns else []
    everybody = {each.responder for each in fitting.responders} | set(in_turn)
    names = await visit.house.names.of(visit.asking, visit.caller, page.people | everybody)
    somebody = visit.words.say("on_call.someone")
    return await visit.page(
        "rotas/rota.html",
        status=status,
        page=page,
        where=said(page.rota.area, visit.words),
        names=names,
        forms=forms,
        begun=_begun(visit, forms, page),
        lacking=lacking or [],
        everybody=sorted(((str(who), names.get(who, somebody)) for who in everybody), key=lambda each: each[1]),
        places=range(min(MOST_IN_TURN, max(IN_TURN, len(in_turn) + 1))),
        lengths=[
            (str(hours), _length(hours, visit.words))
            for hours in sorted({*SHIFTS, *([page.turns.shift_hours] if page.turns else [])})
        ],
    )


def _begun(visit: Visit, forms: Forms, page: RotaPage) -> dict[str, Form]:
    """The forms as they stand before anybody typed: the turns as they are, and times from the next hand-over."""
    turns = page.turns
    begins = {f"place_{number}": str(who) for number, who in enumerate(turns.participants if turns else ())}
    begins["shift_hours"] = str(turns.shift_hours if turns else WEEK)
    begun = {
        "rotation": forms.at("rotation", **begins),
        "overrides": forms.at("overrides"),
        "handover": forms.at("handover"),
    }
    for place, moments in MOMENTS.items():
        if forms.refused_at != place:
            for each in moments:
                begun[place].set_moment(each, page.next_handover or visit.now, visit.times)
    return begun


def _length(hours: int, words: Words) -> str:
    return words.count("rotas.hours", hours) if hours % 24 else words.count("rotas.days", hours // 24)
