"""Who may be linked to a provider, and as whom. Pure: what is known of the account comes in, events go out."""

import unicodedata
from enum import StrEnum
from uuid import UUID

from contracts.language import Event, InvalidValue, Refused
from services.identity.provider.events import ProviderLinked, ProviderLinkPrepared, ProviderSignInFailed

LONGEST_PERSON = 254


class ProviderRefusal(StrEnum):
    """Why an account is not linked to a provider."""

    NO_PROVIDER = "no_provider"
    CLOSED = "account_closed"


class Failure(StrEnum):
    """Why somebody who comes from a provider is not let in."""

    CODE = "code_refused"
    ISSUER = "another_issuer"
    ID_TOKEN = "id_token_not_valid"  # noqa: S105, RUF100 - a reason, no token
    STATE_USED = "state_used_before"
    UNKNOWN = "person_unknown"
    OTHER_AGENCY = "account_of_another_agency"


def prepare_link(account: UUID, agency: str, *, still_open: bool, has_provider: bool) -> list[Event]:
    """`still_open` is the account, `has_provider` its agency. Raises `Refused`."""
    if not still_open:
        raise Refused(ProviderRefusal.CLOSED, "This account is closed. Open a new one for the person.")
    if not has_provider:
        raise Refused(
            ProviderRefusal.NO_PROVIDER,
            "No sign-in of its own is set up for this agency. Its people sign in with a passphrase or a passkey.",
        )
    return [ProviderLinkPrepared(account=account, agency=agency)]


def link(account: UUID, agency: str) -> list[Event]:
    """For somebody who came from the provider for the first time."""
    return [ProviderLinked(account=account, agency=agency)]


def fail(account: UUID | None, agency: str, failure: Failure) -> list[Event]:
    """`account` is whose it was, if anyone's."""
    return [ProviderSignInFailed(account=account, agency=agency, reason=failure)]


def plain_person(person: str) -> str:
    """The one spelling of the claim's value. Capitals make no difference in an e-mail address, and do elsewhere.

    Raises `InvalidValue`.
    """
    plain = unicodedata.normalize("NFC", person).strip()
    if not plain or len(plain) > LONGEST_PERSON:
        raise InvalidValue("person", "Give what the agency's sign-in calls this person, up to 254 characters.")
    return plain.casefold() if "@" in plain else plain
