"""From what people typed to a model's values, all problems at once."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar, get_type_hints

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import BaseModel, ConfigDict, ValidationError, create_model
from pydantic.fields import FieldInfo
from typing_extensions import override

from bot.chat.forms import Choice, FieldSpec
from bot.chat.words import Phrase, Words
from bot.cog.fields.kinds import Choices, Multiline, Place, Shape, Unread, kind_of, read_one, shape_of, show, typed
from bot.cog.texts import listing, plural, t

M = TypeVar("M", bound=BaseModel)


class Invalid(Exception):
    """Bad input. The words go to whoever typed it, beside the field where the platform can."""

    def __init__(self, words: Words = "", field: str = "", *, problems: Mapping[str, Words] | None = None) -> None:
        self.problems: Mapping[str, Words] = problems or {field: words}
        super().__init__("; ".join(f"{name}: {said!s}" for name, said in self.problems.items()))


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of a model, with everything a platform needs to ask for it."""

    name: str
    shape: Shape
    info: FieldInfo
    words: Mapping[str, Words]

    @property
    def title(self) -> Words:
        return Phrase(self.info.title) if self.info.title else self.name.replace("_", " ").capitalize()

    @property
    def hint(self) -> Words:
        return Phrase(self.info.description) if self.info.description else ""

    @property
    def default(self) -> Any:
        return None if self.info.is_required() else self.info.get_default(call_default_factory=True)

    def spec(self) -> FieldSpec:
        least, most = (None, None) if self.shape.many else bounds(self.info.metadata)
        return FieldSpec(
            self.name,
            kind_of(self.shape),
            self.title,
            self.hint,
            self.info.is_required(),
            "" if self.default in (None, ()) else str(self.default),
            tuple(Choice(value, self.words.get(value, value)) for value in self.shape.choices),
            least,
            most,
            self.shape.has(Multiline) or self.shape.many,
        )

    def show(self, value: object) -> Words:
        return show(value, self.shape, self.words)

    def typed(self, value: object, place: Place) -> str:
        return typed(value, self.shape, place)

    async def read(self, raw: object, place: Place) -> object:
        """Raises ``Unread``."""
        if not self.shape.many or not isinstance(raw, str):
            return await read_one(self.shape, raw, place, self.words)
        raw = raw if self.shape.has(Multiline) else raw.replace(",", "\n")
        parts = [part.strip() for part in raw.split("\n")]
        return tuple([await read_one(self.shape, part, place, self.words) for part in parts if part])


def bounds(metadata: list[Any]) -> tuple[float | None, float | None]:
    """The least and most that a field admits; durations give none."""
    least = next((m.ge for m in metadata if isinstance(m, Ge)), None)
    least = next((m.min_length for m in metadata if isinstance(m, MinLen)), least)
    most = next((m.le for m in metadata if isinstance(m, Le)), None)
    most = next((m.max_length for m in metadata if isinstance(m, MaxLen)), most)
    return _figure(least), _figure(most)


def _figure(bound: object) -> float | None:
    return bound if isinstance(bound, int | float) else None


def asked(model: type[BaseModel]) -> dict[str, Asked]:
    found = {}
    for name, info in model.model_fields.items():
        shape = shape_of(info.annotation)
        markers = (*shape.markers, *info.metadata)
        shape = Shape(shape.type, shape.optional, shape.many, shape.choices, markers)
        words = next((m.words for m in markers if isinstance(m, Choices)), {})
        found[name] = Asked(name, shape, info, words)
    return found


class Reader(Generic[M]):
    """Reads a whole form, or a command's options."""

    def __init__(self, model: type[M]) -> None:
        self.model = model
        self.fields = asked(model)

    @property
    def specs(self) -> tuple[FieldSpec, ...]:
        return tuple(field.spec() for field in self.fields.values())

    async def read(self, given: Mapping[str, object], place: Place) -> M:
        """Raises ``Invalid`` with a problem for each field that has one."""
        values: dict[str, object] = {}
        problems: dict[str, Words] = {}
        for name, raw in given.items():
            if name not in self.fields:
                problems[""] = t("Unknown: {name}. Known: {names}.", name=name, names=listing(*self.fields))
            elif not (isinstance(raw, str) and not raw.strip()) and raw is not None:
                try:
                    values[name] = await self.fields[name].read(raw, place)
                except Unread as unread:
                    problems[name] = unread.words
        return self._checked(values, problems)

    def _checked(self, values: Mapping[str, object], problems: dict[str, Words]) -> M:
        try:
            model = self.model(**values)
        except ValidationError as error:
            for one in error.errors():
                name = str(one["loc"][0]) if one["loc"] else ""
                problems.setdefault(name, explain(one))
            raise Invalid(problems=problems) from error
        if problems:
            raise Invalid(problems=problems)
        return model

    def typed(self, model: BaseModel, place: Place) -> dict[str, str]:
        return {name: field.typed(getattr(model, name), place) for name, field in self.fields.items()}


class AsTyped(Reader[Any]):
    """Reads nothing: gives the texts as they were typed, by name."""

    def __init__(self) -> None:
        super().__init__(BaseModel)

    @override
    async def read(self, given: Mapping[str, object], place: Place) -> Any:
        return {name: raw if isinstance(raw, str) else "" for name, raw in given.items()}


def explain(error: Any) -> Words:
    """A pydantic error in words that say what to do."""
    context = error.get("ctx", {})
    bound = next(iter(context.values()), None)
    given = len(error["input"]) if isinstance(error.get("input"), str | tuple) else 0
    match error["type"]:
        case "missing":
            return t("This is needed.")
        case "greater_than_equal" | "greater_than":
            return t("At least {bound}.", bound=_bound(bound))
        case "less_than_equal" | "less_than":
            return t("At most {bound}.", bound=_bound(bound))
        case "string_too_long":
            most = int(context["max_length"])
            return plural(
                "At most {count} character; this has {given}.",
                "At most {count} characters; this has {given}.",
                count=most,
                given=given,
            )
        case "string_too_short":
            least = int(context["min_length"])
            return plural("At least {count} character.", "At least {count} characters.", count=least)
        case "too_long":
            return plural("At most {count} item.", "At most {count} items.", count=int(context["max_length"]))
        case "too_short":
            return plural("At least {count} item.", "At least {count} items.", count=int(context["min_length"]))
        case "value_error" if isinstance(context.get("error"), Unread):
            words: Words = context["error"].words
            return words
    return t("This value does not fit here.")


def _bound(bound: object) -> int | float | timedelta | str:
    return bound if isinstance(bound, int | float | timedelta) else str(bound)


def of_model(model: type[M]) -> Reader[M]:
    return Reader(model)


def of_function(function: Callable[..., Any], skip: int) -> Reader[BaseModel]:
    """The reader of a function's parameters after the first ``skip``."""
    hints = get_type_hints(function, include_extras=True)
    parameters = list(inspect.signature(function).parameters.values())[skip:]
    definitions: dict[str, Any] = {
        p.name: (hints[p.name], ... if p.default is inspect.Parameter.empty else p.default) for p in parameters
    }
    config = ConfigDict(arbitrary_types_allowed=True, frozen=True)
    return Reader(create_model(function.__name__, __config__=config, **definitions))
