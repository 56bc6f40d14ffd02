"""Where each page of the console is looked at, and by whom. `{case}` stands for a case of the night."""

from typing import NamedTuple

OTHERS = {
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
    Look("unlock", "/unlock", None, "/unlock"),
    Look("nothing", "/", "law_enforcement", "/"),
    Look("board", "/board", "cps_coordinator", "/board"),
    Look("board-of-no-case", "/board", "cps_coordinator", "/board?county=Issaquena"),
    Look("mine-asked", "/mine", "victim_advocate", "/mine"),
    Look("mine", "/mine", "cps_investigator", "/mine"),
    Look("record-tip", "/tips/new", "cps_intake", "/tips/new"),
    Look("case", "/cases/{tip:uuid}", "cps_coordinator", "/cases/{case}"),
    Look("case-of-a-member", "/cases/{tip:uuid}", "cps_investigator", "/cases/{case}"),
    Look("people-of-a-case", "/cases/{tip:uuid}/people", "cps_coordinator", "/cases/{case}/people"),
    Look("not-found", "/cases/{tip:uuid}", "cps_coordinator", "/cases/00000000-0000-4000-8000-000000000000"),
    Look("not-yours", "/board", "law_enforcement", "/board"),
)
