"""One process of the house served over HTTP: by TLS alone where the house has a certificate."""

import asyncio
from typing import Any

import uvicorn
from litestar import Litestar

from services.kernel.listening import SECURE_FOR_SECONDS, BadCertificate, keep_renewed, server_context
from services.kernel.settings import ProcessSettings

STOP_WITHIN_SECONDS = 10


def serve(app: Litestar, settings: ProcessSettings) -> None:
    """Listens until told to stop. Raises `SystemExit` with one sentence when the certificate cannot be used."""
    try:
        asyncio.run(serving(app, settings))
    except BadCertificate as error:
        raise SystemExit(str(error)) from error


async def serving(app: Litestar, settings: ProcessSettings) -> None:
    """The same in a running loop. Raises `BadCertificate`."""
    files = settings.certificate
    if files is None:
        await uvicorn.Server(_config(app, settings)).serve()
        return
    context = server_context(files)
    secure = _config(
        app,
        settings,
        ssl_context_factory=lambda _config, _default: context,
        headers=[("Strict-Transport-Security", f"max-age={SECURE_FOR_SECONDS}")],
    )
    renewing = asyncio.create_task(keep_renewed(context, files))
    try:
        await uvicorn.Server(secure).serve()
    finally:
        renewing.cancel()


def _config(app: Litestar, settings: ProcessSettings, **more: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=settings.http_host,
        port=settings.http_port,
        access_log=False,
        server_header=False,
        log_config=None,
        timeout_graceful_shutdown=STOP_WITHIN_SECONDS,
        **more,
    )
