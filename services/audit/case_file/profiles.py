"""For whom a case file is made: by which authority it may be asked for, and what each kind of reader is shown."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

import msgspec

from contracts.language import InvalidValue

Profile = Literal["court", "defence", "oversight", "research"]
PROFILES: tuple[Profile, ...] = get_args(Profile)
FILE = Path(__file__).parent / "profiles.json"


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of one profile. `shows` are beginnings of names of events, so that an event that is new is not shown by itself.

    `tells` sentences with their moments, or of each event its kind and the hours since the first alone.
    """

    authorities: tuple[str, ...]
    shows: tuple[str, ...]
    tells: Literal["sentences", "kinds"]


class Profiles(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`never` are events that no profile shows, by the reason that is given in their place.

    `serving` are the roles of those who serve the victim: what one of them did is in no file.
    """

    serving: tuple[str, ...]
    never: Mapping[str, tuple[str, ...]]
    profiles: Mapping[Profile, Rules]

    def hidden_by(self, profile: Profile, name: str) -> str:
        """Why the profile does not show events of this name; empty where it does."""
        for reason, names in self.never.items():
            if name.startswith(names):
                return reason
        return "" if name.startswith(self.profiles[profile].shows) else "profile"

    def require_authority(self, profile: Profile, authority: str) -> None:
        """Raises `InvalidValue` unless a file for this profile may be made by this kind of authority."""
        if authority not in self.profiles[profile].authorities:
            raise InvalidValue("authority", "A file for this reader is not made by such an authority. Choose another.")


def load_profiles() -> Profiles:
    """As they are shipped."""
    return msgspec.json.decode(FILE.read_bytes(), type=Profiles)
