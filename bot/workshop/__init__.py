"""Developers' tools: a new cog, the translations, the generated pages. Verbs of the command line."""
