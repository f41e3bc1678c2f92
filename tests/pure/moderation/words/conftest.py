from __future__ import annotations

import pytest

from cogs.moderation.words import Entry, Matcher, curated, prepare

LISTED = (
    "anal ass asshole bastard bitch blowjob boner clit cock cocksucker coon cum cunt dick dildo faggot fuck fucking "
    "motherfucker nigger penis pussy rape rapist scum sex shit slut tits twat wanker whore bite chier con connard "
    "connasse cul encule enculé enfoiré foutre gouine merde nique pédé péter pute salaud salope suce sucer tapette"
).split()
PHRASES = ("fils de pute", "son of a bitch", "nique ta mère", "ta gueule")


@pytest.fixture(scope="session")
def matcher() -> Matcher:
    """A list such as communities have, in no language."""
    return Matcher(prepare([Entry(text) for text in (*LISTED, *PHRASES)], (), ("en", "fr")))


@pytest.fixture(scope="session")
def shipped() -> Matcher:
    """The lists that come with the project."""
    return Matcher(prepare([*curated("en"), *curated("fr")], (), ("en", "fr")))
