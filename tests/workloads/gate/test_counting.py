"""Callgrind's dumps → counts."""

from dynarig.workloads.gate import counting

DUMP = "version: 1\ndesc: Trigger: Client Request: {name} {repeat}\n\nevents: Ir\nsummary: 9\n\ntotals: {total}\n"


def test_the_least_of_the_repeats_counts():
    dumps = [DUMP.format(name="put-item", repeat=number, total=total) for number, total in enumerate((110, 100, 105))]
    dumps.append(DUMP.format(name="wire", repeat=0, total=7))
    dumps.append("desc: Trigger: Program termination\ntotals: 3\n")
    assert counting.parse(dumps) == {"put-item": 100, "wire": 7}


def test_what_counts_depend_on_is_told():
    assert {"python", "machine", "orjson"} <= counting.fingerprint().keys()


def test_without_valgrind_there_is_a_reason(monkeypatch):
    monkeypatch.setattr(counting.shutil, "which", lambda name: None)
    assert counting.unavailable() == "valgrind is not installed"


def test_without_marks_for_the_processor_there_is_a_reason(monkeypatch):
    monkeypatch.setattr("platform.machine", lambda: "vax")
    assert counting.unavailable() == "no marks are known for vax"
