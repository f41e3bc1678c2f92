"""The history of the schema: one file a step, made by ``relais db revision "what changes"``."""
