"""The process's settings: the environment first, then `.env`. Whatever is wrong is told at once, never with a value.

config = load(os.environ, Path(".env"))      # raises ConfigError, whose text is ready to print
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Wrong(ValueError):
    """What is wrong with a value, and what to do about it. Neither may repeat the value."""

    def __init__(self, wrong: str, cure: str) -> None:
        super().__init__(f"{wrong}. {cure}")
        self.wrong = wrong
        self.cure = cure


@dataclass(frozen=True, slots=True)
class Problem:
    variable: str
    wrong: str
    cure: str


class ConfigError(Exception):
    """Everything that is wrong with the settings."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        count = "one setting needs" if len(problems) == 1 else f"{len(problems)} settings need"
        lines = [f"Relais cannot start: {count} your attention."]
        lines += [f"\n  {p.variable} {p.wrong}.\n    → {p.cure}" for p in problems]
        super().__init__("\n".join(lines))


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


class Config(BaseSettings):
    """One field for each variable; `.env.example` is written from here."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    discord_api_base: str = Field(
        "", description="Discord: another REST address, for a proxy or for tests; empty for Discord itself"
    )
    slack_api_base: str = Field(
        "", description="Slack: another Web API address, for a proxy or for tests; empty for Slack itself"
    )
    discord_token: SecretStr | None = Field(
        None, description="Discord: the bot's token, from the Bot page of the application"
    )
    slack_bot_token: SecretStr | None = Field(
        None, description="Slack: the Bot User OAuth Token (xoxb-…), from OAuth & Permissions"
    )
    slack_app_token: SecretStr | None = Field(
        None, description="Slack: the app-level token (xapp-…) for Socket Mode, from Basic Information"
    )
    slack_signing_secret: SecretStr | None = Field(
        None, description="Slack: the signing secret, when Slack reaches Relais by HTTP instead of Socket Mode"
    )
    database_url: str = Field(
        "sqlite+aiosqlite:///data/relais.db",
        description="Where everything is kept: SQLite, or postgresql+asyncpg://user:password@host/database",
        repr=False,
    )
    web_host: str = Field("127.0.0.1", description="The address the pages listen on; 0.0.0.0 behind a reverse proxy")
    web_port: int = Field(8080, ge=0, le=65535, description="The port the pages listen on")
    public_url: str = Field(
        "", description="Where people reach the pages, such as https://relais.example.org; closes the playground"
    )
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = Field(
        "INFO", description="How much to log: DEBUG, INFO, WARNING or ERROR"
    )
    log_format: Annotated[Literal["auto", "console", "json"], BeforeValidator(_lower)] = Field(
        "auto", description="How to log: console, json, or auto (console on a terminal, json elsewhere)"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Nothing is read behind the caller's back: ``load`` gives the environment and the file."""
        return (init_settings,)

    @property
    def address(self) -> str:
        """Where the pages are reached: in public, or else on this machine."""
        return self.public_url or self.local_address

    @property
    def local_address(self) -> str:
        """Where the pages are reached on this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.web_host, self.web_host)  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.web_port}"

    @property
    def in_public(self) -> bool:
        """Whether the pages are reached from elsewhere: the playground, which has no sign-in, is then closed."""
        return bool(self.public_url) and urlsplit(self.public_url).hostname not in LOOPBACK

    def secrets(self) -> tuple[SecretStr, ...]:
        """What a log must never show: the tokens, and the database's password."""
        tokens = (self.discord_token, self.slack_bot_token, self.slack_app_token, self.slack_signing_secret)
        password = urlsplit(self.database_url).password
        return (*(token for token in tokens if token), *((SecretStr(unquote(password)),) if password else ()))

    def json_logs(self, on_terminal: bool) -> bool:
        return self.log_format == "json" or (self.log_format == "auto" and not on_terminal)

    @field_validator("discord_api_base", "slack_api_base")
    @classmethod
    def _api_base(cls, base: str) -> str:
        return _redirection(base)

    @field_validator("discord_token")
    @classmethod
    def _discord_token(cls, token: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if token is None or info.data.get("discord_api_base"):
            return token
        return SecretStr(_discord(token.get_secret_value()))

    @field_validator("slack_bot_token", "slack_app_token", "slack_signing_secret")
    @classmethod
    def _slack_token(cls, token: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if token and not info.data.get("slack_api_base"):
            _slack(str(info.field_name), token.get_secret_value())
        return token

    @field_validator("database_url")
    @classmethod
    def _database_url(cls, url: str) -> str:
        return _database(url)

    @field_validator("public_url")
    @classmethod
    def _public_url(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in ("http", "https") or not parts.netloc):
            raise Wrong("is not the address of a web site", "Write it whole, such as https://relais.example.org")
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise Wrong("leads into a site", "Give Relais a name of its own, such as https://relais.example.org")
        return url.rstrip("/")


def load(environ: Mapping[str, str], env_file: Path | None = None) -> Config:
    """The settings of the environment, and of a file for what the environment leaves open."""
    problems = _unreadable(env_file) if env_file else []
    given: dict[str, Any] = DotEnvSettingsSource(Config, env_file=env_file)() if env_file else {}
    given |= {name: environ[name.upper()] for name in Config.model_fields if environ.get(name.upper(), "").strip()}
    given = _tidied(given)
    problems += _missing(given)
    try:
        config = Config(**given)
    except ValidationError as error:
        raise ConfigError((*problems, *map(_problem, error.errors(include_url=False)))) from None
    if problems:
        raise ConfigError(tuple(problems))
    return config


def variables() -> tuple[str, ...]:
    return tuple(name.upper() for name in Config.model_fields)


HEAD = """\
# Copy this file to .env and fill in what you have. Without any token, Relais opens the playground.
# The environment goes first; a line that is commented out or empty keeps its default."""


def example() -> str:
    """The text of `.env.example`."""
    blocks = [HEAD]
    for name, field in Config.model_fields.items():
        line = f"{name.upper()}={field.default if field.default is not None else ''}"
        blocks.append(f"# {field.description}.\n{line}")
    return "\n\n".join(blocks) + "\n"


def _tidied(given: Mapping[str, Any]) -> dict[str, Any]:
    """Blanks and quotes around values go; an empty value is as good as none."""
    tidied = {name: _unquoted(value) if isinstance(value, str) else value for name, value in given.items()}
    return {name: value for name, value in tidied.items() if value not in ("", None)}


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1].strip()
    return value


def _missing(given: Mapping[str, Any]) -> list[Problem]:
    """Slack needs a token to speak, and a way to hear."""
    problems = []
    if "slack_app_token" in given and "slack_bot_token" not in given:
        wrong = "is missing: the app-level token alone cannot post"
        cure = "Copy the Bot User OAuth Token (xoxb-…) from OAuth & Permissions"
        problems.append(Problem("SLACK_BOT_TOKEN", wrong, cure))
    if "slack_bot_token" in given and not given.keys() & {"slack_app_token", "slack_signing_secret"}:
        wrong = "is missing: without it Relais cannot hear Slack"
        cure = "Make an app-level token (xapp-…) with the scope connections:write, in Basic Information"
        problems.append(Problem("SLACK_APP_TOKEN", wrong, cure))
    if "slack_signing_secret" in given and not given.keys() & {"slack_app_token", "public_url"}:
        wrong = "is missing: with a signing secret and no app-level token, Slack calls Relais by HTTP"
        cure = "Write the https address that Slack can reach, or set SLACK_APP_TOKEN instead"
        problems.append(Problem("PUBLIC_URL", wrong, cure))
    return problems


LINE = re.compile(r"\s*(#.*|(export\s+)?[A-Za-z_][A-Za-z0-9_]*\s*=.*)?")


def _unreadable(env_file: Path) -> list[Problem]:
    if not env_file.is_file():
        return []
    try:
        lines = env_file.read_text("utf-8").splitlines()
    except UnicodeDecodeError:
        raise ConfigError((Problem(env_file.name, "is not UTF-8 text", "Save it again as UTF-8"),)) from None
    return [
        Problem(f"{env_file.name}, line {number},", "cannot be read", "Write NAME=value, or # before a remark")
        for number, line in enumerate(lines, 1)
        if not LINE.fullmatch(line)
    ]


def _problem(error: Any) -> Problem:
    variable = str(error["loc"][0]).upper() if error["loc"] else ""
    context = error.get("ctx", {})
    match error["type"]:
        case "value_error" if isinstance(wrong := context.get("error"), Wrong):
            return Problem(variable, wrong.wrong, wrong.cure)
        case "extra_forbidden":
            near = get_close_matches(variable, variables(), n=1, cutoff=0.5)
            cure = f"Did you mean {near[0]}?" if near else f"Take it out. Known are: {', '.join(variables())}"
            return Problem(variable, "is not a setting of Relais", cure)
        case "literal_error":
            return Problem(variable, "holds something else than the words it knows", f"Write {context['expected']}")
        case "int_parsing" | "greater_than_equal" | "less_than_equal":
            return Problem(variable, "is not a port", "Write a whole number between 1 and 65535")
    return Problem(variable, "holds something that does not fit", str(error["msg"]))


BOT_PAGE = "Copy the token from the Bot page of the application (Reset Token shows a new one)"


def _discord(token: str) -> str:
    token = token.removeprefix("Bot ").strip()
    if re.fullmatch(r"[\w-]{18,}\.[\w-]{5,}\.[\w-]{25,}", token):
        return token
    if re.fullmatch(r"\d{17,20}", token):
        raise Wrong("holds the application's id, not a token", BOT_PAGE)
    if re.fullmatch(r"[0-9a-f]{64}", token):
        raise Wrong("holds the application's public key, not a token", BOT_PAGE)
    if re.fullmatch(r"[\w-]{32}", token):
        raise Wrong("holds the application's client secret, not a token", BOT_PAGE)
    raise Wrong("does not look like a bot token (three parts joined by dots)", BOT_PAGE)


SLACK = {
    "slack_bot_token": ("Bot User OAuth Token (xoxb-…)", "OAuth & Permissions"),
    "slack_app_token": ("app-level token (xapp-…)", "Basic Information, App-Level Tokens"),
    "slack_signing_secret": ("signing secret (32 letters and digits)", "Basic Information, App Credentials"),
}


def _slack(field: str, token: str) -> None:
    found = next((name for name, shape in SHAPES.items() if shape.fullmatch(token)), "")
    name, page = SLACK[field]
    if found == field:
        return
    if found in SLACK:
        raise Wrong(f"holds the {SLACK[found][0]}", f"Put it into {found.upper()}, and here the {name} of {page}")
    if found:
        raise Wrong(f"holds {found}", f"Copy the {name} from {page}")
    raise Wrong(f"does not look like the {name}", f"Copy it from {page}")


SHAPES = {
    "slack_bot_token": re.compile(r"xoxb-[\w-]{8,}"),
    "slack_app_token": re.compile(r"xapp-[\w-]{8,}"),
    "slack_signing_secret": re.compile(r"[0-9a-f]{32}"),
    "a user token, which acts as you": re.compile(r"xoxp-.*"),
    "a token that expires": re.compile(r"xoxe[.-].*"),
    "a legacy token": re.compile(r"xox[a-z]-.*"),
}


def _redirection(base: str) -> str:
    """Tokens travel there: in clear only as far as this machine."""
    parts = urlsplit(base)
    if base and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise Wrong("is not the address of a server", "Write it whole, such as https://proxy.example.org/api/v10")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise Wrong("would send the token in clear to another machine", "Use https, or a server on this machine")
    return base


def _database(url: str) -> str:
    """Hosts hand out ``postgres://…?sslmode=…``; our drivers want their own words."""
    scheme, colon, rest = url.partition("://")
    match scheme:
        case "sqlite" | "sqlite+aiosqlite":
            return f"sqlite+aiosqlite://{rest}"
        case "postgres" | "postgresql" | "postgresql+asyncpg":
            return f"postgresql+asyncpg://{rest.replace('sslmode=', 'ssl=')}"
    wrong = "names a database that Relais does not speak" if colon else "is not the address of a database"
    raise Wrong(wrong, "Write sqlite+aiosqlite:///data/relais.db or postgresql+asyncpg://user:password@host/database")
