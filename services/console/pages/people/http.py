"""The people of one's own agency: who they are here, what they may do, when they leave."""

import re
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import Parameter

from contracts.jurisdictions import Jurisdiction
from contracts.jurisdictions.serving import serves_some_counties
from services.console.asking import Params, Refusal, Stored, Unreachable, at
from services.console.frame.forms import VERSION, Form
from services.console.frame.visit import Visit, see_other
from services.console.pages.incidents.waiting import open_incidents
from services.console.pages.people.answers import STANDINGS, Invited, People, Person

IDENTITY = "identity"
ALONE = frozenset({"administrator", "operator"})
"""Roles that stand with no other."""


class PeopleController(Controller):
    """For administrators."""

    path = "/people"

    @get("/", opt={"action": "see_accounts"})
    async def people(
        self,
        visit: Visit,
        jurisdiction: Jurisdiction,
        role: Annotated[str, Parameter(max_length=60)] = "",
        standing: Annotated[str, Parameter(max_length=20)] = "",
        after: Annotated[int, Parameter(ge=0, le=10**15)] = 0,
    ) -> Response[Any]:
        """All, or those of a role or a standing, in the order they were opened."""
        narrowed = {"role": role, "standing": standing}
        asked: Params = {name: value for name, value in narrowed.items() if value} | {"after": after}
        return await visit.page(
            "people/people.html",
            people=await visit.asking.get(IDENTITY, "/accounts", People, asked),
            incidents=await open_incidents(visit),
            role=role,
            standing=standing,
            after=after,
            roles=roles_of(visit, jurisdiction),
            standings=[(code, visit.words.word("standing", code)) for code in STANDINGS],
        )

    @get("/new", opt={"action": "keep_accounts"})
    async def new(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """An empty form."""
        return await _new(visit, jurisdiction, Form())

    @post("/new", opt={"action": "keep_accounts"}, status_code=200)
    async def open(self, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Opens an account, and shows the invitation once. Sent again, it opens no second one."""
        form = Form.of(visit.request)
        if visit.switched:
            return await _new(visit, jurisdiction, form)
        body = {
            "name": form.require("name", "accounts.name", visit.words),
            "sign_in_name": form.require("sign_in_name", "sign_in.name", visit.words),
            "agency": visit.caller.agency,
            "roles": roles_in(form, jurisdiction),
            "counties": counties_in(form),
        }
        if not body["roles"]:
            form.problems[""] = visit.words.say("accounts.no_role")
        if form.problems:
            return await _new(visit, jurisdiction, form, 422)
        try:
            opened = await visit.asking.post(IDENTITY, "/accounts", body, Invited, key=form.key)
        except (Refusal, Unreachable) as refused:
            return await _new(visit, jurisdiction, form, form.refuse(refused, visit.words))
        return await invited_page(visit, opened, back=f"/people/{opened.reference}")

    @get("/{account:uuid}", opt={"action": "see_accounts"})
    async def one(self, account: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """One person. That it was read is on record."""
        return await _page(visit, jurisdiction, account)

    @post("/{account:uuid}/roles/grant", opt={"action": "keep_accounts"})
    async def grant(self, account: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """One role more."""
        form = Form.of(visit.request)
        body = {"role": form.require("role", "accounts.role", visit.words)}
        return await _done(visit, jurisdiction, account, form, "roles", "grant-role", body)

    @post("/{account:uuid}/roles/remove", opt={"action": "keep_accounts"})
    async def remove(self, account: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """One role less."""
        form = Form.of(visit.request)
        return await _done(visit, jurisdiction, account, form, "roles", "remove-role", {"role": form["role"]})

    @post("/{account:uuid}/counties", opt={"action": "keep_accounts"})
    async def counties(self, account: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Where the person works, in place of what was said before."""
        form = Form.of(visit.request)
        return await _done(visit, jurisdiction, account, form, "counties", "counties", {"counties": counties_in(form)})

    @post("/{account:uuid}/invite", opt={"action": "keep_accounts"}, status_code=200)
    async def invite(self, account: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """A new invitation, shown once; earlier ones end."""
        form = Form.of(visit.request)
        path = at("accounts", account, "invite")
        try:
            invited = await visit.asking.post(IDENTITY, path, {}, Invited, key=form.key, version=form.number(VERSION))
        except (Refusal, Unreachable) as refused:
            if isinstance(refused, Refusal) and refused.hidden:
                raise
            status = form.refuse(refused, visit.words)
            return await _page(visit, jurisdiction, account, form=form, place="invite", status=status)
        return await invited_page(visit, invited, back=f"/people/{account}")

    @post("/{account:uuid}/unlock", opt={"action": "keep_accounts"})
    async def unlock(self, account: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """Lets somebody try again after five failures."""
        return await _done(visit, jurisdiction, account, Form.of(visit.request), "locked", "unlock", {})

    @post("/{account:uuid}/leaving", opt={"action": "keep_accounts"})
    async def leaving(self, account: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The person leaves, or left: what is to come is announced, what is past closes the account now."""
        form = Form.of(visit.request)
        moment = form.moment("leaves_at", visit.words)
        told = moment.isoformat() if moment else None
        if moment is not None and moment <= visit.now:
            return await _done(visit, jurisdiction, account, form, "leaving", "close", {"left_at": told})
        return await _done(visit, jurisdiction, account, form, "leaving", "leaving", {"leaves_at": told})

    @post("/{account:uuid}/stays", opt={"action": "keep_accounts"})
    async def stays(self, account: UUID, visit: Visit, jurisdiction: Jurisdiction) -> Response[Any]:
        """The person stays after all."""
        form = Form.of(visit.request)
        return await _done(visit, jurisdiction, account, form, "leaving", "leaving/withdraw", {})


def roles_of(visit: Visit, jurisdiction: Jurisdiction) -> list[tuple[str, str]]:
    """Those that somebody of the caller's agency may hold, with their words."""
    agency = visit.caller.agency
    own = [each.role for each in jurisdiction.roles.values() if each.agency_id in {None, agency}]
    theirs = own if "operator" in visit.caller.roles else [each for each in own if each != "operator"]
    return [(role, visit.words.word("role", role)) for role in theirs]


def roles_in(form: Form, jurisdiction: Jurisdiction) -> list[str]:
    """Those that were ticked."""
    return [role for role in jurisdiction.roles if form[f"role_{role}"]]


def counties_in(form: Form) -> list[str]:
    """Their names as they were typed, one after another with commas between."""
    return [name.strip() for name in re.split(r"[,;\n]", form["counties"]) if name.strip()]


async def invited_page(visit: Visit, invited: Invited, *, back: str) -> Response[Any]:
    """The one page that shows an invitation; nothing keeps it."""
    link = f"{visit.house.door.origin}/set-up#{invited.invitation}"
    return await visit.page("people/invited.html", invitation=invited.invitation, link=link, back=back)


async def _new(visit: Visit, jurisdiction: Jurisdiction, form: Form, status: int = 200) -> Response[Any]:
    roles, local = roles_of(visit, jurisdiction), serves_some_counties(jurisdiction, visit.caller.agency)
    return await visit.page(
        "people/new.html", status=status, form=form, typed="typed", roles=roles, must_say_where=local
    )


async def _done(
    visit: Visit, jurisdiction: Jurisdiction, account: UUID, form: Form, place: str, command: str, body: object
) -> Response[Any]:
    """On record, and back to the person; or the page with the form as it was typed, at its place."""
    status = 422
    if not form.problems:
        path = f"{at('accounts', account)}/{command}"
        try:
            await visit.asking.post(IDENTITY, path, body, Stored, key=form.key, version=form.number(VERSION))
        except (Refusal, Unreachable) as refused:
            if isinstance(refused, Refusal) and refused.hidden:
                raise
            status = form.refuse(refused, visit.words)
        else:
            return see_other(f"/people/{account}#{place}")
    return await _page(visit, jurisdiction, account, form=form, place=place, status=status)


async def _page(
    visit: Visit,
    jurisdiction: Jurisdiction,
    account: UUID,
    *,
    form: Form | None = None,
    place: str = "",
    status: int = 200,
) -> Response[Any]:
    person = await visit.asking.get(IDENTITY, f"/accounts/{account}/standing", Person)

    def form_at(where: str, moment: str = "") -> Form:
        """The refused one at its place; else a fresh one, whose time is now and whose counties are those on record."""
        if form is not None and where == place:
            return form
        fresh = Form({"counties": ", ".join(person.account.counties)} if where == "counties" else None)
        if moment:
            fresh.set_moment(moment, visit.now, visit.times)
        return fresh

    held = set(person.account.roles)
    grantable = [each for each in roles_of(visit, jurisdiction) if each[0] not in held and stand(held, each[0])]
    return await visit.page(
        "people/person.html",
        status=status,
        person=person,
        own=person.account.reference == visit.caller.account,
        grantable=grantable,
        must_say_where=serves_some_counties(jurisdiction, person.account.agency),
        refused_at=place if form is not None else "",
        form_at=form_at,
    )


def stand(held: set[str], role: str) -> bool:
    """Whether the role may stand beside those held: who keeps accounts reads no case."""
    return bool(held & ALONE) == (role in ALONE)
