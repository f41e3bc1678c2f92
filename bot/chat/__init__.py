"""The neutral vocabulary. Imports the standard library only."""
