"""How often one may try to show who one is, before anything is looked at.

Five failures lock a name (C80); this is beside it, for what locks nothing and costs the machine something: a passphrase
is hashed at each try, a provider is asked at each finish.
"""

from datetime import timedelta
from typing import Any

from litestar import Request

from services.kernel.http.limits import Doorstep, Rate
from services.kernel.settings import ProcessSettings

# Whoever asks from elsewhere than the console; an office has one address.
PER_ADDRESS = Rate(200, timedelta(minutes=5))
# One name, one invitation, one state of a provider, one session.
PER_TARGET = Rate(30, timedelta(minutes=15))


class SignInDoor:
    """Before each route that judges what somebody shows."""

    def __init__(self, settings: ProcessSettings) -> None:
        self._step = Doorstep(settings, address=PER_ADDRESS, target=PER_TARGET)

    def count(self, request: Request[Any, Any, Any], target: str = "") -> None:
        """One more try; capitals and spaces make no other target. Raises `TooManyRequests`."""
        self._step.count(request, target.strip().lower())
