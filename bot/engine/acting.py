"""Acting on people, with an honest fallback."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.chat.platform import Forbidden, NotFound, PlatformError
from bot.cog.acts import Act, Done, Outcome
from bot.cog.context import Context, Priority
from bot.cog.texts import t

if TYPE_CHECKING:
    from bot.engine.host import Engine


async def carry_out(engine: Engine, ctx: Context[Any], act: Act) -> Outcome:
    """Do it where the space permits, else ask the moderators to; the outcome says which."""
    name = type(act).__name__
    if engine.can(act.space, act.needs):
        try:
            await act.carry_out(engine.platform(act.space, name))
        except Forbidden:
            pass
        except NotFound:
            return Outcome(Done.REFUSED, t("Nothing to do: it is no longer there."))
        except PlatformError as error:
            engine.trace.failed(name, error)
            return Outcome(Done.REFUSED, t("The platform did not answer. Please try again in a moment."))
        else:
            engine.trace.add("act", name, act.why)
            return Outcome(Done.DONE, t("Done."))
    return await _ask_moderators(engine, ctx, act)


async def _ask_moderators(engine: Engine, ctx: Context[Any], act: Act) -> Outcome:
    channel = getattr(engine.settings.snapshot(ctx.community.id, "community", act.space), "moderators", None)
    if channel is None:
        return Outcome(
            Done.REFUSED,
            t(
                "The bot may not do this here, and no moderators’ channel is chosen:"
                " /settings set community.moderators."
            ),
        )
    await ctx.post(channel, act.request, priority=Priority.URGENT)
    return Outcome(Done.FALLBACK, t("The bot may not do this here: the moderators were asked to."))
