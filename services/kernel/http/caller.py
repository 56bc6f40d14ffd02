"""Who calls: read from a token that the identity service signed (Ed25519), never asked of another service."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from services.kernel.http.problems import NotSignedIn

AUDIENCE = "muster"
ALGORITHM = "EdDSA"


class Caller(msgspec.Struct, frozen=True):
    """An account with its agency and roles; without an account, somebody from the public.

    `places` are where they work, in the words of the records: none of them where that is yet to be said, and None where
    they work everywhere.
    """

    account: UUID | None
    agency: str = ""
    roles: tuple[str, ...] = ()
    places: tuple[str, ...] | None = None

    @property
    def actor(self) -> str:
        """How events name the caller: a reference, never a name."""
        return f"account:{self.account}" if self.account else "public"

    @property
    def standings(self) -> tuple[str, ...]:
        """Everything a record may let the caller in by: their roles, these of their agency, and they themselves."""
        own = [of_agency(role, self.agency) for role in self.roles if self.agency]
        return (*self.roles, *own, *([str(self.account)] if self.account else []))


def of_agency(role: str, agency: str) -> str:
    """Those who hold a role in one agency. Roles are single words, so that nothing else is named like this."""
    return f"{role} of {agency}"


PUBLIC = Caller(account=None)


class _Claims(msgspec.Struct):
    sub: UUID
    agency: str
    roles: tuple[str, ...]
    iat: int
    exp: int
    places: tuple[str, ...] | None = None


class TokenReader:
    """Checks tokens against the identity service's public key and the one source of time."""

    def __init__(
        self, verify_key_file: Path, now: Callable[[], datetime], *, nobody_is: frozenset[str] = frozenset()
    ) -> None:
        """Whoever has one of the roles `nobody_is` has it not here."""
        key = load_pem_public_key(verify_key_file.read_bytes())
        if not isinstance(key, Ed25519PublicKey):
            raise SystemExit(f"{verify_key_file} is not an Ed25519 public key.")
        self._key = key
        self._now = now
        self._nobody_is = nobody_is

    def read(self, token: str) -> Caller:
        """Raises `NotSignedIn` for a token that is forged, expired, not yet valid, or for someone else."""
        options = {"verify_exp": False, "verify_iat": False, "require": ["sub", "exp", "iat", "aud"]}
        try:
            # Expiry is judged below: the library would ask the machine's clock.
            raw = jwt.decode(token, self._key, algorithms=[ALGORITHM], audience=AUDIENCE, options=options)  # type: ignore[arg-type]  # plain dict
            claims = msgspec.convert(raw, _Claims)
        except (jwt.InvalidTokenError, msgspec.ValidationError) as error:
            raise NotSignedIn from error
        now = self._now()
        if not datetime.fromtimestamp(claims.iat - 1, UTC) <= now < datetime.fromtimestamp(claims.exp, UTC):
            raise NotSignedIn
        roles = tuple(role for role in claims.roles if role not in self._nobody_is)
        return Caller(claims.sub, claims.agency, roles, claims.places)
