"""`dynarig verify --claims` as a user meets it."""

import json

from dynarig.workloads.verify import claims


def test_the_list_that_tools_read(tmp_path, capsys):
    assert claims.main(["--claim", "CAL-01", "--json", "--out", str(tmp_path)]) == 0
    (line,) = json.loads(capsys.readouterr().out)
    wanted = {"id", "system", "statement", "source", "claimed", "measured", "unit", "verdict", "evidence"}
    assert wanted <= line.keys()
    assert (line["id"], line["measured"], line["verdict"]) == ("CAL-01", 26, "holds")
    assert json.loads((tmp_path / "evidence" / "CAL-01.json").read_text())["measured"] == 26


def test_part_of_the_claims_replaces_no_table(tmp_path, capsys):
    assert claims.main(["--claim", "NBX-25", "--out", str(tmp_path)]) == 0
    assert not (tmp_path / "claims.json").exists()
    assert "1 statements: 1 not testable here" in capsys.readouterr().out


def test_an_unknown_claim_is_one_line(tmp_path, capsys):
    assert claims.main(["--claim", "MYB-99", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "dynarig verify: no claim MYB-99; they run from CAL-01 to LBK-27\n"


def test_a_target_that_is_not_there_is_one_line(tmp_path, capsys):
    assert claims.main(["--claim", "CAL-01", "--backend", "http://127.0.0.1:1", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
