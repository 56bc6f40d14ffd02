"""One byte changed, anywhere: the file is refused. And whoever writes an archive anew finds each layer closed."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.audit.case_file import verify
from services.audit.case_file.container import archive_of, sealed
from tests.services.audit.case_file.given import AUDIT, SECOND, Town, a_file, signer

WHOLE = a_file().archive
Entries = dict[str, bytes]


def refusal(archive: bytes) -> str:
    """What the verifier says; fails where it takes the file."""
    with pytest.raises((verify.Refused, ValueError, KeyError, TypeError)) as refused:
        opened(archive)
    return str(refused.value)


def opened(archive: bytes) -> verify.CaseFile:
    case_file = verify.CaseFile(archive)
    case_file.check_rows()
    case_file.check_keys([verify.fingerprint(AUDIT.verifier.written)])
    return case_file


def regions() -> Iterator[tuple[str, int, int]]:
    """Every part of the archive, its headers, directory and end among them: name, from, to."""
    at = 0
    for name, content in verify.entries_of(WHOLE).items():
        yield f"header of {name}", at, at + 30
        yield f"name of {name}", at + 30, at + 30 + len(name)
        at += 30 + len(name)
        yield name, at, at + len(content)
        at += len(content)
    yield "directory", at, len(WHOLE) - 22
    yield "end", len(WHOLE) - 22, len(WHOLE)


def changed(at: int, by: int = 1) -> bytes:
    return WHOLE[:at] + bytes([WHOLE[at] ^ by]) + WHOLE[at + 1 :]


def test_a_file_as_it_was_made_is_taken() -> None:
    made = a_file()
    case_file = opened(made.archive)
    assert case_file.check_rows() == (made.shown, made.hashed)
    assert made.shown > 0
    assert made.hashed > 0


def test_the_regions_are_the_whole_file() -> None:
    parts = list(regions())
    assert [start for _, start, _ in parts] == [0, *(end for *_, end in parts[:-1])]
    assert parts[-1][2] == len(WHOLE)


def test_every_byte_of_headers_directory_and_end_counts() -> None:
    for name, start, end in regions():
        if name.startswith(("header", "name")) or name in {"directory", "end"}:
            for at in range(start, end):
                assert refusal(changed(at)), f"{name}, byte {at}"


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_a_byte_of_every_file_in_it_counts(data: st.DataObject) -> None:
    for name, start, end in regions():
        if start < end:
            at = data.draw(st.integers(start, end - 1), label=name)
            assert refusal(changed(at, data.draw(st.integers(1, 255))))


@pytest.mark.parametrize("added", [b"\0", b"PK\x05\x06" + bytes(18), WHOLE])
def test_nothing_stands_before_or_after_it(added: bytes) -> None:
    assert refusal(WHOLE + added)
    assert refusal(added + WHOLE)


@given(st.integers(0, len(WHOLE) - 1))
@settings(max_examples=40, deadline=None)
def test_no_part_of_it_is_enough(length: int) -> None:
    assert refusal(WHOLE[:length])


def test_the_same_case_file_has_the_same_bytes() -> None:
    town = Town()
    assert town.make().archive == town.make().archive


def test_both_sides_write_an_archive_alike() -> None:
    entries = {"manifest.json": b"{}", "rows/tips.json": bytes(range(256)), "timeline.html": b""}
    assert verify.archive_of(entries) == archive_of(entries)


@pytest.mark.parametrize("name", ["../evil", "/evil", "a//b", "EVIL", "a\\b", ".hidden", ""])
def test_no_file_in_it_leads_out_of_its_folder(name: str) -> None:
    assert "name" in refusal(archive_of({name: b""}))


# --- Layer by layer: the archive, and then the seal, is made anew around what was changed.


def with_archive_anew(change: Callable[[Entries], None]) -> bytes:
    entries = verify.entries_of(WHOLE)
    change(entries)
    return archive_of(entries)


def with_seal_anew(change: Callable[[dict[str, Any], Entries], None]) -> bytes:
    """As the auditors themselves could: what services signed they cannot make."""
    entries = verify.entries_of(WHOLE)
    told = json.loads(entries.pop("manifest.json"))
    del entries["manifest.sig"]
    change(told, entries)
    return sealed({k: v for k, v in told.items() if k not in {"form", "sealed_by", "files"}}, entries, AUDIT)


def test_with_the_archive_made_anew_every_file_is_held_against_the_manifest() -> None:
    for name in verify.entries_of(WHOLE):

        def longer(entries: Entries, name: str = name) -> None:
            entries[name] += b" "

        assert refusal(with_archive_anew(longer)), name

        def gone(entries: Entries, name: str = name) -> None:
            del entries[name]

        assert refusal(with_archive_anew(gone)), name

    def more(entries: Entries) -> None:
        entries["more.txt"] = b"more"

    assert "not the one that was sealed" in refusal(with_archive_anew(more))


def test_another_key_cannot_seal_it() -> None:
    entries = verify.entries_of(WHOLE)
    told = json.loads(entries.pop("manifest.json"))
    del entries["manifest.sig"]
    stated = {k: v for k, v in told.items() if k not in {"form", "sealed_by", "files"}}
    assert "another key" in refusal(sealed(stated, entries, signer("somebody else")))


def _in_rows(entries: Entries, change: Callable[[list[dict[str, Any]]], None]) -> None:
    rows = json.loads(entries["rows/tips.json"])
    change(rows)
    entries["rows/tips.json"] = json.dumps(rows).encode()


def _shown(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return next(each for each in rows if "state" in each)


def _hashed(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return next(each for each in rows if "leaf" in each)


FORGED: dict[str, Callable[[list[dict[str, Any]]], Any]] = {
    "a county": lambda rows: _shown(rows).update(state=_shown(rows)["state"].replace("Hinds", "Rankin")),
    "a time": lambda rows: _shown(rows).update(state=re.sub(r"T\d\d", "T23", _shown(rows)["state"])),
    "a name": lambda rows: _shown(rows).update(name="tips.tip_screened"),
    "a version": lambda rows: _shown(rows).update(version=7),
    "a stream": lambda rows: _shown(rows).update(stream="00000000-0000-4000-8000-000000000000"),
    "what was before": lambda rows: _shown(rows).update(before=_hashed(rows)["leaf"]),
    "a position": lambda rows: _hashed(rows).update(position=4),
    "a size": lambda rows: _shown(rows).update(size=6),
    "a proof shorter": lambda rows: _shown(rows).update(proof=_shown(rows)["proof"][:-1]),
    "a proof longer": lambda rows: _shown(rows).update(proof=[*_shown(rows)["proof"], _hashed(rows)["leaf"]]),
    "a hash": lambda rows: _hashed(rows).update(leaf=_shown(rows)["proof"][0]),
    "a row gone": lambda rows: rows.pop(),
    "a row twice": lambda rows: rows.append({**rows[0], "position": 99}),
}


@pytest.mark.parametrize("what", FORGED)
def test_not_even_the_auditors_can_change_a_row(what: str) -> None:
    opened(with_seal_anew(lambda _told, entries: _in_rows(entries, lambda _rows: None)))
    assert refusal(with_seal_anew(lambda _told, entries: _in_rows(entries, FORGED[what])))


def test_not_even_the_auditors_can_change_a_head_or_tell_of_another_time() -> None:
    def head(_told: dict[str, Any], entries: Entries) -> None:
        name = next(each for each in entries if each.startswith("checkpoints/tips"))
        entries[name] = entries[name].replace(b"\n9\n", b"\n8\n")

    assert refusal(with_seal_anew(head))

    def time(_told: dict[str, Any], entries: Entries) -> None:
        timeline = json.loads(entries["timeline.json"])
        timeline["told"][0]["recorded_at"] = "2026-11-03T00:00:00Z"
        entries["timeline.json"] = json.dumps(timeline).encode()

    assert "not told as its row has it" in refusal(with_seal_anew(time))


def test_a_witness_that_did_not_countersign_is_missed() -> None:
    def unsigned(_told: dict[str, Any], entries: Entries) -> None:
        for name in [each for each in entries if each.startswith("checkpoints/")]:
            lines = entries[name].decode().splitlines(keepends=True)
            entries[name] = "".join(each for each in lines if SECOND.verifier.name not in each).encode()

    case_file = opened(with_seal_anew(unsigned))
    keys = [verify.fingerprint(each.verifier.written) for each in (AUDIT, SECOND)]
    with pytest.raises(verify.Refused, match="did not countersign"):
        case_file.check_keys(keys)
