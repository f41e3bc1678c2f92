"""What Relais does, one feature a module. Each has ``cog = Cog(…)`` and imports ``bot.cog`` alone."""
