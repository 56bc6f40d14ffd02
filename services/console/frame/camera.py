"""Pages on which a label can be read by the camera, where the browser does that: no other page may use it."""

from collections.abc import Mapping

CAMERA: Mapping[str, str] = {
    "Permissions-Policy": (
        "camera=(self), geolocation=(), microphone=(),"
        " publickey-credentials-create=(self), publickey-credentials-get=(self)"
    )
}
"""Instead of the header that all pages have. The picture goes nowhere: it is read in the browser."""
