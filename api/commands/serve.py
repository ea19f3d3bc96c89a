"""`creditnet serve`: the API and the explorer page."""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import replace
from typing import Annotated

import typer

from api.commands.console import err, settings
from graph.errors import ConfigError
from graph.settings import Settings


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; default CREDITNET_HOST or 127.0.0.1.")] = "",
    port: Annotated[int, typer.Option(help="Port; 0 picks a free one; default CREDITNET_PORT or 8321.")] = -1,
) -> None:
    """Serve the API (/v1, described at /v1/openapi.json) and the explorer page. Ctrl-C ends it cleanly."""
    config = settings()
    if host:
        config = replace(config, host=host)
    run_server(replace(config, port=str(port)) if port >= 0 else config)


def run_server(config: Settings, *, token: str = "") -> None:
    """Serve until interrupted; with a token, print the address that opens the page with it."""
    import uvicorn

    from api.app import create_app

    listener = _listen(config)
    host, port = listener.getsockname()[:2]
    address = f"http://{host}:{port}/"
    err.print(f"[bold]serving[/bold] {address}  (Ctrl-C ends it)")
    if token:
        err.print("open this address; the token in it is the key, do not pass it on:")
        err.print(f"[bold]{address}#token={token}[/bold]", soft_wrap=True)
    else:
        err.print("nothing is readable without a token: creditnet token create --role analyst", markup=False)
    server = uvicorn.Server(uvicorn.Config(create_app(config), log_level="warning", access_log=False))
    with listener, suppress(KeyboardInterrupt):  # Ctrl-C is how serving ends; uvicorn has shut down by then
        server.run(sockets=[listener])
    err.print("the page is closed")


def _listen(config: Settings) -> socket.socket:
    try:
        return socket.create_server((config.host, int(config.port)))
    except OSError as error:
        raise ConfigError(
            f"cannot listen on {config.host}:{config.port} ({error.strerror}); use --port or CREDITNET_PORT"
        ) from error
