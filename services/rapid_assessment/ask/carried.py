"""What a carrier or a mail server passes on to this service, and the secrets by which it is known to be theirs."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from services.kernel.http.webhooks import secret_in
from services.kernel.on_file import OnFile

SECRETS = "replies.json"
PATH = "/replies"

Kind = Literal["sms", "email"]
KINDS: tuple[Kind, ...] = ("sms", "email")
"""Those that people answer by writing back."""

LOCAL_DIGITS = 10
COUNTRY = "1"


class CarriedReply(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"sender": "from"}):
    """A text that came by this kind of channel, and the number or address it came from."""

    channel: Kind
    sender: Annotated[str, msgspec.Meta(max_length=320)]
    text: Annotated[str, msgspec.Meta(max_length=100_000)]


def read_secrets(file: Path) -> Mapping[str, bytes]:
    """Kind of channel to the secret its carrier signs with; none where there is no file.

    Raises `ValueError` with one sentence for a file that is wrong.
    """
    if not file.exists():
        return {}
    try:
        written = msgspec.json.decode(file.read_bytes(), type=dict[Kind, str])
        return {kind: secret_in(secret) for kind, secret in written.items()}
    except (ValueError, msgspec.MsgspecError) as error:
        sentence = (
            f"{file} is not valid: of {' and '.join(KINDS)} it names a secret of 24 to 64 random bytes, in base64"
        )
        raise ValueError(f"{sentence} after whsec_.") from error


class SecretsOnFile(OnFile[bytes]):
    """As `read_secrets`, whatever the file says at the moment."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, read_secrets)


def normal(kind: Kind, address: str) -> str:
    """However it is written, an address is compared in this form; empty for what is none."""
    return _NORMAL[kind](address)


def _number(written: str) -> str:
    """Digits, without the country's own code: carriers write it, people do not."""
    digits = "".join(each for each in written if each in "0123456789")
    whole = len(digits) == len(COUNTRY) + LOCAL_DIGITS and digits.startswith(COUNTRY)
    return digits[len(COUNTRY) :] if whole else digits


def _mail(written: str) -> str:
    return written.strip().casefold()


_NORMAL: Mapping[Kind, Callable[[str], str]] = {"sms": _number, "email": _mail}
