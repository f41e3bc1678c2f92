"""The command line: ``relais run``, ``relais rehearse FILE``, ``relais db …``, and the verbs that cogs declare."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence

from bot import rehearsal, serve, storage
from bot.engine import loader
from bot.logs import configure
from bot.workshop import docs, scaffold, texts

VERBS: tuple[tuple[str, str, Callable[[ArgumentParser], None], Callable[[Namespace], int]], ...] = (
    ("run", "start Relais: the playground, and the platforms whose tokens are set", serve.add, serve.run),
    ("rehearse", "run a scripted community on a virtual clock and print what happens", rehearsal.add, rehearsal.run),
    ("db", "upgrade, check or extend the database's schema", storage.add, storage.run),
    ("new-cog", "write a new cog and its test", scaffold.add, scaffold.run),
    ("texts", "collect every text into the translations", texts.add, texts.run),
    ("docs", "write the generated pages of docs/", docs.add, docs.run),
)


def parser() -> ArgumentParser:
    whole = ArgumentParser(prog="relais", description="Animates communities on Discord and Slack.")
    verbs = whole.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, help, add, run in VERBS:
        one = verbs.add_parser(name, help=help, description=help)
        add(one)
        one.set_defaults(run=run)
    for cog in loader.load():
        for verb in cog.verbs:
            one = verbs.add_parser(verb.name, help=verb.help, description=verb.help)
            verb.prepare(one)
            one.set_defaults(run=verb.run)
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    args = parser().parse_args(arguments)
    configure(level="WARNING", as_json=False)
    try:
        result: int = args.run(args)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 141
    return result


if __name__ == "__main__":
    sys.exit(main())
