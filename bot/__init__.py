"""Relais: one bot that animates communities on Discord and Slack."""
