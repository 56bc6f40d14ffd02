"""What happens between accounts and the providers of their agencies. Nothing here says who somebody is elsewhere."""

from contracts.language import Code, Event, Reference


class ProviderLinkPrepared(Event, frozen=True, kw_only=True):
    """An administrator said who at the agency's provider the account belongs to. An earlier link ends with this."""

    NAME = "provider.link_prepared"

    account: Reference
    agency: Code


class ProviderLinked(Event, frozen=True, kw_only=True):
    """The person signed in there for the first time. From now on the provider's own reference for them counts alone."""

    NAME = "provider.linked"

    account: Reference
    agency: Code


class ProviderSignInFailed(Event, frozen=True, kw_only=True):
    """Somebody came from an agency's provider and was not let in. `account` is whose it was, None when nobody's."""

    NAME = "provider.sign_in_failed"

    account: Reference | None
    agency: Code
    reason: Code


PROVIDER_EVENTS: tuple[type[Event], ...] = (ProviderLinkPrepared, ProviderLinked, ProviderSignInFailed)
