"""How often an address and a target may be tried."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Request

from services.kernel.http.limits import Doorstep, Limiter, Rate, Surge, address_of, household_of, neighbourhood_of
from services.kernel.http.problems import TooManyRequests
from services.kernel.settings import NatsSettings, ProcessSettings

MINUTE = timedelta(minutes=1)
PROXY = "192.0.2.1"


class Hand:
    """The machine's seconds, turned by hand."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def hand() -> Hand:
    return Hand()


def refused(limiter: Limiter, what: str) -> int:
    """The seconds to wait; 0 when it was let in."""
    try:
        limiter.count(what)
    except TooManyRequests as error:
        return error.seconds
    return 0


def settings(trusted_proxy: str = "", host: str = "127.0.0.1") -> ProcessSettings:
    nowhere = Path("absent")
    return ProcessSettings(
        service="toy",
        http_host=host,
        http_port=0,
        origin="http://localhost:8107",
        nats=NatsSettings("nats://127.0.0.1:0", nowhere),
        data_kind="demonstration",
        secrets=nowhere,
        verify_key_file=nowhere,
        peers={},
        trusted_proxy=trusted_proxy,
    )


def asked(address: str, *forwarded: str) -> Request[Any, Any, Any]:
    headers = [(b"x-forwarded-for", each.encode()) for each in forwarded]
    scope: Any = {"type": "http", "client": (address, 1234), "headers": headers, "method": "POST", "path": "/"}
    return Request(scope)


def test_so_many_are_let_in_at_once_and_then_one_after_the_other(hand: Hand) -> None:
    limiter = Limiter(Rate(6, MINUTE), hand)
    assert [refused(limiter, "a") for _ in range(8)] == [0] * 6 + [10, 10]
    hand.seconds += 9
    assert refused(limiter, "a") == 1
    hand.seconds += 1
    assert [refused(limiter, "a") for _ in range(2)] == [0, 10]
    hand.seconds += 60
    assert [refused(limiter, "a") for _ in range(7)] == [0] * 6 + [10]


def test_one_is_not_counted_for_another(hand: Hand) -> None:
    limiter = Limiter(Rate(1, MINUTE), hand)
    assert [refused(limiter, each) for each in ("a", "b", "a", "b", "A")] == [0, 0, 60, 60, 0]


@given(st.lists(st.floats(0, 30), min_size=1, max_size=60), st.integers(1, 7))
def test_in_no_stretch_of_time_are_more_let_in_than_the_rate_says(pauses: list[float], many: int) -> None:
    hand = Hand()
    limiter, let_in = Limiter(Rate(many, MINUTE), hand), list[float]()
    for pause in pauses:
        hand.seconds += pause
        if not refused(limiter, "a"):
            let_in.append(hand.seconds)
    for at, first in enumerate(let_in):
        for more, last in enumerate(let_in[at:], 1):
            assert more <= many + (last - first) * many / 60 + 0.01


@given(st.integers(1, 9), st.integers(0, 20))
def test_whoever_waits_as_long_as_was_said_is_let_in(many: int, tries: int) -> None:
    hand = Hand()
    limiter = Limiter(Rate(many, MINUTE), hand)
    wait = max([refused(limiter, "a") for _ in range(many + tries + 1)])
    hand.seconds += wait
    assert wait > 0
    assert refused(limiter, "a") == 0


def test_it_remembers_so_many_and_forgets_who_was_there_longest_ago(hand: Hand) -> None:
    limiter = Limiter(Rate(1, MINUTE), hand, holds=3)
    for each in ("a", "b", "c"):
        assert refused(limiter, each) == 0
    assert refused(limiter, "a") == 60
    assert refused(limiter, "d") == 0
    assert len(limiter._even_at) == 3
    assert (refused(limiter, "c"), refused(limiter, "a")) == (60, 0)


def test_nothing_of_what_is_counted_is_kept_in_the_clear(hand: Hand) -> None:
    one, other = Limiter(Rate(1, MINUTE), hand), Limiter(Rate(1, MINUTE), hand)
    for limiter in (one, other):
        limiter.count("198.51.100.7")
    assert "198.51.100" not in repr(vars(one))
    # Under a key of its own each: who knows one's digests knows nothing of another's.
    assert one._even_at.keys() != other._even_at.keys()


HEADERS: Mapping[str, tuple[str, tuple[str, ...], str]] = {
    "nobody is believed by default": ("", ("198.51.100.7",), PROXY),
    "nobody but the proxy": ("192.0.2.9", ("198.51.100.7",), PROXY),
    "the proxy is": (PROXY, ("198.51.100.7",), "198.51.100.7"),
    "of what the proxy passes on only its own word": (PROXY, ("10.9.9.9, 198.51.100.7",), "198.51.100.7"),
    "in whichever header": (PROXY, ("10.9.9.9", "198.51.100.7"), "198.51.100.7"),
    "and only an address": (PROXY, ("198.51.100.7, somebody",), PROXY),
    "nothing said": (PROXY, (), PROXY),
    "a newer address": (PROXY, ("2001:db8::1",), "2001:db8::1"),
}


@pytest.mark.parametrize("how", HEADERS)
def test_who_asks_is_whoever_is_connected_or_whom_the_one_trusted_proxy_names(how: str) -> None:
    trusted, forwarded, address = HEADERS[how]
    assert address_of(asked(PROXY, *forwarded), trusted) == address


def test_a_household_counts_as_one() -> None:
    assert household_of("2001:db8:1:2:3::4") == household_of("2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert household_of("2001:db8:1:3::4") != household_of("2001:db8:1:2::4")
    assert household_of("::ffff:198.51.100.7") == household_of("198.51.100.7") == "198.51.100.7"
    assert household_of("testclient") == "testclient"


def test_an_address_is_counted_generously_and_a_target_strictly(hand: Hand) -> None:
    door = Doorstep(settings(), address=Rate(40, MINUTE), target=Rate(3, MINUTE), now=hand)
    for number in range(40):
        door.count(asked("198.51.100.7"), f"target {number}")
    with pytest.raises(TooManyRequests):
        door.count(asked("198.51.100.7"), "one more")
    for number in range(3):
        door.count(asked(f"198.51.100.{number}"), "the same")
    with pytest.raises(TooManyRequests):
        door.count(asked("198.51.100.9"), "the same")


def surge_door(hand: Hand) -> Doorstep:
    surge = Surge(Rate(10, MINUTE), Rate(2, MINUTE), hand)
    return Doorstep(settings(), address=Rate(50, MINUTE), surge=surge, now=hand)


def test_in_a_surge_each_neighbourhood_has_a_share_that_nobody_elsewhere_can_use_up(hand: Hand) -> None:
    door = surge_door(hand)
    # An attacker with all addresses of one network: what is expected, and then their own share.
    taken = 0
    for number in range(200):
        with suppress(TooManyRequests):
            door.count(asked(f"198.51.100.{number}"))
            taken += 1
    assert taken == 10 + 2
    with pytest.raises(TooManyRequests) as refused:
        door.count(asked("198.51.100.250"))
    assert 0 < refused.value.seconds <= 60
    for somebody_else in ("203.0.113.7", "203.0.114.7", "2001:db8:1::7", "2001:db8:2::7"):
        for _ in range(2):
            door.count(asked(somebody_else))
        with pytest.raises(TooManyRequests):
            door.count(asked(somebody_else))


@given(st.lists(st.integers(0, 40), max_size=200), st.integers(41, 250))
def test_whatever_others_send_somebody_from_elsewhere_is_let_in(networks: list[int], mine: int) -> None:
    hand = Hand()
    door = surge_door(hand)
    for network in networks:
        with suppress(TooManyRequests):
            door.count(asked(f"198.51.{network}.7"))
    door.count(asked(f"198.51.{mine}.7"))


def test_while_no_more_come_than_are_expected_nobody_is_asked_where_they_are_from(hand: Hand) -> None:
    door = surge_door(hand)
    for _ in range(10):
        door.count(asked("198.51.100.7"))
    hand.seconds += 60
    for _ in range(10):
        door.count(asked("198.51.100.7"))


def test_a_neighbourhood_is_a_network_that_one_customer_may_have_whole() -> None:
    assert neighbourhood_of("198.51.100.7") == neighbourhood_of("198.51.100.250") == "198.51.100.0/24"
    assert neighbourhood_of("2001:db8:1:2::9") == neighbourhood_of("2001:db8:1:3::9") == "2001:db8:1::/48"
    assert neighbourhood_of("::ffff:198.51.100.7") == "198.51.100.0/24"
    assert neighbourhood_of("testclient") == "testclient"


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "198.51.100.1"])
def test_a_service_leaves_the_house_itself_to_the_console_and_counts_its_targets(hand: Hand, address: str) -> None:
    here = settings(host="198.51.100.1")
    door = Doorstep(here, address=Rate(1, MINUTE), target=Rate(5, MINUTE), now=hand)
    for _ in range(5):
        door.count(asked(address), "the same")
    with pytest.raises(TooManyRequests):
        door.count(asked(address), "the same")
    console = Doorstep(here, address=Rate(1, MINUTE), target=Rate(5, MINUTE), now=hand, counts_this_machine=True)
    console.count(asked(address))
    with pytest.raises(TooManyRequests):
        console.count(asked(address))
