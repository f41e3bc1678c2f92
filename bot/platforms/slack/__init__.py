"""Slack: Relais in a workspace, over Socket Mode or HTTP.

``Slack`` is the adapter, ``OAuth`` what it needs for several workspaces;
``manifest`` and ``creation_link`` describe the app that a workspace creates for it.
"""

from bot.platforms.slack.client import Slack
from bot.platforms.slack.manifest import creation_link, manifest
from bot.platforms.slack.oauth import OAuth

__all__ = ["OAuth", "Slack", "creation_link", "manifest"]
