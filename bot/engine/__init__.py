"""The machinery. Cogs never import it; they meet it through ``bot.cog``."""
