"""Cases: in words, in the log, told to their member, reversed, forgotten."""
