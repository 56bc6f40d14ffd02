"""The gate: who is let in at all, who to which record, and that nothing is open by omission."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import cedarpy
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from litestar import Controller, get
from litestar.exceptions import ImproperlyConfiguredException

from services.kernel.http.caller import ALGORITHM, AUDIENCE, PUBLIC, Caller, TokenReader
from services.kernel.http.gate import Gate, Record
from services.kernel.http.problems import NotFound, NotSignedIn
from tests.kernel.toy import moment
from tests.kernel.toy_service import POLICIES, definition
from tests.support.running_service import running_service
from tests.support.servers import Database, Nats

NOON = moment("12:00")
KEEPER = Caller(uuid4(), "MDCPS", ("keeper",))
VISITOR = Caller(uuid4(), "MDCPS", ("visitor",))


def box(*named: UUID) -> Record:
    return Record("Box", uuid4(), {"named": named})


def test_what_no_policy_permits_is_denied() -> None:
    gate = Gate(POLICIES)
    assert gate.may_use(KEEPER, "open_box")
    assert not gate.may_use(KEEPER, "burn_box")
    assert not gate.may_use(VISITOR, "open_box")
    assert not gate.may_use(PUBLIC, "open_box")
    assert gate.may_use(PUBLIC, "count_anonymously")
    assert not Gate("").may_use(KEEPER, "open_box")


def test_a_forbid_on_a_record_outranks_every_permit() -> None:
    gate = Gate(POLICIES)
    assert KEEPER.account is not None
    assert gate.may_touch(KEEPER, "read_box", box(uuid4()))
    assert not gate.may_touch(KEEPER, "read_box", box(uuid4(), KEEPER.account))
    with pytest.raises(NotFound):
        gate.require(KEEPER, "read_box", box(KEEPER.account))
    gate.require(KEEPER, "read_box", box())


def test_a_record_is_judged_once_as_it_stands_and_anew_once_it_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    judge = cedarpy.is_authorized

    def counted(request: Any, *rest: Any) -> Any:
        asked.append(request["principal"])
        return judge(request, *rest)

    monkeypatch.setattr(cedarpy, "is_authorized", counted)
    gate, other = Gate(POLICIES), Caller(uuid4(), "MDCPS", ("keeper",))
    assert KEEPER.account is not None
    record = box(uuid4())
    assert [gate.may_touch(KEEPER, "read_box", record) for _ in range(3)] == [True] * 3
    assert len(asked) == 1
    changed = Record(record.kind, record.id, {"named": [KEEPER.account]})
    assert not gate.may_touch(KEEPER, "read_box", changed)
    assert gate.may_touch(other, "read_box", changed)
    assert not gate.may_touch(KEEPER, "burn_box", record)
    assert not gate.may_touch(Caller(KEEPER.account, "MDCPS", ("visitor",)), "read_box", record)
    assert len(asked) == 5
    assert not Gate("").may_touch(KEEPER, "read_box", record)


def test_a_forbid_that_lacks_what_it_asks_about_closes_and_does_not_open() -> None:
    assert not Gate(POLICIES).may_touch(KEEPER, "read_box", Record("Box", uuid4()))


@given(st.lists(st.sampled_from(["keeper", "visitor", "administrator", "no such role"])), st.booleans())
def test_no_combination_of_roles_opens_a_record_to_someone_it_names(roles: list[str], named: bool) -> None:
    caller = Caller(uuid4(), "MDCPS", tuple(roles))
    assert caller.account is not None
    record = box(uuid4(), *([caller.account] if named else []))
    assert Gate(POLICIES).may_touch(caller, "read_box", record) == ("keeper" in roles and not named)


@pytest.mark.parametrize(
    ("works_in", "sees"),
    [(None, {"here", "there", "nowhere known"}), (("here",), {"here", "nowhere known"}), ((), {"nowhere known"})],
)
def test_a_policy_may_ask_where_the_caller_works(works_in: tuple[str, ...] | None, sees: set[str]) -> None:
    gate = Gate(
        'permit (principal, action == Action::"read_box", resource is Box) when '
        '{ principal.everywhere || resource.place == "" || principal.places.contains(resource.place) };'
    )
    caller = Caller(uuid4(), "MDCPS", ("keeper",), works_in)
    boxes = {"here": "here", "there": "there", "nowhere known": ""}
    assert sees == {
        name
        for name, place in boxes.items()
        if gate.may_touch(caller, "read_box", Record("Box", uuid4(), words={"place": place}))
    }


def test_the_version_names_the_policies_an_event_was_decided_under() -> None:
    assert Gate(POLICIES).version == Gate(POLICIES).version != Gate(POLICIES + " ").version


@pytest.fixture
def signer(tmp_path: Path) -> tuple[Ed25519PrivateKey, TokenReader]:
    key = Ed25519PrivateKey.generate()
    file = tmp_path / "verify.pem"
    file.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return key, TokenReader(file, lambda: NOON)


def claims(**altered: Any) -> dict[str, Any]:
    whole = {
        "sub": str(KEEPER.account),
        "agency": "MDCPS",
        "roles": ["keeper"],
        "iat": int((NOON - timedelta(hours=1)).timestamp()),
        "exp": int((NOON + timedelta(hours=1)).timestamp()),
        "aud": AUDIENCE,
    }
    return {name: value for name, value in (whole | altered).items() if value is not None}


def test_a_token_says_who_calls(signer: tuple[Ed25519PrivateKey, TokenReader]) -> None:
    key, reader = signer
    assert reader.read(jwt.encode(claims(), key, algorithm=ALGORITHM)) == KEEPER
    for places in ([], ["Hinds", "Rankin"]):
        read = reader.read(jwt.encode(claims(places=places), key, algorithm=ALGORITHM))
        assert read == Caller(KEEPER.account, KEEPER.agency, KEEPER.roles, tuple(places))


REFUSED_CLAIMS: dict[str, dict[str, Any]] = {
    "expired this second": {"exp": int(NOON.timestamp())},
    "expired long ago": {"exp": int((NOON - timedelta(days=9)).timestamp())},
    "of tomorrow": {"iat": int((NOON + timedelta(days=1)).timestamp())},
    "for someone else": {"aud": "another"},
    "for nobody": {"aud": None},
    "of nobody": {"sub": None},
    "of no account": {"sub": "Example Child Marked"},
    "without an end": {"exp": None},
    "without roles": {"roles": None},
    "with roles that are none": {"roles": "keeper"},
    "with places that are none": {"places": "Hinds"},
}


@pytest.mark.parametrize("case", REFUSED_CLAIMS)
def test_a_token_is_refused_that_is(signer: tuple[Ed25519PrivateKey, TokenReader], case: str) -> None:
    key, reader = signer
    with pytest.raises(NotSignedIn):
        reader.read(jwt.encode(claims(**REFUSED_CLAIMS[case]), key, algorithm=ALGORITHM))


def test_a_forged_token_is_refused(signer: tuple[Ed25519PrivateKey, TokenReader]) -> None:
    key, reader = signer
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    genuine = jwt.encode(claims(), key, algorithm=ALGORITHM)
    head, body, signature = genuine.split(".")
    forged = [
        jwt.encode(claims(), Ed25519PrivateKey.generate(), algorithm=ALGORITHM),
        jwt.encode(claims(), "", algorithm="none"),
        jwt.encode(claims(), public, algorithm="HS256"),
        f"{head}.{body}.",
        f"{head}.{jwt.encode(claims(roles=['administrator']), key, algorithm=ALGORITHM).split('.')[1]}.{signature}",
        "",
        "not a token",
    ]
    for token in forged:
        with pytest.raises(NotSignedIn):
            reader.read(token)


def test_a_key_file_of_another_kind_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / "verify.pem"
    public = generate_private_key(SECP256R1()).public_key()
    file.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(SystemExit, match="Ed25519"):
        TokenReader(file, lambda: NOON)


class Forgotten(Controller):
    """A route whose author forgot the gate."""

    path = "/forgotten"

    @get("/")
    async def read(self) -> dict[str, str]:
        """Open to everyone, were it served."""
        return {}


async def test_a_service_with_a_route_that_asks_the_gate_for_nothing_does_not_start(
    database: Database, nats_server: Nats, tmp_path: Path
) -> None:
    refusal = pytest.RaisesExc(ImproperlyConfiguredException, match="asks the gate for nothing")
    with pytest.RaisesGroup(refusal, flatten_subgroups=True):
        async with running_service(definition(tmp_path / "policies.cedar", Forgotten), database, nats_server):
            raise AssertionError("it must not start")


async def test_of_a_list_each_row_is_judged_by_what_it_is_also_where_policies_name_a_record() -> None:
    boxes = [box(), box(VISITOR.account or uuid4()), box(), box(uuid4())]
    by_what_it_is = Gate("permit(principal, action, resource) when { !resource.named.contains(principal) };")
    assert await by_what_it_is.shown(VISITOR, "list_boxes", boxes, lambda each: each) == [boxes[0], *boxes[2:]]

    for named in (f'resource == Box::"{boxes[2].id}"', "resource is Box"):
        forbid = f'forbid(principal, action, {named}) when {{ resource == Box::"{boxes[2].id}" }};'
        by_name = Gate(f"permit(principal, action, resource); {forbid}")
        assert await by_name.shown(VISITOR, "list_boxes", boxes, lambda each: each) == [*boxes[:2], boxes[3]]
