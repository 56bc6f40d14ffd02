"""The identity service: agencies, accounts and their roles, sign-in, tokens every service can check by itself."""

from pathlib import Path

from contracts.events.identity import IDENTITY_EVENTS
from contracts.jurisdictions import load_mississippi
from services.identity.account.accounts import Accounts
from services.identity.account.events import ACCOUNT_EVENTS
from services.identity.account.first_administrator import AdministratorCode, FirstAdministratorController
from services.identity.account.http import AccountController
from services.identity.account.invitation import Invitations
from services.identity.agency.agencies import Agencies
from services.identity.agency.events import AGENCY_EVENTS
from services.identity.agency.http import AgencyController
from services.identity.reservations import Reservations
from services.identity.sign_in.events import SIGN_IN_EVENTS
from services.identity.sign_in.http import SignInController
from services.identity.sign_in.passphrase import DEMONSTRATION, REAL, Passphrases
from services.identity.sign_in.sign_ins import SignIns
from services.identity.sign_in.tokens import TokenSigner
from services.identity.views.account_list import ACCOUNT_LIST, AccountListController
from services.identity.views.agency_list import AGENCY_LIST, AgencyListController
from services.kernel.http.reading import Reader
from services.kernel.service import Definition, Parts, Wiring, main


def wire(parts: Parts) -> Wiring:
    """What this service makes of its parts."""
    jurisdiction = load_mississippi()
    secrets = parts.settings.secrets
    reservations = Reservations(parts.pool)
    reader = Reader(parts.store, parts.keys, parts.time, parts.gate)
    accounts = Accounts(parts.store, reservations, parts.digester, parts.gate, reader, jurisdiction)
    passphrases = Passphrases(REAL if parts.settings.data_kind == "real" else DEMONSTRATION)
    signer = TokenSigner(secrets / "signing-key.pem")
    return Wiring(
        routes=[
            AccountController,
            AccountListController,
            AgencyController,
            AgencyListController,
            FirstAdministratorController,
            SignInController,
        ],
        given={
            "accounts": accounts,
            "agencies": Agencies(parts.store, reservations, jurisdiction),
            "code": AdministratorCode(secrets / "first-administrator.code", parts.digester, reservations),
            "invitations": Invitations(parts.digester),
            "sign_ins": SignIns(parts.store, accounts, parts.keys, passphrases, signer, parts.time, parts.gate),
        },
    )


DEFINITION = Definition(
    name="identity",
    title="Muster: identity",
    stream="IDENTITY",
    events=(*IDENTITY_EVENTS, *AGENCY_EVENTS, *ACCOUNT_EVENTS, *SIGN_IN_EVENTS),
    contract=IDENTITY_EVENTS,
    policies=Path(__file__).parent / "policies.cedar",
    views=[ACCOUNT_LIST, AGENCY_LIST],
    wire=wire,
)

if __name__ == "__main__":
    main(DEFINITION)
