"""``relais texts``: every text of the code into the translations.

The code is read, not run: ``t("…")``, ``plural("…", "…")`` and ``Phrase("…")``, ``_("…")`` and ``ngettext("…", "…")``
in templates, the titles and descriptions of settings and form
fields, the titles of cogs, the reasons of personal data, and the first docstring line of commands and verbs.
``locales/fr.po`` gets what is new and keeps what is translated; ``locales/fr@tu.po`` only holds what differs, and is
checked.
"""

from __future__ import annotations

import ast
import re
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from bot.chat.words import COMMAND_WORD

ROOT = Path(__file__).parent.parent.parent
FOLDERS = ("bot", "cogs")
LANGUAGE = "fr"
VARIANT = "fr@tu"
PLURAL_FORMS = "nplurals=2; plural=(n > 1);"
"""French as gettext counts it; Babel's own third form, for millions, is not used."""
HEADER = f"""\
# Relais in French. `relais texts` adds what is new; translate what is empty, then `make check`.
msgid ""
msgstr ""
"Language: fr\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {PLURAL_FORMS}\\n"

"""
PLACEHOLDER = re.compile(r"\{\w*\}")

Key = tuple[str, str | None]
"""A text and its context."""


class Unreadable(Exception):
    """Texts that cannot be collected: they are not literals."""


@dataclass
class Text:
    source: str
    plural: str | None = None
    context: str | None = None
    places: list[str] = field(default_factory=list)

    @property
    def key(self) -> Key:
        return self.source, self.context

    @property
    def id(self) -> str | tuple[str, str]:
        return (self.source, self.plural) if self.plural else self.source


def collect(root: Path = ROOT) -> dict[Key, Text]:
    """Every text, in the order of the files. Raises ``Unreadable``."""
    found: dict[Key, Text] = {}
    problems: list[str] = []
    paths = [path for folder in FOLDERS for suffix in READERS for path in (root / folder).rglob(f"*{suffix}")]
    for path in sorted(paths):
        place = path.relative_to(root).as_posix()
        for text in READERS[path.suffix](path.read_text("utf-8"), place, problems):
            known = found.setdefault(text.key, text)
            if known.plural and text.plural and known.plural != text.plural:
                problems.append(f"{place}: {text.source!r} has another plural elsewhere")
            known.plural = known.plural or text.plural
            if place not in known.places:
                known.places.append(place)
    if problems:
        raise Unreadable("\n".join(problems))
    return found


def _of_template(source: str, place: str, problems: list[str]) -> Iterator[Text]:
    calls = extract_from_ast(Environment(autoescape=True).parse(source), ("_", "ngettext"))
    for line, name, message in calls:
        given = message if isinstance(message, tuple) else (message,)
        first, many = given[0], given[1] if name == "ngettext" and len(given) > 1 else None
        if first is None or (name == "ngettext" and many is None):
            problems.append(f"{place}:{line}: {name}() takes a text written out, not computed")
        else:
            yield from _worth(Text(first, many))


def _of_code(source: str, place: str, problems: list[str]) -> Iterator[Text]:
    tree = ast.parse(source)
    titled = {"Field", "Cog", *_names_of_field(tree)}
    for node in _walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="t" | "plural" as name), args=[first, *rest]):
                try:
                    plural = _literal(rest[0]) if name == "plural" else None
                    yield from _worth(Text(_literal(first), plural))
                except (ValueError, IndexError):
                    problems.append(f"{place}:{node.lineno}: {name}() takes a text written out, not computed")
            case ast.Call(func=ast.Name(id="Phrase"), args=[ast.Constant(value=str(said)), *rest]):
                many = rest[1] if len(rest) > 1 else None
                yield from _worth(Text(said, _literal(many) if many else None))
            case ast.Call(func=ast.Name(id=called), keywords=keywords) if called in titled:
                for keyword in keywords:
                    if keyword.arg in ("title", "description") and isinstance(keyword.value, ast.Constant):
                        yield from _worth(Text(str(keyword.value.value)))
            case ast.Call(func=ast.Name(id="personal"), args=[_, ast.Constant(value=str(why)), *_]):
                yield from _worth(Text(why))
            case ast.FunctionDef() | ast.AsyncFunctionDef() if any(map(_is_declaration, node.decorator_list)):
                if words := ast.get_docstring(node):
                    yield from _worth(Text(words.splitlines()[0]))
                yield from _words_of_commands(node.decorator_list)
            case _:
                pass


READERS = {".html": _of_template, ".py": _of_code}


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """In the order of the file. The process's settings are left out: they speak to the machine's owner."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef) and any(ast.unparse(base) == "BaseSettings" for base in child.bases):
            continue
        yield from _walk(child)


def _is_declaration(decorator: ast.expr) -> bool:
    return (
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr in ("command", "verb")
    )


def _words_of_commands(decorators: list[ast.expr]) -> Iterator[Text]:
    """Where commands are typed, their words are understood in other languages too."""
    for decorator in decorators:
        match decorator:
            case ast.Call(func=ast.Attribute(attr="command"), args=[ast.Constant(value=str(path)), *_]):
                yield from (Text(word, context=COMMAND_WORD) for word in path.split())


def _literal(node: ast.expr) -> str:
    value = ast.literal_eval(node)
    if not isinstance(value, str):
        raise ValueError(value)
    return value


def _names_of_field(tree: ast.Module) -> Iterator[str]:
    """What a module calls pydantic's ``Field`` beside a card's."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "pydantic":
            yield from (one.asname for one in node.names if one.name == "Field" and one.asname)


def _worth(text: Text) -> Iterator[Text]:
    """Only what differs between languages: words, and signs that French spaces; ``{value}`` alone needs nothing."""
    if re.search(r"[^\W\d_]|[:;!?“”]", PLACEHOLDER.sub("", text.source)):
        yield text


def read(name: str, root: Path = ROOT) -> Catalog:
    """A catalogue, or an empty one."""
    path = root / "locales" / f"{name}.po"
    if not path.exists():
        return _empty()
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE, abort_invalid=True)


def _empty() -> Catalog:
    catalog = Catalog(locale=LANGUAGE)
    catalog.mime_headers = [("Plural-Forms", PLURAL_FORMS)]
    return catalog


def updated(old: Catalog, texts: Mapping[Key, Text]) -> Catalog:
    """The catalogue of exactly these texts, with the translations there were; the others become obsolete."""
    new = _empty()
    former = {(_source(message), message.context): message for message in [*old.obsolete.values(), *old]}
    for text in texts.values():
        before = former.pop(text.key, None)
        string = before.string if before and isinstance(before.string, str) != bool(text.plural) else None
        empty = ("", "") if text.plural else ""
        flags = {flag for flag in before.flags if flag == "fuzzy"} if before else set()
        comments = before.user_comments if before else []
        new.add(
            text.id, string or empty, [(p, 1) for p in text.places], flags, user_comments=comments, context=text.context
        )
    for key, message in former.items():
        if message.id and any(_strings(message)):
            new.obsolete[key[0]] = message
    return new


def written(catalog: Catalog) -> str:
    buffer = BytesIO()
    write_po(buffer, catalog, width=116, omit_header=True, include_lineno=False)
    body = re.sub(r"^#, (?!.*fuzzy).*\n", "", buffer.getvalue().decode("utf-8"), flags=re.MULTILINE)
    return HEADER + body.strip() + "\n"


def _source(message: Message) -> str:
    return str(message.id if isinstance(message.id, str) else message.id[0])


def _strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def add(parser: ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="change nothing; fail when something would change")


def run(args: Namespace) -> int:
    try:
        texts = collect()
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 1
    path = ROOT / "locales" / f"{LANGUAGE}.po"
    old = read(LANGUAGE)
    new = updated(old, texts)
    text = written(new)
    changed = not path.exists() or path.read_text("utf-8") != text
    if changed and not args.check:
        path.write_text(text, "utf-8")
    empty = [_source(message) for message in new if message.id and not all(_strings(message))]
    strange = [_source(m) for m in read(VARIANT) if m.id and (_source(m), m.context) not in texts]
    print(f"{path.relative_to(ROOT)}: {len(texts)} texts, {len(empty)} to translate, {len(new.obsolete)} obsolete.")
    for source in empty:
        print(f"  to translate: {source}")
    for source in strange:
        print(f"  {VARIANT}.po has a text that no longer exists: {source}")
    return int(bool(strange) or (args.check and changed))
