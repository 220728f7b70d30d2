"""Turns the conditions of rules into Lua.

An expression is true, false or nil (unknown). The helpers that the text calls (`eq`, `all`, `implies`, `each`, ...)
stand in runtime.lua; `m` is the message, `e` the option or sub-option that `each` is at, `set` the code points.
"""

from __future__ import annotations

from pmiptool.dissector.lua import index, literal, text
from pmiptool.registry import rule
from pmiptool.registry.rule import Expr

_COMPARE = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


class NotInLua(ValueError):
    """The expression asks for something that a single message does not have."""


def compile_expression(expr: Expr, options: frozenset[str]) -> str:
    """The Lua expression; `options` are the names that begin a path to an option's field.

    Raises NotInLua for paths into a request or an answer.
    """
    if isinstance(expr, rule.Const):
        return literal(expr.value)
    if isinstance(expr, rule.F):
        return _path(expr.path, options)
    if isinstance(expr, rule.Bits):
        return f"bits({_path(expr.path, options)}, {expr.mask:#x})"
    if isinstance(expr, rule.Setting):
        return index("set", expr.key)
    if isinstance(expr, rule.Compare):
        left, right = (compile_expression(side, options) for side in (expr.left, expr.right))
        return f"{_COMPARE[expr.op]}({left}, {right})"
    if isinstance(expr, rule.In):
        item = compile_expression(expr.item, options)
        return f"among({', '.join([item, *map(literal, expr.values)])})"
    if isinstance(expr, rule.Present):
        return f"count({_list(expr.path)}) > 0"
    if isinstance(expr, rule.Count):
        return f"count({_list(expr.path)})"
    if isinstance(expr, rule.Not):
        return f"no({compile_expression(expr.item, options)})"
    if isinstance(expr, (rule.AllOf, rule.AnyOf)):
        items = ", ".join(compile_expression(item, options) for item in expr.items)
        return f"{'all' if isinstance(expr, rule.AllOf) else 'any'}({len(expr.items)}, {items})"
    if isinstance(expr, rule.Implies):
        when, then = (compile_expression(side, options) for side in (expr.when, expr.then))
        return f"implies({when}, {then})"
    if isinstance(expr, rule.Each):
        holds = compile_expression(expr.holds, options)
        return f"each(m, {_elements(expr.name)}, function(e) return {holds} end)"
    if isinstance(expr, rule.Aligned):
        return f"eq(e.offset and e.offset % {expr.x}, {expr.y})"
    raise NotInLua(f"no Lua for {type(expr).__name__}")


def trigger(expr: Expr, options: frozenset[str]) -> str | None:
    """The option without which the expression is never false, where there is one: then it need not be evaluated."""
    if isinstance(expr, rule.Each):
        name = expr.name.partition("/")[0]
        return name if name and not name.startswith(".") else None
    if isinstance(expr, rule.Implies):
        return _demands(expr.when) or trigger(expr.then, options)
    if isinstance(expr, rule.Compare):
        sides = [side for side in (expr.left, expr.right) if isinstance(side, (rule.F, rule.Bits))]
        names = [side.path.partition(".")[0] for side in sides if "." in side.path]
        return next((name for name in names if name in options), None)
    return None


def _demands(expr: Expr) -> str | None:
    """The option that must be there for the expression to be true."""
    if isinstance(expr, rule.Present) and not expr.path.startswith("."):
        return expr.path
    if isinstance(expr, rule.Compare) and expr.op == ">" and isinstance(expr.left, rule.Count):
        zero = isinstance(expr.right, rule.Const) and expr.right.value == 0
        return expr.left.path if zero and not expr.left.path.startswith(".") else None
    if isinstance(expr, rule.AllOf):
        return next((found for item in expr.items if (found := _demands(item))), None)
    return None


def _list(path: str) -> str:
    """The elements that `present` and `count` ask about."""
    if path.startswith("."):
        return f"subs(e, {text(path[1:])})"
    name, _, sub = path.partition("/")
    return f"subs_of(m, {text(name)}, {text(sub)})" if sub else index("m.named", name)


def _elements(name: str) -> str:
    if name.startswith("."):
        return f"subs(e, {text(name[1:])})"
    option, _, sub = name.partition("/")
    return f"subs_of(m, {text(option)}, {text(sub)})" if sub else index("m.named", option)


def _path(path: str, options: frozenset[str]) -> str:
    if ":" in path:
        raise NotInLua(f"{path} is not in this message")
    if path.startswith("."):
        element, parts = "e", path[1:].split(".")
        if len(parts) > 1 and not parts[1].startswith("@") and parts[1] not in ("length", "address"):
            element, parts = f"first(subs(e, {text(parts[0])}))", parts[1:]
    else:
        parts = path.split(".")
        if parts[0] in options and len(parts) > 1:
            element, parts = f"first({index('m.named', parts[0])})", parts[1:]
        else:
            element = "m"
    name, part = parts[0], ".".join(parts[1:])
    if name in ("@offset", "@length"):
        return f"get({element}, {text(name[1:])})"
    if part == "@size":
        return f"size({element}, {text(name)})"
    if part:
        name = f"{name}.{part}"
    return f"value({element}, {text(name)})"
