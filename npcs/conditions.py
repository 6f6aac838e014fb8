"""When a piece of knowledge may be told: `weather == "rain" and hour >= 20`.

The language is a part of Python's expressions, read by `simpleeval` with all but the harmless
handlers taken out: comparisons, `and`, `or`, `not`, `in`, words, numbers, lists of them and the
variables below. No calls, no arithmetic, no access to objects: what a condition costs is bounded by
its length. What is not known makes it false, and so does whatever else goes wrong."""

from __future__ import annotations

import ast
import operator
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from simpleeval import InvalidExpression, NameNotDefined, SimpleEval

from aiworld.errors import Invalid

LONGEST = 300
Value = str | float | bool | tuple[str, ...]
World = Mapping[str, Value]
"""What is known of the world, by variable; members of a family are named `family.member`."""

VARIABLES = {
    "map": "map the NPC stands on",
    "hour": "0-23, as the game server reports it, else UTC",
    "time_of_day": "night (22-5), morning (6-11), afternoon (12-17) or evening (18-21)",
    "weekday": "monday ... sunday",
    "month": "1-12",
    "weather": "as last noted in the state of the world",
    "events": "kinds of the events that go on here: 'festival' in events",
    "trust": "the NPC's trust in the player, 0-10",
    "group": "the NPC's group",
    "level": "the player's base level",
    "job": "the player's job",
    "karma": "the player's karma, -10000..10000",
}
FAMILIES = {
    "quest": "quest.<template key>: this player's latest quest of it, or 'none'",
    "reputation": "reputation.<faction key>: this player's score, 0-10000",
    "castle": "castle.<name>: the guild that holds it",
    "flag": "flag.<name>: whatever else the game server notes",
}
_COMPARISONS: dict[type, Any] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Not: operator.not_,
    ast.USub: operator.neg,
    ast.In: lambda value, among: value in among,
    ast.NotIn: lambda value, among: value not in among,
}  # fmt: skip
_MEANS = "compare variables with words and numbers; join with and, or, not, in"


def check(text: str, *, more: Iterable[str] = ()) -> None:
    """Raises Invalid, saying what is wrong with a condition and where. `more`: variables that are
    known where this one is used, beside VARIABLES."""
    tree = _read(text)
    variables = (*VARIABLES, *more)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Subscript):
            _member(node)
        elif isinstance(node, ast.Name) and node.id not in (*variables, *FAMILIES):
            known = ", ".join([*variables, *(f"{name}.<key>" for name in FAMILIES)])
            raise Invalid(
                f"there is no variable {node.id!r}; there are: {known}", field="condition"
            )
        elif isinstance(node, ast.Constant) and not isinstance(node.value, str | int | float):
            raise Invalid(f"{node.value!r} is no word and no number", field="condition")
        elif not isinstance(node, _ALLOWED):
            raise Invalid(f"{_written(node)} is not possible here: {_MEANS}", field="condition")
    for family in _bare_families(tree):
        raise Invalid(f"{family} needs a key: {FAMILIES[family]}", field="condition")


def holds(text: str, world: World) -> bool:
    """Whether the condition is true in this world; an empty one is, an unclear one is not."""
    if not text:
        return True
    try:
        return bool(_Evaluator(world).eval(text, _read(text)))
    except (InvalidExpression, Invalid, TypeError, ValueError, ArithmeticError):
        return False


def asked(conditions: Iterable[str]) -> set[str]:
    """The variables and members of families that these ask for: weather, quest.ring."""
    found: set[str] = set()
    for text in conditions:
        found |= _asked(text)
    return found


@lru_cache(maxsize=2048)
def _asked(text: str) -> frozenset[str]:
    try:
        nodes = list(ast.walk(_read(text)))
        kept = {n.id for n in nodes if isinstance(n, ast.Name) and n.id in VARIABLES}
        members = (n for n in nodes if isinstance(n, ast.Attribute | ast.Subscript))
        return frozenset(kept | {_member(node) for node in members})
    except Invalid:
        return frozenset()


def unmet(conditions: Iterable[str], world: World) -> tuple[str, ...]:
    """Those that are not true, in order, each once."""
    return tuple(sorted({text for text in conditions if not holds(text, world)}))


class _Evaluator(SimpleEval):  # type: ignore[misc]
    def __init__(self, world: World) -> None:
        super().__init__(operators=_COMPARISONS, functions={}, names=dict(world))
        kept = (ast.Expr, ast.Name, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Constant)
        known: dict[type, Any] = self.nodes  # type: ignore[has-type]
        self.nodes = {kind: known[kind] for kind in kept} | {
            ast.Attribute: self._known,
            ast.Subscript: self._known,
            ast.List: self._listed,
            ast.Tuple: self._listed,
        }

    def _known(self, node: ast.Attribute | ast.Subscript) -> Value:
        name = _member(node)
        if name not in self.names:
            raise NameNotDefined(name, self.expr)
        value: Value = self.names[name]
        return value

    def _listed(self, node: ast.List | ast.Tuple) -> list[Any]:
        return [self._eval(each) for each in node.elts]


_ALLOWED = (
    ast.Expr, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Compare, ast.Name, ast.Load,
    ast.Constant, ast.Attribute, ast.Subscript, ast.List, ast.Tuple, *_COMPARISONS,
)  # fmt: skip


@lru_cache(maxsize=2048)
def _read(text: str) -> ast.Expr:
    if len(text) > LONGEST:
        raise Invalid(f"a condition has at most {LONGEST} characters", field="condition")
    try:
        body = ast.parse(text.strip()).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        at = f" at character {error.offset}" if isinstance(error, SyntaxError) else ""
        raise Invalid(f"this is no condition{at}: {_MEANS}", field="condition") from None
    if len(body) != 1 or not isinstance(body[0], ast.Expr):
        hint = "; compare with ==" if any(isinstance(each, ast.Assign) for each in body) else ""
        raise Invalid(f"this is no condition: {_MEANS}{hint}", field="condition")
    return body[0]


def _member(node: ast.Attribute | ast.Subscript) -> str:
    """`quest.ring` and `quest["lost-ring"]` as one name. Raises Invalid."""
    of = node.value
    key = node.attr if isinstance(node, ast.Attribute) else getattr(node.slice, "value", None)
    if not isinstance(of, ast.Name) or of.id not in FAMILIES or not isinstance(key, str):
        families = ", ".join(FAMILIES)
        said = f"{_written(node)} is not possible here: only {families} have keys"
        raise Invalid(said, field="condition")
    return f"{of.id}.{key.lower()}"


def _bare_families(tree: ast.AST) -> list[str]:
    used = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Attribute | ast.Subscript)}
    return [
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id in FAMILIES and id(node) not in used
    ]


def _written(node: ast.AST) -> str:
    try:
        return f"“{ast.unparse(node)}”"
    except (AttributeError, ValueError, RecursionError):
        return type(node).__name__
