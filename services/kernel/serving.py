"""One process of the house served over HTTP: by TLS alone where the house has a certificate."""

import asyncio
import gc
import ssl

import uvicorn
from litestar import Litestar
from litestar.plugins import PluginProtocol

from services.kernel.listening import SECURE_FOR_SECONDS, BadCertificate, CertificateFiles, keep_renewed, server_context
from services.kernel.settings import ProcessSettings

STOP_WITHIN_SECONDS = 10
# Longer than whoever asks keeps an idle connection (the console five seconds, proxies up to a minute): what is sent on
# one that is closed at that moment is lost, and somebody is told that a part of the house is down.
KEPT_OPEN_SECONDS = 75


class Application(Litestar):
    """Without the plugins the framework adds by itself: they are for the models of pydantic and attrs, which are not
    ours. Where these are installed, as beside the tests, all of them would be loaded: a tenth of a start.
    """

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return plugins


def serve(app: Litestar, settings: ProcessSettings) -> None:
    """Listens until told to stop. Raises `SystemExit` with one sentence when the certificate cannot be used."""
    files = settings.certificate
    try:
        context = server_context(files) if files else None
    except BadCertificate as error:
        raise SystemExit(str(error)) from error
    seldom_collect()
    asyncio.run(_serving(server_of(app, settings, context), context, files))


def seldom_collect() -> None:
    """Once all is imported: the collector of garbage walks less, and less often.

    Modules and tables stay as long as the process does. Events and what is folded of them have no cycles and go by
    themselves; at Python's own threshold of 700, to look for cycles among them is a sixth of a fold's time.
    """
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()


def server_of(app: Litestar, settings: ProcessSettings, context: ssl.SSLContext | None) -> uvicorn.Server:
    """Where the settings say; with a context nothing but TLS, and browsers are told to stay with it."""
    config = uvicorn.Config(
        app,
        host=settings.http_host,
        port=settings.http_port,
        access_log=False,
        server_header=False,
        # Else whoever is on this machine would say by a header where they are; see services/kernel/http/limits.py.
        proxy_headers=False,
        log_config=None,
        timeout_graceful_shutdown=STOP_WITHIN_SECONDS,
        timeout_keep_alive=KEPT_OPEN_SECONDS,
        ssl_context_factory=(lambda _config, _default: context) if context else None,
        headers=[("Strict-Transport-Security", f"max-age={SECURE_FOR_SECONDS}")] if context else None,
    )
    server = uvicorn.Server(config)
    # For answers that last: they end when the process is to.
    app.state.stopping = lambda: server.should_exit
    return server


async def _serving(server: uvicorn.Server, context: ssl.SSLContext | None, files: CertificateFiles | None) -> None:
    renewing = asyncio.create_task(keep_renewed(context, files)) if context and files else None
    try:
        await server.serve()
    finally:
        if renewing:
            renewing.cancel()
