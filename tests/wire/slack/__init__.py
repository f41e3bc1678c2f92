"""A Slack on loopback: its Web API, Socket Mode, signed HTTP deliveries, and the people who use it.

``SlackServer`` is the door. It knows what Slack publishes about itself and nothing of the bot that talks to it.
"""

from tests.wire.slack.actor import Actor
from tests.wire.slack.rates import Pace
from tests.wire.slack.server import SlackServer

__all__ = ["Actor", "Pace", "SlackServer"]
