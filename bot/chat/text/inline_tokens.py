"""The signs that mean something inside a line, in one expression whose every part is bounded."""

from __future__ import annotations

import re

ID = r"[A-Za-z0-9_.-]{1,64}"
MAX_LABEL = 300
MAX_URL = 2000
URL = rf"(?:https?://|mailto:)[^\s()<>\\]{{1,{MAX_URL}}}"

TOKEN = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|`(?P<code>[^`\n]+)`"
    r"|(?P<line>\n)"
    rf"|<@(?P<member>{ID})>"
    rf"|<#(?P<channel>{ID})>"
    r"|<t:(?P<unix>-?\d{1,12})(?::(?P<style>[tTdDfFR]))?>"
    rf"|\[(?P<label>(?:\\.|[^\[\]\\\n]){{1,{MAX_LABEL}}})\]\((?P<url>{URL})\)"
    r"|(?P<marker>\*\*\*|\*\*|\*|(?<!_)_(?!_)|~~|\|\|)"
)
