"""Every billing rule, and every worked example, is named by a test.

A test names a rule in its own name (`test_3_10_…`), at the beginning of its docstring or of a comment, in parentheses
there, or in the id of a case; several are written as "3.2, 3.4", "3.2 and 3.4" or "3.2 to 3.5" (both ends).
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
LAST_OF_SECTION = {1: 3, 2: 5, 3: 12, 4: 7, 5: 6, 6: 8, 7: 7, 8: 6}
LAST_EXAMPLE = 30
RULES = [f"{section}.{number}" for section, last in LAST_OF_SECTION.items() for number in range(1, last + 1)]
EXAMPLES = [f"E{number}" for number in range(1, LAST_EXAMPLE + 1)]

NUMBER = r"(?:[1-8]\.[0-9]{1,2}|E[0-9]{1,2})"
UNITS = r"(?:%|×|÷|h|s|ms|min|[KMG]B|hours?|minutes?|days?|seconds?|months?|USD|times)"
GROUP = rf"{NUMBER}(?:(?:, | and |, and | to |; ){NUMBER})*(?![\w%]|\.\w| ?{UNITS}(?!\w))"
CITED = re.compile(rf"(?:^\s*|\()(?P<group>{GROUP})")
ONE = re.compile(NUMBER)
IN_NAME = re.compile(
    r"(?:(?:^test|_and|_to)_(?P<section>[1-8])_(?P<number>[0-9]{1,2})|_e(?P<example>[0-9]{1,2}))(?=_|$)"
)


def cited_in_text(text: str) -> set[str]:
    """The rules and examples that a docstring, a comment or an id cites."""
    return {each for match in CITED.finditer(text) for each in ONE.findall(match["group"])}


def cited_in_name(name: str) -> set[str]:
    """Those that the name of a test cites."""
    return {
        f"E{match['example']}" if match["example"] else f"{match['section']}.{match['number']}"
        for match in IN_NAME.finditer(name)
    }


def cited_in_source(source: str) -> set[str]:
    """Those that the tests of a module cite."""
    comments = (
        token.string.lstrip("#: ")
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    )
    found = {each for text in comments for each in cited_in_text(text)}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            found |= cited_in_name(node.name) | cited_in_text(ast.get_docstring(node) or "")
        elif isinstance(node, ast.Call):
            found |= {each for text in _ids(node) for each in cited_in_text(text)}
    return found


def _ids(call: ast.Call) -> Iterator[str]:
    """The id of a parametrized case."""
    for keyword in call.keywords:
        if keyword.arg == "id" and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str):
            yield keyword.value.value


def sources() -> Iterable[str]:
    """The modules with tests, this one excepted."""
    return (path.read_text() for path in sorted(TESTS.rglob("test_*.py")) if path != Path(__file__))


def test_every_rule_is_named_by_a_test() -> None:
    named = {each for source in sources() for each in cited_in_source(source)}
    missing = [each for each in (*RULES, *EXAMPLES) if each not in named]
    assert not missing, f"no test names {', '.join(missing)}"


def test_no_test_is_named_after_a_rule_that_there_is_not() -> None:
    nodes = (node for source in sources() for node in ast.walk(ast.parse(source)))
    names = (node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    named = {each for name in names for each in cited_in_name(name)}
    assert named <= {*RULES, *EXAMPLES}, sorted(named - {*RULES, *EXAMPLES})


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("3.10: joining", {"3.10"}),
        ("3.1: an account", {"3.1"}),
        ("3.2, 3.4 and 3.5: changes", {"3.2", "3.4", "3.5"}),
        ("3.2 to 3.5", {"3.2", "3.5"}),
        ("E7: a contract", {"E7"}),
        ("E1 and E30", {"E1", "E30"}),
        ("Rounded once (1.2), shared out (1.3).", {"1.2", "1.3"}),
        ("3.4 on the first day", {"3.4"}),
        ("A credit (E13, E20)", {"E13", "E20"}),
        ("Python 3.11 is needed", set()),
        ("it is 3.5 there", set()),
        ("3.5 hours later", set()),
        ("2.5 h on average", set()),
        ("(4.1 %) of it", set()),
        ("1.2 × 3", set()),
        ("3.1.2 of a library", set()),
        ("13.1: no section", set()),
        ("(0.12)", set()),
    ],
)
def test_what_a_text_cites(text: str, cited: set[str]) -> None:
    assert cited_in_text(text) == cited


@pytest.mark.parametrize(
    ("name", "cited"),
    [
        ("test_3_1_an_account", {"3.1"}),
        ("test_3_10_joining", {"3.10"}),
        ("test_5_4_and_5_5_segments", {"5.4", "5.5"}),
        ("test_e12_a_late_record", {"E12"}),
        ("test_e1", {"E1"}),
        ("test_after_3_4_days", set()),
        ("test_0_a_period", set()),
        ("test_3_100_records", set()),
    ],
)
def test_what_a_name_cites(name: str, cited: set[str]) -> None:
    assert cited_in_name(name) == cited


def test_only_names_docstrings_comments_and_ids_cite() -> None:
    """Amounts in the code, strings and docstrings of helpers count for nothing."""
    source = '''
"""8.1"""
AMOUNT = Decimal("3.5")
def helper():
    """3.1: not a test"""
    return 4.2
async def test_x():
    """5.1: a test"""
    assert 5.2, "5.3"  # 5.4: why
pytest.param(6.1, "6.2", id="6.3")
'''
    assert cited_in_source(source) == {"5.1", "5.4", "6.3"}
