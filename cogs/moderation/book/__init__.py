"""The rulebook of a community: as it is stored, changed and tried."""
