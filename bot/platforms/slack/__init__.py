"""Slack: Relais in a workspace, over Socket Mode or HTTP.

``Slack`` is the adapter; ``manifest`` and ``creation_link`` describe the app that a workspace creates for it.
"""

from bot.platforms.slack.client import Slack
from bot.platforms.slack.manifest import creation_link, manifest

__all__ = ["Slack", "creation_link", "manifest"]
