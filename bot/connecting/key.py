"""``relais key``: a new key for ENCRYPTION_KEY."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from cryptography.fernet import Fernet


def add(parser: ArgumentParser) -> None:
    """It takes nothing."""


def run(args: Namespace) -> int:
    """0 once it is printed."""
    print(Fernet.generate_key().decode())
    return 0
