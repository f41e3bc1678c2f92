"""``relais rehearse FILE``: a scripted community on a virtual clock."""
