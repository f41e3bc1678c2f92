"""The process's pages: health, metrics, and what adapters and cogs expose."""
