"""Whether the pages can be served where they are meant to be."""

from __future__ import annotations

import socket


def port_problem(host: str, port: int) -> str:
    """Why nothing can be served there, and what to set; empty when it can."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return (
                f"Relais cannot listen on {host}:{port}: {error.strerror}.\n"
                f"Another program may be using it. Choose another port, for instance: WEB_PORT={port + 1} make run\n"
                "(or set WEB_PORT in .env)"
            )
    return ""
