"""The identity service: agencies, accounts and roles, sign-in, tokens every service checks by itself, incidents."""

from pathlib import Path

from contracts.events.identity import IDENTITY_EVENTS, AccountClosed, AccountOpened, AgencyRegistered
from contracts.jurisdictions import load_state
from services.identity.account.accounts import Accounts
from services.identity.account.closing import LEAVE, Closing
from services.identity.account.events import ACCOUNT_EVENTS, AccountSuspended, InvitationUsed
from services.identity.account.factors import FactorBook
from services.identity.account.first_administrator import AdministratorCode, FirstAdministratorController
from services.identity.account.http import AccountController
from services.identity.account.invitation import Invitations
from services.identity.account.set_up import SettingUp, SetUpController
from services.identity.agency.agencies import Agencies
from services.identity.agency.events import AGENCY_EVENTS
from services.identity.agency.http import AgencyController
from services.identity.attestation.attestations import QUARTER, Attestations
from services.identity.attestation.events import ATTESTATION_EVENTS
from services.identity.attestation.http import AttestationController
from services.identity.clock.http import ClockController
from services.identity.incident.events import INCIDENT_EVENTS, IncidentReported
from services.identity.incident.http import IncidentController
from services.identity.incident.incidents import Incidents
from services.identity.notice.events import ACCOUNT_NOTICE_EVENTS, AccountNoticeTriedAgain
from services.identity.notice.telling import Telling
from services.identity.processes.ask_about_accounts import AskAboutAccounts
from services.identity.processes.close_leavers import CloseLeavers
from services.identity.processes.end_quarters import EndQuarters
from services.identity.processes.end_sessions import EndSessions
from services.identity.processes.note_counties import NoteCounties
from services.identity.processes.tell_administrators import TellAdministrators
from services.identity.processes.tell_again import TellAgain
from services.identity.processes.tell_of_incidents import TellOfIncidents
from services.identity.provider.client import Provider
from services.identity.provider.configuration import load_providers
from services.identity.provider.events import PROVIDER_EVENTS
from services.identity.provider.http import ProviderController
from services.identity.provider.provider_sign_ins import ProviderSignIns
from services.identity.reservations import Reservations
from services.identity.session.events import SESSION_EVENTS
from services.identity.session.http import SessionController
from services.identity.session.rows import SessionRows
from services.identity.session.sessions import Sessions
from services.identity.sign_in.attempts import AttemptBook
from services.identity.sign_in.challenges import Challenges
from services.identity.sign_in.compromised import load_compromised
from services.identity.sign_in.door import SignInDoor
from services.identity.sign_in.events import SIGN_IN_EVENTS
from services.identity.sign_in.http import SignInController
from services.identity.sign_in.passkey import Passkeys
from services.identity.sign_in.passphrase import DEMONSTRATION, REAL, Passphrases
from services.identity.sign_in.sign_ins import SignIns
from services.identity.sign_in.tokens import TokenSigner
from services.identity.views.account_list import ACCOUNT_LIST, AccountListController
from services.identity.views.agency_list import AGENCY_LIST, AgencyListController
from services.identity.views.attestation_list import ATTESTATION_LIST
from services.identity.views.departures import DEPARTURES, DeparturesController
from services.identity.views.incident_list import INCIDENT_LIST, IncidentListController
from services.identity.views.to_answer import ToAnswerController
from services.identity.views.undelivered import UNDELIVERED
from services.kernel.carrier import carrier_of, read_addresses
from services.kernel.clock import ClockMissed, ClockWarned
from services.kernel.definition import Definition, Parts, Source, Wiring
from services.kernel.service import main
from services.kernel.time_source import RealTime
from services.kernel.tries import MOMENT as NOTICE
from services.kernel.undelivered import count_of

ADDRESSES = "notices.json"


def wire(parts: Parts) -> Wiring:
    """What this service makes of its parts."""
    jurisdiction = load_state(parts.settings.state)
    secrets = parts.settings.secrets
    reservations = Reservations(parts.pool)
    accounts = Accounts(parts.store, reservations, parts.digester, parts.gate, parts.reader, jurisdiction, parts.time)
    passphrases = Passphrases(REAL if parts.settings.data_kind == "real" else DEMONSTRATION)
    signer = TokenSigner(secrets / "signing-key.pem")
    book = AttemptBook(parts.store, reservations)
    factors = FactorBook(parts.store, parts.keys, reservations, parts.digester)
    passkeys, challenges = Passkeys(parts.settings.origin), Challenges(parts.digester)
    invitations = Invitations(parts.digester)
    rows = SessionRows(parts.pool)
    agencies = Agencies(parts.store, reservations, jurisdiction)
    sessions = Sessions(parts.store, rows, accounts, agencies, book, parts.digester, signer, parts.time, parts.gate)
    end_sessions = EndSessions(sessions)
    attestations = Attestations(parts.store, jurisdiction)
    closing = Closing(attestations)
    ask = AskAboutAccounts(parts.pool, accounts, attestations, parts.time)
    incidents = Incidents(parts.store, parts.gate, jurisdiction)
    carrier, origin = carrier_of(parts.settings), parts.settings.origin
    telling = Telling(read_addresses(secrets / ADDRESSES), carrier, origin, parts.time)
    tell, tell_again = TellAdministrators(accounts, attestations, telling), TellAgain(attestations, telling)
    sign_ins = SignIns(
        store=parts.store,
        accounts=accounts,
        factors=factors,
        book=book,
        sessions=sessions,
        passphrases=passphrases,
        passkeys=passkeys,
        challenges=challenges,
        time=parts.time,
        machine=RealTime(),
        gate=parts.gate,
    )
    redirect = f"{parts.settings.origin}/sign-in/provider"
    providers = {
        agency: Provider(file, redirect, sign_ins.machine.now)
        for agency, file in load_providers(secrets, jurisdiction).items()
    }
    return Wiring(
        routes=[
            AccountController,
            AccountListController,
            AgencyController,
            AgencyListController,
            AttestationController,
            ClockController,
            DeparturesController,
            FirstAdministratorController,
            IncidentController,
            IncidentListController,
            ProviderController,
            SessionController,
            SetUpController,
            SignInController,
            ToAnswerController,
        ],
        given={
            "accounts": accounts,
            "attestations": attestations,
            "closing": closing,
            "agencies": agencies,
            "code": AdministratorCode(secrets / "first-administrator.code", parts.digester, reservations),
            "incidents": incidents,
            "invitations": invitations,
            "provider_sign_ins": ProviderSignIns(
                providers, parts.store, sign_ins, reservations, challenges, parts.digester
            ),
            "sessions": sessions,
            "setting_up": SettingUp(
                store=parts.store,
                accounts=accounts,
                invitations=invitations,
                factors=factors,
                digester=parts.digester,
                passphrases=passphrases,
                compromised=load_compromised(),
                passkeys=passkeys,
                challenges=challenges,
                time=parts.time,
                machine=RealTime(),
            ),
            "sign_ins": sign_ins,
            "door": SignInDoor(parts.settings),
        },
        sources=[
            Source(
                name="end_sessions",
                handlers={each: [end_sessions] for each in (AccountClosed, AccountSuspended, InvitationUsed)},
            ),
            Source(
                name="ask_about_accounts",
                handlers={each: [ask] for each in (AccountOpened, AgencyRegistered, ClockWarned)},
            ),
            Source(name="tell_administrators", handlers={each: [tell] for each in (ClockWarned, ClockMissed)}),
            Source(name="tell_of_incidents", handlers={IncidentReported: [TellOfIncidents(incidents, telling)]}),
            Source(name="tell_again", handlers={AccountNoticeTriedAgain: [tell_again]}),
        ],
        gauges=[count_of(parts.views, parts.time, "about accounts and incidents")],
        at_start=[NoteCounties(agencies, parts.store, parts.time, parts.gate)],
        timers={
            LEAVE: CloseLeavers(accounts, closing),
            QUARTER: EndQuarters(accounts, attestations),
            NOTICE: tell_again.on_time,
        },
    )


DEFINITION = Definition(
    name="identity",
    title="Muster: identity",
    stream="IDENTITY",
    events=(
        *IDENTITY_EVENTS,
        *AGENCY_EVENTS,
        *ACCOUNT_EVENTS,
        *ATTESTATION_EVENTS,
        *ACCOUNT_NOTICE_EVENTS,
        *INCIDENT_EVENTS,
        *PROVIDER_EVENTS,
        *SESSION_EVENTS,
        *SIGN_IN_EVENTS,
    ),
    contract=IDENTITY_EVENTS,
    policies=Path(__file__).parent / "policies.cedar",
    views=[ACCOUNT_LIST, AGENCY_LIST, ATTESTATION_LIST, DEPARTURES, INCIDENT_LIST, UNDELIVERED],
    wire=wire,
    check=lambda settings: load_providers(settings.secrets, load_state(settings.state)),
)

if __name__ == "__main__":
    main(DEFINITION)
