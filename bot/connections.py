"""The platforms whose tokens are set."""

from __future__ import annotations

from importlib import import_module

from starlette.routing import BaseRoute

from bot.chat.platform import Platform
from bot.config import Config, listed


class Connections:
    """``platforms`` go to the ``App``, ``routes`` to the site. Each SDK is imported only when it is needed."""

    def __init__(self, config: Config) -> None:
        """Raises ``PlatformError`` for a token that cannot be one."""
        self.platforms: list[Platform] = []
        self.routes: list[BaseRoute] = []
        if config.discord_token:
            self._discord(config.discord_token.get_secret_value(), config.discord_api_base or None)
        if config.slack_bot_token or config.slack_client_id:
            self._slack(config)

    def _discord(self, token: str, api_base: str | None) -> None:
        self.platforms.append(import_module("bot.platforms.discord").Discord(token, api_base=api_base))

    def _slack(self, config: Config) -> None:
        slack = import_module("bot.platforms.slack")
        tokens = (config.slack_bot_token, config.slack_app_token, config.slack_signing_secret)
        bot, app, signing = (token.get_secret_value() if token else None for token in tokens)
        secret, oauth = config.slack_client_secret, None
        if secret:
            keys = listed(config.encryption_key)
            oauth = slack.OAuth(config.slack_client_id, secret.get_secret_value(), keys, config.public_url)
        moderators = listed(config.slack_user_token)
        base = config.slack_api_base or None
        adapter = slack.Slack(bot, app, signing, base, oauth=oauth, moderator_tokens=moderators)
        self.platforms.append(adapter)
        self.routes += adapter.routes()
