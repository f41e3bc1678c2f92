"""The command line: ``relais run``, ``relais rehearse FILE``, ``relais db …``, and the verbs that cogs declare."""

from __future__ import annotations

import gc
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from io import TextIOWrapper

VERBS = {
    "run": ("bot.serve", "start Relais: the playground, and the platforms whose tokens are set"),
    "doctor": ("bot.connecting.doctor", "look everything over, and say what to do about what is wrong"),
    "rehearse": ("bot.rehearsal", "run a scripted community on a virtual clock and print what happens"),
    "invite": ("bot.connecting.invite", "print the link that adds the bot to a Discord server"),
    "manifest": ("bot.connecting.manifest", "print the link that creates the Slack app, or its manifest"),
    "key": ("bot.connecting.key", "make a key for ENCRYPTION_KEY"),
    "db": ("bot.storage", "upgrade, check or extend the database's schema"),
    "new-cog": ("bot.workshop.scaffold", "write a new cog and its test"),
    "texts": ("bot.workshop.texts", "collect every text into the translations"),
    "docs": ("bot.workshop.docs", "write the generated pages of docs/"),
}
"""Each verb’s module has ``add(parser)`` and ``run(args) -> int``; only the one that is asked for is imported."""

SELDOM = 50_000
"""New objects after which garbage is looked for: imports make none, and looking for it took a sixth of a start."""


def parser(asked: str | None) -> ArgumentParser:
    """The whole command line; the options of the verb that is asked for, and the cogs' verbs when it is not ours."""
    whole = ArgumentParser(prog="relais", description="Animates communities on Discord and Slack.")
    verbs = whole.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, (place, help) in VERBS.items():
        one = verbs.add_parser(name, help=help, description=help)
        if name == asked:
            module = import_module(place)
            module.add(one)
            one.set_defaults(run=module.run)
    if asked not in VERBS:
        for cog in import_module("bot.engine.loader").load():
            for verb in cog.verbs:
                one = verbs.add_parser(verb.name, help=verb.help, description=verb.help)
                verb.prepare(one)
                one.set_defaults(run=partial(import_module("bot.terminal").run, verb))
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    gc.set_threshold(SELDOM)
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # signs that an old terminal does not have
    try:
        args = parser(given[0] if given else None).parse_args(given)
        import_module("bot.logs").configure(level="WARNING", as_json=False)
        result: int = args.run(args)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 141
    return result


if __name__ == "__main__":
    sys.exit(main())
