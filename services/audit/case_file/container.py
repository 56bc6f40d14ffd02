"""The archive itself: ZIP written in one way only, so that the same case file has the same bytes, and its seal.

The manifest names every other file with its size and digest, and is what the audit service signs.
"""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from typing import Any

import msgspec

from services.kernel.proof.notes import Signer

FORM = "muster-case-file/v1"
MANIFEST = "manifest.json"
SEAL = "manifest.sig"
# The first day that ZIP knows: when a file of the archive was written tells nothing.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o100644 << 16
_UNIX = 3


def sealed(told: Mapping[str, Any], files: Mapping[str, bytes], signer: Signer) -> bytes:
    """The case file. `told` stands in the manifest beside the files, which follow in their order."""
    listed = [
        {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in files.items()
    ]
    manifest = {"form": FORM, **told, "sealed_by": signer.verifier.written, "files": listed}
    written = msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"
    # Hexadecimal, since the last sign of base64 can be written in several ways.
    seal = f"{signer.sign_document(written).hex()}\n".encode()
    return archive_of({MANIFEST: written, SEAL: seal, **files})


def archive_of(entries: Mapping[str, bytes]) -> bytes:
    """Stored, not packed: what packs could pack the same otherwise."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as written:
        for name, content in entries.items():
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.external_attr, entry.create_system = _READABLE, _UNIX
            written.writestr(entry, content)
    return archive.getvalue()
