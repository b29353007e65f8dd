"""`dynarig verify --claims` as a user meets it."""

import json
import re

import pytest

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
    assert "1 statement: 1 not testable here; 0 other than expected. " in capsys.readouterr().out


def test_an_unknown_claim_is_one_line(tmp_path, capsys):
    assert claims.main(["--claim", "myb-28", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "dynarig verify: no claim 'myb-28'; did you mean MYB-28?\n"


@pytest.mark.parametrize(
    "flag", ["--scale=0", "--scale=-1", "--scale=nan", "--scale=1e9", "--scale=all", "--load-seconds=0"]
)
def test_a_figure_that_cannot_be_is_one_line(flag, capsys):
    with pytest.raises(SystemExit) as exit:
        claims.main(["--claim", "CAL-03", flag])
    assert exit.value.code == 2
    name = flag.partition("=")[0]
    assert re.fullmatch(f"dynarig verify: argument {name}: \\S+ is not .*\n", capsys.readouterr().err)


def test_a_folder_that_cannot_be_made_is_told_before_anything_is_checked(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert claims.main(["--claim", "CAL-03", "--out", str(tmp_path / "file" / "out")]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)


def test_a_target_that_is_not_there_is_one_line(tmp_path, capsys):
    assert claims.main(["--claim", "CAL-01", "--backend", "http://127.0.0.1:1", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
