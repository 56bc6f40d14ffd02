"""Heads are stamped by an authority outside; what it does wrong, or does not do, stops nothing and holds nowhere."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from services.kernel.proof.stamping import Authority, NotStamped, read_authority, stamp, stamped_at
from tests.kernel.proof.test_proving import Log, log
from tests.kernel.toy import eventually, job
from tests.support.ports import free_port_base
from tests.support.stamps import TimeStampAuthority, answering, roots_file

WRITTEN = b"muster/test/tips\n3\nroot\n\n-- signature\n"
__all__ = ["log"]


@pytest.fixture(scope="module")
def outside() -> TimeStampAuthority:
    return TimeStampAuthority()


def _always(answer: bytes, _: bytes) -> bytes:
    return answer


def test_what_was_stamped_holds_and_nothing_else_does(outside: TimeStampAuthority, tmp_path: Path) -> None:
    with answering(outside.respond) as url:
        authority = Authority(url, roots_file(tmp_path, outside))
        response = stamp(WRITTEN, authority)
    assert abs(stamped_at(WRITTEN, response, authority) - datetime.now(UTC)) < timedelta(minutes=1)
    with pytest.raises(NotStamped):
        stamped_at(WRITTEN + b"more", response, authority)
    for at in range(0, len(response), 97):
        changed = response[:at] + bytes([response[at] ^ 1]) + response[at + 1 :]
        with pytest.raises(NotStamped):
            stamped_at(WRITTEN, changed, authority)
    stranger = Authority(url, roots_file(tmp_path, TimeStampAuthority()))
    with pytest.raises(NotStamped):
        stamped_at(WRITTEN, response, stranger)


def test_what_comes_back_is_looked_at_before_it_is_kept(outside: TimeStampAuthority, tmp_path: Path) -> None:
    kept: list[bytes] = []

    def before(query: bytes) -> bytes:
        """The answer to another question: an old stamp of the same head."""
        kept.append(outside.respond(query))
        return kept[0]

    roots = roots_file(tmp_path, outside)
    with answering(before) as url:
        stamp(WRITTEN, Authority(url, roots))
        with pytest.raises(NotStamped):
            stamp(WRITTEN, Authority(url, roots))
    for wrong in (b"", b"no stamp", TimeStampAuthority().respond):
        said = wrong if callable(wrong) else partial(_always, wrong)
        with answering(said) as url, pytest.raises(NotStamped):
            stamp(WRITTEN, Authority(url, roots))
    with pytest.raises(NotStamped, match="does not answer"):
        stamp(WRITTEN, Authority(f"http://127.0.0.1:{free_port_base()}/", roots))


def test_the_authority_is_read_from_an_operators_file(tmp_path: Path) -> None:
    file = tmp_path / "timestamps.json"
    assert read_authority(file) is None
    file.write_text(json.dumps({"url": "https://tsa.invalid/", "roots": "/etc/tsa.pem"}))
    assert read_authority(file) == Authority("https://tsa.invalid/", "/etc/tsa.pem")
    for wrong in ("no json", '{"url": "file:///etc/passwd", "roots": ""}', '{"url": "https://tsa.invalid/"}'):
        file.write_text(wrong)
        with pytest.raises(NotStamped):
            read_authority(file)


async def test_each_new_head_is_stamped_in_its_time_and_a_silent_authority_stops_nothing(
    log: Log, outside: TimeStampAuthority
) -> None:
    await log.fill(2)
    elsewhere, file = log.folder / "elsewhere", log.folder / "timestamps.json"
    (log.folder / "anchor.folder").write_text(f"{elsewhere}\n")
    said: list[bytes] = [b"nothing"]

    def answer(query: bytes) -> bytes:
        return said[0] or outside.respond(query)

    with answering(answer) as url:
        authority = Authority(url, roots_file(log.folder, outside), 0.01)
        file.write_text(json.dumps({"url": url, "roots": authority.roots, "every_seconds": 0.01}))
        proving = log.proving()
        stamping = proving.stamping
        async with job(proving.run()):
            await eventually(lambda: log.signed(proving))
            await stamping.look()
            assert (await stamping.gauge().read())[()] == 1, "and the log is signed all the same"
            assert await proving.tree.stamp() is None
            said[0] = b""
            await stamping.look()
            assert (await stamping.gauge().read())[()] == 0
            found = await proving.tree.stamp()
            assert found
            stamped_at(found[0].encode(), found[1], authority)
            (laid,) = elsewhere.glob("*/*.tsr")
            assert laid.with_suffix(".txt").read_text() == found[0]
            assert laid.read_bytes() == found[1]

            stamped = outside.serial
            await stamping.look()
            assert outside.serial == stamped, "a head is stamped once"
