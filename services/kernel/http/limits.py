"""How often one address, and one target, may be tried: counted in the memory of a process and nowhere else.

A limit is generous to an address, since a whole office or school has one, and strict to a target: one code, one name.
Neither is kept: what is counted is a digest under a key that ends with the process.

It goes by the machine's time, whatever time the house tells: it guards the machine, and a demonstration whose time
stands still or runs must neither shut people out for ever nor let anybody try as often as they like.
"""

import ipaddress
import math
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from hashlib import blake2b
from typing import Any, NamedTuple

from litestar.connection import ASGIConnection

from services.kernel.http.problems import TooManyRequests
from services.kernel.listening import is_loopback
from services.kernel.settings import ProcessSettings

HOLDS = 20_000
"""How many addresses or targets are remembered; of more, those that were tried longest ago are forgotten."""

# Whoever has one address of such a network has all of them for next to nothing.
OF_ONE_NEIGHBOURHOOD = {4: 24, 6: 48}

PROXYS_HEADER = "x-forwarded-for"
# A network gives one household or one person so much of the newer addresses.
OF_ONE_HOUSEHOLD = 64


class Rate(NamedTuple):
    """So many at once, and as many again in the time of `per`, evenly."""

    many: int
    per: timedelta


class Limiter:
    """Counts by what is tried."""

    def __init__(self, rate: Rate, now: Callable[[], float] = time.monotonic, holds: int = HOLDS) -> None:
        self._step = rate.per.total_seconds() / rate.many
        self._burst = rate.per.total_seconds()
        self._now = now
        self._holds = holds
        self._key = secrets.token_bytes(32)
        # When each will have been forgiven everything.
        self._even_at: OrderedDict[bytes, float] = OrderedDict()

    def count(self, what: str) -> None:
        """One more try. Raises `TooManyRequests`, and then counts nothing: whoever waits is let in again."""
        key, now = self._key_of(what), self._now()
        even_at = max(self._even_at.get(key, now), now) + self._step
        if self._is_too_much(even_at - now):
            raise TooManyRequests(math.ceil(even_at - now - self._burst))
        self._even_at[key] = even_at
        self._even_at.move_to_end(key)
        if len(self._even_at) > self._holds:
            self._even_at.popitem(last=False)

    def is_spent(self, what: str) -> bool:
        """Whether one more try would be refused. None is counted."""
        now = self._now()
        return self._is_too_much(max(self._even_at.get(self._key_of(what), now), now) + self._step - now)

    def _is_too_much(self, ahead: float) -> bool:
        # A hair's breadth, since steps are added up in floating point.
        return ahead > self._burst + self._step / 1000

    def _key_of(self, what: str) -> bytes:
        return blake2b(what.encode(), key=self._key, digest_size=16).digest()


class Surge:
    """A limit for the whole house that shuts nobody out.

    A plain one would be a switch: whoever sends as much as it allows has closed the form to everybody else, and for a
    public form that is the attack. So there is no number at which nothing more is taken. While no more come than are
    expected, nobody is asked where they are from. Beyond that each neighbourhood has a small share of its own, which
    nobody elsewhere can use up: an attacker's many addresses are mostly of few networks, and to keep somebody out they
    must be where that person is. Whoever is refused then was sent word how long to wait, and a page of ours keeps what
    they typed and says whom to call. What it leaves open is an attacker with networks everywhere: what they send is
    taken, `share` of it from each, and costs room and the patience of those who read it.
    """

    def __init__(self, expected: Rate, share: Rate, now: Callable[[], float] = time.monotonic) -> None:
        self._expected = Limiter(expected, now)
        self._shares = Limiter(share, now)

    def count(self, address: str) -> None:
        """One more. Raises `TooManyRequests` for a neighbourhood that has used its share up."""
        try:
            self._expected.count("")
        except TooManyRequests:
            self._shares.count(neighbourhood_of(address))


class Doorstep:
    """Before a form or a route that is open to everybody.

    A service passes over the address of its own machine: there the console asks in everybody's name, and has counted
    them. The console itself passes over nobody.
    """

    def __init__(
        self,
        settings: ProcessSettings,
        *,
        address: Rate,
        target: Rate | None = None,
        surge: Surge | None = None,
        now: Callable[[], float] = time.monotonic,
        counts_this_machine: bool = False,
    ) -> None:
        self._settings = settings
        self._counts_this_machine = counts_this_machine
        self._addresses = Limiter(address, now)
        self._targets = Limiter(target, now) if target else None
        self._surge = surge

    def count(self, connection: ASGIConnection[Any, Any, Any, Any], target: str = "") -> None:
        """One more try, of this target if there is one. Raises `TooManyRequests`."""
        address = address_of(connection, self._settings.trusted_proxy)
        if self._counts_this_machine or not _of_this_machine(address, self._settings):
            self._addresses.count(household_of(address))
            if self._surge:
                self._surge.count(address)
        if target and self._targets:
            self._targets.count(target)

    def is_spent(self, connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
        """Whether this address has used up its tries: for what counts those alone that failed."""
        address = address_of(connection, self._settings.trusted_proxy)
        counts = self._counts_this_machine or not _of_this_machine(address, self._settings)
        return counts and self._addresses.is_spent(household_of(address))


def address_of(connection: ASGIConnection[Any, Any, Any, Any], trusted_proxy: str) -> str:
    """Whoever is connected; behind the one proxy that the settings name, whom that proxy says it was connected with."""
    address = connection.client.host if connection.client else ""
    if not trusted_proxy or address != trusted_proxy:
        return address
    # The proxy adds to what it was sent: only the last is its own word.
    said = ",".join(connection.headers.getall(PROXYS_HEADER, [])).rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(said))
    except ValueError:
        return address


def household_of(address: str) -> str:
    """What counts as one: an address, of the newer kind the network it lies in."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, OF_ONE_HOUSEHOLD), strict=False))
    return str(found)


def neighbourhood_of(address: str) -> str:
    """The network an address lies in, as far as one is commonly given to one customer of a provider."""
    try:
        found = ipaddress.ip_address(household_of(address).partition("/")[0])
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, OF_ONE_NEIGHBOURHOOD[found.version]), strict=False))


def _of_this_machine(address: str, settings: ProcessSettings) -> bool:
    return is_loopback(address) or address == settings.http_host
