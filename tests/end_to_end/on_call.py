"""People of the town who take turns and are reached by mail."""

from deploy.demo.interfaces import Person
from tests.end_to_end.town import Visit, administrator_of, ok, register_responder

SECOND = "second advocate"
"""What the town calls them."""


async def a_second_advocate(visit: Visit) -> None:
    """Certified as the first, and of the same agency."""
    people = visit.town.people
    if SECOND in people:
        return
    who = people[SECOND] = Person(SECOND, sign_in_name="second.advocate@example.org")
    body = {
        "name": "Example Person second advocate",
        "sign_in_name": who.sign_in_name,
        "agency": "CVP",
        "roles": ["victim_advocate"],
        "counties": [],
    }
    opened = ok(await visit.post(administrator_of("CVP"), "identity", "/accounts", body))
    who.account = opened.json()["reference"]
    await visit.interfaces.set_up(who, opened.json()["invitation"])
    await register_responder(visit.interfaces, people, "victim_advocate", who)


async def reached_by_mail(visit: Visit, who: str, address: str) -> None:
    """They state it themselves."""
    place = f"/responders/{visit.town.people[who].account}"
    stated = {"kind": "email", "address": address}
    ok(await visit.on_page(who, who, "rapid_assessment", place, "channels", stated))
