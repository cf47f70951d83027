import json
import pickle

import numpy as np
import pytest

from routing.network.road_network import ROAD_CLASSES
from routing.traffic.errors import InvalidProfile
from routing.traffic.profile_file import DEFAULT_PROFILE, make_profile, read_profile
from routing.traffic.week import DAY_S, Period

EXAMPLE = """
name = "my city"
source = "own traces"
[weekdays]
workday = ["monday", "tuesday", "wednesday", "thursday", "friday"]
saturday = ["saturday"]
sunday = "sunday"
[periods]
saturday = "hourly"
all = {night = "20:00", morning = ["06:30", "07:30"], between = "07:00"}
[factors.all.night]
default = 1.1
[factors.workday.morning]
motorway = 0.7
tertiary_link = 0.5
default = 0.9
turn_time = 1.3
[factors.workday.night]
ferry = 0.8
"""


def factor(profile, weekdays, name, road_class):
    row = profile.week.periods.index(Period(weekdays, name))
    return profile.factor[row, ROAD_CLASSES.index(road_class)]


def test_a_file_says_what_it_says(tmp_path):
    path = tmp_path / "speeds.toml"
    path.write_text(EXAMPLE)
    profile = read_profile(path)
    assert (profile.name, profile.source) == ("my city", "own traces")
    assert len(profile.week.periods) == 3 + 24 + 3
    assert factor(profile, "workday", "morning", "motorway") == 0.7
    assert factor(profile, "workday", "morning", "motorway_link") == 0.7, "as its road"
    assert factor(profile, "workday", "morning", "tertiary_link") == 0.5
    assert factor(profile, "workday", "morning", "tertiary") == 0.9
    assert factor(profile, "workday", "morning", "ferry") == 1.0, "a default is not for ferries"
    assert factor(profile, "workday", "night", "ferry") == 0.8
    assert factor(profile, "workday", "night", "primary") == 1.0, "its own row replaces that of all"
    assert factor(profile, "sunday", "night", "primary") == 1.1
    assert factor(profile, "workday", "between", "primary") == factor(profile, "saturday", "07", "primary") == 1.0
    row = profile.week.periods.index(Period("workday", "morning"))
    assert profile.turn_time[row] == 1.3
    assert profile.week.period_at(7 * 3600 + 1800) == row == profile.week.period_at(6 * 3600 + 1800)


def test_json_of_the_same_shape_is_the_same(tmp_path):
    document = {"periods": {"all": {"day": "06:00", "night": "22:00"}}, "factors": {"all": {"day": {"primary": 0.5}}}}
    path = tmp_path / "speeds.json"
    path.write_text(json.dumps(document))
    profile = read_profile(path)
    assert profile.name == "speeds"
    assert [period.weekdays for period in profile.week.periods] == ["workday"] * 2 + ["saturday"] * 2 + ["sunday"] * 2
    assert factor(profile, "sunday", "day", "primary_link") == 0.5


def test_the_default_is_sound_and_says_what_it_is_worth():
    profile = read_profile(DEFAULT_PROFILE)
    assert "assumption" in profile.source
    names = {period.name for period in profile.week.periods if period.weekdays == "workday"}
    assert names == {"night", "morning_peak", "midday", "evening_peak", "evening"}
    peak = profile.factor[profile.week.period_at(8 * 3600)]
    night = profile.factor[profile.week.period_at(3 * 3600)]
    sunday = profile.factor[profile.week.period_at(6 * DAY_S + 8 * 3600)]
    roads = np.array([name != "ferry" for name in ROAD_CLASSES])
    assert (peak[roads] < night[roads]).all() and (peak[roads] < sunday[roads]).all()
    assert (profile.factor[:, ~roads] == 1).all()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"period": {}}, "period"),
        ({"periods": None}, "periods"),
        ({"periods": {"workday": {"day": "06:00"}}}, "periods.all"),
        ({"periods": {"all": {}}}, "periods.all"),
        ({"periods": {"all": {"day": "24:00"}}}, "periods.all.day"),
        ({"periods": {"all": {"day": 600}}}, "periods.all.day"),
        ({"periods": {"all": {"day": ["06:00", "06:00"]}}}, "periods.all.day"),
        ({"periods": {"all": {"a day": "06:00"}}}, "periods.all.a day"),
        ({"periods": {"all": "half-hourly"}}, "periods.all"),
        ({"periods": {"all": {"day": "06:00"}, "holiday": {"day": "06:00"}}}, "periods.holiday"),
        ({"weekdays": {"workday": ["monday"]}}, "weekdays"),
        ({"weekdays": {"workday": ["Montag"]}}, "weekdays.workday"),
        ({"weekdays": {"a": ["monday"], "b": ["monday"]}}, "weekdays.b"),
        ({"weekdays": {"all": ["monday"]}}, "weekdays.all"),
        ({"factors": {"all": {"peak": {}}}}, "factors.all.peak"),
        ({"factors": {"monday": {}}}, "factors.monday"),
        ({"factors": {"all": {"day": {"primary": 0}}}}, "factors.all.day.primary"),
        ({"factors": {"all": {"day": {"primary": float("nan")}}}}, "factors.all.day.primary"),
        ({"factors": {"all": {"day": {"primary": True}}}}, "factors.all.day.primary"),
        ({"factors": {"all": {"day": {"highway": 0.5}}}}, "factors.all.day.highway"),
        ({"factors": {"all": {"day": {"turn_time": -1}}}}, "factors.all.day.turn_time"),
        ({"factors": {"all": {"day": 0.5}}}, "factors.all.day"),
        ({"name": 7}, "name"),
    ],
)
def test_what_cannot_be_names_its_field(change, field):
    document = {"periods": {"all": {"day": "06:00", "night": "22:00"}}, **change}
    with pytest.raises(InvalidProfile) as caught:
        make_profile(document)
    assert caught.value.field == field
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize("content", [b"a = [", b"\xff\xfe", b"[" * 100_000])
@pytest.mark.parametrize("ending", ["toml", "json"])
def test_files_that_are_none_are_refused(tmp_path, content, ending):
    path = tmp_path / f"speeds.{ending}"
    path.write_bytes(content)
    with pytest.raises(InvalidProfile):
        read_profile(path)
    with pytest.raises(InvalidProfile, match="no file"):
        read_profile(tmp_path / "missing.toml")
