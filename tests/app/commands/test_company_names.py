"""Which company a command line is about."""

import argparse
import re

import pytest

from app.commands.run import _parser, _slug


def slug(*arguments):
    return _slug(_parser().parse_args([str(one) for one in arguments]))


def test_the_default_run_has_no_name_of_its_own():
    assert slug() is None
    assert slug("--reps", 3) is None


@pytest.mark.parametrize(
    ("arguments", "form"),
    [
        (("--osm", "東京.osm.pbf"), r"map-[0-9a-f]{6}"),
        (("--osm", "a/iceland-latest.osm.pbf"), r"iceland-latest-[0-9a-f]{6}"),
        (("--place", "Porto, Portugal"), r"porto-portugal-[0-9a-f]{6}"),
        (("--place", "Αθήνα"), r"map-[0-9a-f]{6}"),
        (("--accounts", "客户.csv"), r"map-[0-9a-f]{6}"),
        (("--accounts", "default.csv"), r"default-[0-9a-f]{6}"),
        (("--osm", "x" * 300 + ".osm"), r"x{40}-[0-9a-f]{6}"),
    ],
)
def test_files_without_readable_letters_have_a_company_of_their_own(arguments, form):
    assert re.fullmatch(form, slug(*arguments)), slug(*arguments)
    assert slug(*arguments) == slug(*arguments)


def test_files_of_one_name_in_two_folders_are_two_companies():
    seen = {
        slug("--osm", f"{folder}/town.osm.pbf", "--accounts", f"{other}/mine.csv") for folder in "ab" for other in "cd"
    }
    assert len(seen) == 4
    assert slug("--osm", "東京.osm") != slug("--osm", "大阪.osm")
    assert slug("--place", "東京") != slug("--place", "大阪")


def test_reps_come_from_one_place(capsys):
    with pytest.raises(SystemExit):
        _parser().parse_args(["--reps", "3", "--rep-file", "reps.csv"])
    assert "not allowed with" in capsys.readouterr().err
    assert isinstance(_parser().parse_args(["--rep-file", "reps.csv"]), argparse.Namespace)
