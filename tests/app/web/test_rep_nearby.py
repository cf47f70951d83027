"""The phone page: accounts near the phone, accounts on today's way, and the kilometres of a GPX file."""

import pytest
from playwright.sync_api import expect

from tests.app.api.test_mileage import gpx
from tests.helpers.browser import wait_for_map
from tests.helpers.company_copies import decode_polyline
from tests.helpers.served_company import MONDAY

pytestmark = pytest.mark.browser


def names(page):
    return page.locator(".near .name").all_inner_texts()


def test_accounts_near_the_phone_or_near_home(site):
    page, rep = site.phone(), site.company.rep_id
    page.click("#near-me")
    expect(page.locator("#nearby-answer")).to_contain_text("nearest to home first")
    home = site.ask("GET", f"/v1/reps/{rep}/accounts/nearest?limit=8", "rep")["items"]
    assert names(page) == [one["account"]["name"] for one in home]
    far = site.ask("GET", f"/v1/reps/{rep}/accounts/nearest?limit=1000", "rep")["items"][-1]["account"]
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": far["lon"], "latitude": far["lat"]})
    page.click("#near-me")
    expect(page.locator("#nearby-answer")).to_contain_text("Your accounts, nearest first.")
    assert names(page)[0] == far["name"]
    page.locator(".near button").first.click()
    assert f"{far['lat']:.6f},{far['lon']:.6f}" in page.locator("#dialog a").first.get_attribute("href")


def test_what_lies_on_todays_way_with_its_extra_minutes(own_site):
    page, rep = own_site.phone(), own_site.company.rep_id
    path = f"/v1/reps/{rep}/days/{MONDAY}/detours?limit=8"
    page.wait_for_selector(".stop")
    page.click("#on-the-way")
    expect(page.locator(".near li")).to_have_count(8)
    found = own_site.ask("GET", path, "rep")["items"]
    assert names(page) == [one["account"]["name"] for one in found]
    texts = page.locator(".near li").all_inner_texts()
    for text, one in zip(texts, found, strict=True):
        after = one["best"]["after"]
        assert (f"after stop {after}" if after else "before the first stop") in text
        assert f"{round(one['service_s'] / 60)} min on site" in text
        assert ("after the shift" in text) == (not one["in_shift"])
    # stops that are done with are behind
    page.locator(".stop").first.get_by_text("Done", exact=True).click()
    page.get_by_text("Save “Done”").click()
    expect(page.locator(".stop").first).to_have_class("stop done ")
    with page.expect_response("**/detours**") as asked:
        page.click("#on-the-way")
    assert asked.value.url.endswith("&after=1")


def test_a_gpx_file_comes_to_kilometres_and_a_line(site, tmp_path):
    page, day = site.phone(), site.day()
    wait_for_map(page)
    line = decode_polyline(day["geometry"])[:60]
    points = [
        {"lon": lon, "lat": lat, "time": f"2026-11-16T08:{i // 2:02d}:{i % 2 * 30:02d}Z"}
        for i, (lon, lat) in enumerate(line)
    ]
    file = tmp_path / "drive.gpx"
    file.write_text(gpx(points))
    page.set_input_files("#trace", file)
    expect(page.locator("#claimed")).to_contain_text("driven on roads")
    expect(page.locator("#nearby-answer")).to_contain_text("Nothing of the trace is kept.")
    site.pages.expected.append("400")
    file.write_text(gpx(points).replace(f'lat="{points[2]["lat"]}"', 'lat="x"'))
    page.set_input_files("#trace", file)
    expect(page.locator("#nearby-answer")).to_contain_text("line 4: lat is 'x', but must be from -90 to 90")


def test_without_a_connection_it_says_so_and_everything_fits_the_phone(site):
    site.pages.expected.append("ERR_INTERNET_DISCONNECTED")
    page = site.phone()
    page.wait_for_selector(".stop")
    page.click("#on-the-way")
    expect(page.locator(".near li").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for button in page.locator("#nearby button").all():
        assert button.bounding_box()["height"] >= 44
    site.pages.expected.append("status of 404")
    page.get_by_label("Day after").click()
    expect(page.locator("#nearby-answer")).to_be_empty()
    page.context.set_offline(True)
    page.click("#near-me")
    expect(page.locator("#nearby-answer")).to_contain_text("No connection")
