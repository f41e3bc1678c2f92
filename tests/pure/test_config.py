"""Settings of the process: read from two places, and every problem told at once, without its value."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import Config, ConfigError, load, variables

DISCORD = "MTk4NjIyNDgzNDcxOTI1MjQ4.Gx4mPl.ZnCjm1XVW7vRze4b7Cq4se7kKWsZnCjm1XVW7v"
BOT = "xoxb-123456789012-abcdefghijkl"
APP = "xapp-1-A0123-456789-abcdef"
SIGNING = "8f742231b10e8888abcd99yyyzzz85a5".replace("y", "0").replace("z", "1")


def problems(environ: dict[str, str], file: Path | None = None) -> dict[str, str]:
    with pytest.raises(ConfigError) as caught:
        load(environ, file)
    assert all(p.variable in str(caught.value) and p.cure in str(caught.value) for p in caught.value.problems)
    return {p.variable: f"{p.wrong}. {p.cure}" for p in caught.value.problems}


def env(folder: Path, text: str) -> Path:
    file = folder / ".env"
    file.write_text(text, "utf-8")
    return file


def test_nothing_at_all_is_enough(tmp_path: Path) -> None:
    config = load({}, tmp_path / ".env")
    assert config.database_url == "sqlite+aiosqlite:///data/relais.db"
    assert (config.web_host, config.web_port) == ("127.0.0.1", 8080)
    assert config.discord_token is None
    assert config.secrets() == ()


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    file = env(tmp_path, "WEB_PORT=9000\nLOG_LEVEL=debug\n")
    config = load({"WEB_PORT": "9001", "LOG_LEVEL": " "}, file)
    assert (config.web_port, config.log_level) == (9001, "DEBUG")


def test_nothing_is_read_behind_the_callers_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_PORT", "9000")
    assert load({}).web_port == 8080
    assert Config().web_port == 8080


@pytest.mark.parametrize("written", [f'"{DISCORD}"', f"'{DISCORD}'", f"  {DISCORD}  ", f"Bot {DISCORD}"])
def test_blanks_quotes_and_prefixes_around_a_token_go(written: str) -> None:
    token = load({"DISCORD_TOKEN": written}).discord_token
    assert token
    assert token.get_secret_value() == DISCORD


def test_a_file_is_read_with_quotes_exports_and_remarks(tmp_path: Path) -> None:
    file = env(tmp_path, f'# mine\n\nexport DISCORD_TOKEN="{DISCORD}"  # the bot\nSLACK_BOT_TOKEN=\nWEB_PORT = 81\n')
    config = load({}, file)
    assert config.discord_token
    assert config.discord_token.get_secret_value() == DISCORD
    assert config.web_port == 81


SEVERAL = {
    "SLACK_CLIENT_ID": "100000000001.200000000002",
    "SLACK_CLIENT_SECRET": SIGNING,
    "SLACK_APP_TOKEN": APP,
    "ENCRYPTION_KEY": "aGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8gISE=",
    "PUBLIC_URL": "https://relais.example.org",
}


def test_one_app_in_several_workspaces() -> None:
    config = load(SEVERAL)
    assert config.slack_bot_token is None
    hidden = {secret.get_secret_value() for secret in config.secrets()}
    assert {SEVERAL["SLACK_CLIENT_SECRET"], SEVERAL["ENCRYPTION_KEY"]} <= hidden


@pytest.mark.parametrize("left_out", ["SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "ENCRYPTION_KEY", "PUBLIC_URL"])
def test_several_workspaces_need_all_of_it(left_out: str) -> None:
    found = problems({name: value for name, value in SEVERAL.items() if name != left_out})
    assert left_out in found
    if left_out == "ENCRYPTION_KEY":
        assert "relais key" in found[left_out]


def test_several_workspaces_need_ears_too() -> None:
    assert "SLACK_APP_TOKEN" in problems({k: v for k, v in SEVERAL.items() if k != "SLACK_APP_TOKEN"})


def test_keys_are_keys() -> None:
    two = f"{SEVERAL['ENCRYPTION_KEY']}, {SEVERAL['ENCRYPTION_KEY']}"
    assert len(load({**SEVERAL, "ENCRYPTION_KEY": two}).secrets()) == 4
    for wrong in ("hello", f"{two},x", "é" * 44):
        found = problems({**SEVERAL, "ENCRYPTION_KEY": wrong})
        assert "relais key" in found["ENCRYPTION_KEY"]
        assert wrong not in str(found)


def test_a_moderator_lends_a_user_token() -> None:
    whole = {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP}
    tokens = "xoxp-1234567890-a, xoxp-1234567890-b"
    hidden = [secret.get_secret_value() for secret in load({**whole, "SLACK_USER_TOKEN": tokens}).secrets()]
    assert {"xoxp-1234567890-a", "xoxp-1234567890-b"} <= {*hidden}
    assert "SLACK_BOT_TOKEN" in problems({**whole, "SLACK_USER_TOKEN": BOT})["SLACK_USER_TOKEN"]
    assert "SLACK_USER_TOKEN" in problems({**whole, "SLACK_BOT_TOKEN": "xoxp-1234567890-a"})["SLACK_BOT_TOKEN"]


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("abcdefghijklmnopqrstuvwxyz012345", "client secret"),
        ("0123456789abcdef" * 4, "public key"),
        ("123456789012345678", "application's id"),
        ("hello", "does not look like a bot token"),
    ],
)
def test_what_was_pasted_instead_of_a_discord_token_is_recognised(written: str, what: str) -> None:
    found = problems({"DISCORD_TOKEN": written})
    assert what in found["DISCORD_TOKEN"]
    assert written not in found["DISCORD_TOKEN"]
    assert "Bot page" in found["DISCORD_TOKEN"]


def test_swapped_slack_tokens_are_named() -> None:
    found = problems({"SLACK_BOT_TOKEN": APP, "SLACK_APP_TOKEN": BOT})
    assert "Put it into SLACK_APP_TOKEN" in found["SLACK_BOT_TOKEN"]
    assert "Put it into SLACK_BOT_TOKEN" in found["SLACK_APP_TOKEN"]


@pytest.mark.parametrize("written", ["xoxp-1-2", "xoxe.xoxb-1-2", "xoxa-2-3", "hello", SIGNING])
def test_other_slack_tokens_are_refused(written: str) -> None:
    found = problems({"SLACK_BOT_TOKEN": written, "SLACK_APP_TOKEN": APP})
    assert list(found) == ["SLACK_BOT_TOKEN"]
    assert "xoxb-" in found["SLACK_BOT_TOKEN"]


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"SLACK_BOT_TOKEN": BOT}, "SLACK_APP_TOKEN"),
        ({"SLACK_APP_TOKEN": APP}, "SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": BOT, "SLACK_SIGNING_SECRET": SIGNING}, "PUBLIC_URL"),
    ],
)
def test_slack_needs_to_speak_and_to_hear(given: dict[str, str], missing: str) -> None:
    assert "is missing" in problems(given)[missing]


def test_slack_over_a_socket_and_over_http() -> None:
    assert load({"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP}).slack_app_token
    over_http = {"SLACK_BOT_TOKEN": BOT, "SLACK_SIGNING_SECRET": SIGNING, "PUBLIC_URL": "https://relais.example.org/"}
    assert load(over_http).public_url == "https://relais.example.org"


def test_everything_wrong_is_told_at_once_and_no_value_with_it(tmp_path: Path) -> None:
    text = "DISCORD_TOKN=secret-one\nWEB_PORT=secret-two\nLOG_LEVEL=secret-three\nPUBLIC_URL=secret-four\nsecret-five\n"
    with pytest.raises(ConfigError) as caught:
        load({"DATABASE_URL": "mysql://secret-six@host/x", "SLACK_APP_TOKEN": "secret-seven"}, env(tmp_path, text))
    assert "secret" not in str(caught.value)
    assert {p.variable for p in caught.value.problems} == {
        *("DISCORD_TOKN", "WEB_PORT", "LOG_LEVEL", "PUBLIC_URL", "DATABASE_URL"),
        *("SLACK_APP_TOKEN", "SLACK_BOT_TOKEN", ".env, line 5,"),
    }
    assert "Relais cannot start: 8 settings need your attention." in str(caught.value)
    assert "Did you mean DISCORD_TOKEN?" in str(caught.value)


def test_an_unknown_name_matters_in_the_file_alone(tmp_path: Path) -> None:
    assert load({"DISCORD_TOKN": "x", "PATH": "/bin"}).discord_token is None
    assert "Known are" in problems({}, env(tmp_path, "ZZZ=1\n"))["ZZZ"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("postgres://u:p@h/d?sslmode=require", "postgresql+asyncpg://u:p@h/d?ssl=require"),
        ("postgresql://h/d", "postgresql+asyncpg://h/d"),
        ("postgresql+asyncpg://h/d", "postgresql+asyncpg://h/d"),
        ("sqlite:///x.db", "sqlite+aiosqlite:///x.db"),
    ],
)
def test_addresses_of_databases_are_put_in_our_drivers_words(given: str, kept: str) -> None:
    assert load({"DATABASE_URL": given}).database_url == kept


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_is_a_port(port: str) -> None:
    assert "between 1 and 65535" in problems({"WEB_PORT": port})["WEB_PORT"]


@pytest.mark.parametrize(
    ("given", "address", "public"),
    [
        ({}, "http://127.0.0.1:8080", False),
        ({"WEB_HOST": "0.0.0.0", "WEB_PORT": "9"}, "http://127.0.0.1:9", False),
        ({"WEB_HOST": "::1"}, "http://[::1]:8080", False),
        ({"PUBLIC_URL": "http://localhost:8080/"}, "http://localhost:8080", False),
        ({"PUBLIC_URL": "https://relais.example.org/"}, "https://relais.example.org", True),
    ],
)
def test_where_the_pages_are(given: dict[str, str], address: str, public: bool) -> None:
    config = load(given)
    assert (config.address, config.in_public) == (address, public)


@pytest.mark.parametrize("url", ["https://example.org/relais", "https://example.org/?a", "relais.example.org"])
def test_a_public_address_is_a_whole_site(url: str) -> None:
    with pytest.raises(ConfigError, match="PUBLIC_URL"):
        load({"PUBLIC_URL": url})


def test_secrets_do_not_show() -> None:
    config = load({"DISCORD_TOKEN": DISCORD, "DATABASE_URL": "postgresql://u:p%40ss@h/d"})
    assert DISCORD not in repr(config)
    assert "p%40ss" not in repr(config)
    assert [s.get_secret_value() for s in config.secrets()] == [DISCORD, "p@ss"]


@pytest.mark.parametrize(
    ("written", "terminal", "json"),
    [("auto", True, False), ("auto", False, True), ("JSON", True, True), ("console", False, False)],
)
def test_logs_suit_their_reader(written: str, terminal: bool, json: bool) -> None:
    assert load({"LOG_FORMAT": written}).json_logs(terminal) is json


def test_the_file_may_be_in_another_encoding(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes("WEB_PORT=1 # é".encode("utf-16"))
    assert "UTF-8" in problems({}, file)[".env"]


def test_variables_are_the_fields() -> None:
    assert "DISCORD_TOKEN" in variables()
    assert len(variables()) == len(Config.model_fields)
