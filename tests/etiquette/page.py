"""docs/etiquette.md, made of the tests themselves."""

import ast
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "etiquette.md"
HEAD = """# Etiquette

How the daemon behaves towards publishers: one rule a line, each held by the test beside it, against a real server on
loopback (`tests/etiquette/`, run by `make test`; alone: `.venv/bin/pytest tests/etiquette`). This page is made of them:
`.venv/bin/python -m tests.etiquette` writes it, and a test fails where it is out of date.

Pages of articles, robots.txt included, are asked for under rules of their own: [operating.md](operating.md).

| | rule | test |
|---|---|---|
"""


def rules() -> Iterator[tuple[str, str, str]]:
    """Number, rule and test, of every test in this folder that states one."""
    for path in HERE.glob("test_[0-9]*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                number, _, rule = (ast.get_docstring(node) or "").split("\n")[0].partition(" ")
                yield number, rule, f"{path.stem}::{node.name}"


def page() -> str:
    """The page as it should be."""
    ordered = sorted(rules(), key=lambda each: [int(part) for part in each[0].split(".")])
    return HEAD + "".join(f"| {number} | {rule} | `{test}` |\n" for number, rule, test in ordered)
