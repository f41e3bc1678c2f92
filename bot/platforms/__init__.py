"""The places Relais can live in: one package per platform, none of which knows another."""
