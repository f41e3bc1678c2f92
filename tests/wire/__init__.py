"""Chat platforms on loopback, honest to their published behaviour, and what is sent checked against it."""
