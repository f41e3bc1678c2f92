"""What a community decides about its welcome."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from bot.cog import Channel, CogSettings, Long


class Settings(CogSettings):
    channel: Annotated[
        Channel | None,
        Field(title="Greeting channel", description="Nothing is posted publicly until a channel is chosen."),
    ] = None
    introductions: Annotated[
        Channel | None,
        Field(title="Introductions channel", description="Left empty: the greeting channel."),
    ] = None
    greet_in_channel: Annotated[bool, Field(title="Greet newcomers in the channel")] = True
    greet_privately: Annotated[bool, Field(title="Greet newcomers privately")] = False
    greetings: Annotated[
        tuple[Long, ...],
        Field(
            title="Your own greetings",
            description="One a line, drawn at random; {member} and {community} are filled in. Left empty: ours.",
            max_length=20,
        ),
    ] = ()
    private_text: Annotated[
        Long,
        Field(title="Private greeting", description="{member} and {community} are filled in. Left empty: ours."),
    ] = ""
    rules: Annotated[
        Long,
        Field(
            title="Rules of the community",
            description="Shown by the “Rules” button. Left empty: our short netiquette.",
            max_length=3000,
        ),
    ] = ""
    ask_to_greet: Annotated[bool, Field(title="Ask members to greet who introduces themselves")] = True
    together_above: Annotated[
        int,
        Field(
            title="Greet together above",
            description="Newcomers in a minute who are greeted one by one; those beyond share one message.",
            ge=1,
            le=20,
        ),
    ] = 3
    ignore_after: Annotated[
        timedelta,
        Field(
            title="Too late to greet after",
            description="Who came longer ago than this, while the bot was away, is not greeted publicly.",
            ge=timedelta(minutes=1),
            le=timedelta(days=1),
        ),
    ] = timedelta(minutes=10)
    look_in: Annotated[bool, Field(title="Write to newcomers who stay silent")] = True
    look_in_after: Annotated[
        timedelta,
        Field(
            title="Days of silence before we write",
            description="A private message, only to who neither spoke nor introduced themselves.",
            ge=timedelta(days=1),
            le=timedelta(days=60),
        ),
    ] = timedelta(days=7)
