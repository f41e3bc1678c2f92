"""From what rules found to what is done: rows first, then a plan carried out on the platform."""
