"""Expressions by themselves, over the recorded cases that also say what they answer."""

from dynarig.emulator.expressions import FILTER, UPDATE, compile_expression
from dynarig.emulator.expressions.program import program
from tests.expressions.cases import load


def _cases(name):
    return [parameter.values[0] for parameter in load(name)]


def test_compiling_conditions(benchmark):
    texts = [case["text"] for case in _cases("conditions")]
    benchmark(lambda: [program(FILTER, text) for text in texts])


def test_binding_conditions(benchmark):
    cases = _cases("conditions")
    compiled = [(compile_expression(FILTER, case["text"]), case.get("names"), case.get("values")) for case in cases]
    benchmark(lambda: [program.bind(names, values) for program, names, values in compiled])


def test_matching_conditions(benchmark):
    bound = [
        (compile_expression(FILTER, case["text"]).bind(case.get("names"), case.get("values")), case["item"])
        for case in _cases("conditions")
    ]
    benchmark(lambda: [condition.matches(item) for condition, item in bound])


def test_applying_updates(benchmark):
    bound = [
        (compile_expression(UPDATE, case["text"]).bind(case.get("names"), case.get("values")), case["item"])
        for case in _cases("updates")
        if "result" in case
    ]
    assert bound
    benchmark(lambda: [update.apply(item) for update, item in bound])
