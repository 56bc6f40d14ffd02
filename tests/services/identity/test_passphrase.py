"""Passphrases become slow hashes, and are compared with them."""

import asyncio
import time
from statistics import median

import argon2
import pytest

from services.identity.sign_in.passphrase import AT_ONCE, DEMONSTRATION, REAL, WAITING_LIMIT, Passphrases
from services.kernel.recorder import Overloaded
from tests.services.identity.house import PASSPHRASE

SCRYPT = (
    '{"cost":{"n":4096,"r":8,"p":1},"salt":"aXRzIHNhbHQgaXMgc2FsdA==",'
    '"hash":"isUjawIqLPyNkGclWqUv0aL3z4XV/ZbP4qcq1AI1Z5g="}'
)
"""As verifiers were stored before Argon2id."""


@pytest.fixture
def passphrases() -> Passphrases:
    return Passphrases(DEMONSTRATION)


async def test_the_passphrase_fits_its_verifier_and_no_other_does(passphrases: Passphrases) -> None:
    verifier = await passphrases.verifier_of(PASSPHRASE)

    assert await passphrases.fits(PASSPHRASE, verifier)
    for other in ("", PASSPHRASE.upper(), PASSPHRASE + " ", PASSPHRASE[:-1], PASSPHRASE + "\0", verifier):
        assert not await passphrases.fits(other, verifier)
    assert not await passphrases.fits(PASSPHRASE, None)


async def test_one_passphrase_never_has_the_same_verifier_twice(passphrases: Passphrases) -> None:
    verifiers = {await passphrases.verifier_of(PASSPHRASE) for _ in range(5)}

    assert len(verifiers) == 5
    assert not any(PASSPHRASE in each for each in verifiers)


async def test_a_wrong_name_takes_as_long_as_a_wrong_passphrase() -> None:
    passphrases = Passphrases(argon2.Parameters(argon2.Type.ID, 19, 16, 32, 2, 2**14, 1))
    verifier = await passphrases.verifier_of(PASSPHRASE)

    async def seconds(verifier: str | None) -> float:
        began = time.perf_counter()
        assert not await passphrases.fits("wrong example words", verifier)
        return time.perf_counter() - began

    # Interleaved, so that a busy moment of the machine falls on both. Without the dummy it is a thousand to one.
    pairs = [(await seconds(verifier), await seconds(None)) for _ in range(7)]
    ratio = median(wrong_name / wrong_passphrase for wrong_passphrase, wrong_name in pairs)
    assert 0.5 < ratio < 2


async def test_a_real_folder_hashes_at_a_real_cost() -> None:
    verifier = await Passphrases(REAL).verifier_of(PASSPHRASE)

    # RFC 9106, section 4, second recommended option: t=3, p=4, m=2^16 KiB, 128-bit salt, 256-bit tag.
    assert verifier.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    salt, tag = verifier.split("$")[-2:]
    assert (len(salt) * 6 // 8, len(tag) * 6 // 8) == (16, 32)
    assert DEMONSTRATION.memory_cost < REAL.memory_cost


async def test_the_cost_is_kept_with_each_verifier_so_raising_it_locks_nobody_out(passphrases: Passphrases) -> None:
    verifier = await passphrases.verifier_of(PASSPHRASE)

    assert await Passphrases(REAL).fits(PASSPHRASE, verifier)


async def test_a_verifier_of_the_earlier_form_still_counts(passphrases: Passphrases) -> None:
    assert await passphrases.fits(PASSPHRASE, SCRYPT)
    assert not await passphrases.fits("wrong example words", SCRYPT)


async def test_more_than_can_wait_are_turned_away_at_once_and_the_rest_answered(passphrases: Passphrases) -> None:
    answers = await asyncio.gather(
        *(passphrases.fits("wrong example words", None) for _ in range(WAITING_LIMIT + 10)), return_exceptions=True
    )

    assert [type(each) for each in answers].count(Overloaded) == 10
    assert answers.count(False) == WAITING_LIMIT
    assert not await passphrases.fits("wrong example words", None)


async def test_who_hangs_up_while_waiting_leaves_their_place(passphrases: Passphrases) -> None:
    waiting = [asyncio.create_task(passphrases.verifier_of(PASSPHRASE)) for _ in range(WAITING_LIMIT)]
    await asyncio.sleep(0)
    for each in waiting[AT_ONCE:]:
        each.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)

    assert await passphrases.fits(PASSPHRASE, await passphrases.verifier_of(PASSPHRASE))
    assert passphrases._waiting == 0
