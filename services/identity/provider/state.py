"""How an account stands to its agency's provider, as the account's events tell it."""

import msgspec

from contracts.language import Event
from services.identity.provider.events import ProviderLinked, ProviderLinkPrepared


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """`prepared` when an administrator said who it is there, `linked` when the person has come from there since."""

    prepared: bool = False
    linked: bool = False


def evolve(link: Link, event: Event) -> Link:
    """Never fails; an event of another kind changes nothing."""
    match event:
        case ProviderLinkPrepared():
            return Link(prepared=True)
        case ProviderLinked():
            return Link(prepared=link.prepared, linked=True)
        case _:
            return link
