"""The phone page: the day as planned, on the map, handed over to navigation, and what came of visits, also offline."""

from datetime import datetime
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.helpers.browser import PHONE, colours, wait_for_map

pytestmark = pytest.mark.browser
OFFLINE = "ERR_INTERNET_DISCONNECTED"
GONE = {
    "id": "6a2f41a3-c54c-4c2b-8d4f-0b1f6d1f3a77",
    "account_id": 987654,
    "date": "2026-11-16",
    "outcome": "done",
    "note": "",
    "happened_at": "2026-11-16T09:00:00Z",
}
"""An outcome of an account that is not there."""


def clock(instant: str, zone: str) -> str:
    return f"{datetime.fromisoformat(instant).astimezone(ZoneInfo(zone)):%H:%M}"


def hours(stop: dict, zone: str) -> str:
    return f"{clock(stop['begin_at'], zone)}–{clock(stop['leave_at'], zone)}"


def test_stops_stand_in_order_with_their_times(site):
    page, day = site.phone(), site.day()
    expect(page.locator(".stop")).to_have_count(len(day["stops"]))
    assert page.locator(".stop .number").all_inner_texts() == [str(n + 1) for n in range(len(day["stops"]))]
    assert page.locator(".stop .name").all_inner_texts() == [stop["name"] for stop in day["stops"]]
    assert page.locator(".stop .time").all_inner_texts() == [hours(stop, day["time_zone"]) for stop in day["stops"]]
    assert page.locator(".stop.next .number").inner_text() == "1"
    expect(page.locator("#date")).to_have_text("Today · Mon 16 Nov")
    # a drive before every stop and one home; lunch once, where it is taken
    expect(page.locator(".leg")).to_have_count(len(day["stops"]) + 1)
    lunch = day["lunch"]
    begin, end = (clock(lunch[name], day["time_zone"]) for name in ("begin_at", "end_at"))
    expect(page.locator(".lunch")).to_have_text([f"Lunch {begin}–{end}"])
    before = page.evaluate("[...document.querySelectorAll('#stops > *')].findIndex(e => e.className === 'lunch')")
    stops_before = page.locator(f"#stops > .stop:nth-child(-n+{before + 1})").count()
    assert stops_before == sum(stop["begin_at"] < lunch["begin_at"] for stop in day["stops"])


def test_the_map_shows_roads_and_the_route(site):
    page = site.phone()
    wait_for_map(page)
    seen = colours(page.locator("#map"))
    assert len(seen) > 200, f"{len(seen)} colours: the map is blank"
    for name, colour in (("route", (0x14, 0x50, 0x6B)), ("badges", (0xC8, 0x50, 0x2D)), ("land", (0xF3, 0xEF, 0xE8))):
        assert np.abs(seen.astype(int) - colour).sum(axis=1).min() <= 6, f"no {name} on the map"


def test_nothing_is_wider_than_the_phone_and_buttons_fit_a_thumb(site):
    page = site.phone()
    page.wait_for_selector(".stop")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for button in page.locator(".actions button, header button").all():
        box = button.bounding_box()
        assert box["height"] >= 44 and box["width"] >= 44, button.inner_text()


def test_one_stop_is_handed_over_to_each_navigation_app(site):
    page, stop = site.phone(), site.day()["stops"][1]
    page.locator(".stop").nth(1).get_by_text("Navigate").click()
    links = {one.inner_text(): one.get_attribute("href") for one in page.locator("#dialog a").all()}
    at = f"{stop['lat']:.6f},{stop['lon']:.6f}"
    comma = at.replace(",", "%2C")
    google = "https://www.google.com/maps/dir/?api=1"
    assert links["Google Maps"] == f"{google}&destination={at}&travelmode=driving&dir_action=navigate"
    assert links["Apple Maps"] == f"https://maps.apple.com/?daddr={at}&dirflg=d"
    assert links["Waze"] == f"https://waze.com/ul?ll={comma}&navigate=yes"
    assert links["Other app"] == f"geo:{at}?q={at}({stop['name'].replace(' ', '%20')})"
    page.get_by_text("Cancel").click()
    expect(page.locator("#dialog")).to_be_hidden()


def test_the_rest_of_the_day_goes_to_google_in_parts_of_three_waypoints(site):
    page, stops = site.phone(), site.day()["stops"]
    page.wait_for_selector("#rest a")
    passed = []
    for link in page.locator("#rest a").all():
        query = parse_qs(urlsplit(link.get_attribute("href")).query)
        waypoints = query["waypoints"][0].split("|") if "waypoints" in query else []
        assert len(waypoints) <= 3 and query["api"] == ["1"] and query["dir_action"] == ["navigate"]
        assert query.get("origin", [passed[-1] if passed else None])[0] == (passed[-1] if passed else None)
        passed += [*waypoints, query["destination"][0]]
    assert passed == [f"{stop['lat']:.6f},{stop['lon']:.6f}" for stop in stops]


def test_an_outcome_is_kept_sent_and_shown_after_a_reload(own_site):
    page, stop = own_site.phone(), own_site.day()["stops"][0]
    card = page.locator(".stop").first
    card.get_by_text("Not met").click()
    page.fill("#dialog textarea", "Closed for inventory")
    page.get_by_text("Save “Not met”").click()
    expect(card).to_have_class("stop not_met ")
    expect(page.locator(".stop.next .number")).to_have_text("2")
    page.wait_for_function(
        "() => Object.entries(localStorage).every(([k, v]) => !k.includes('outcomes') || v === '[]')"
    )
    (stored,) = own_site.day()["outcomes"]
    assert (stored["account_id"], stored["outcome"]) == (stop["account_id"], "not_met")
    assert stored["note"] == "Closed for inventory"
    page.reload()
    expect(page.locator(".stop").first).to_have_class("stop not_met ")
    expect(page.locator(".stop").first).to_contain_text("“Closed for inventory”")


def test_outcomes_wait_on_the_phone_until_there_is_a_connection(own_site):
    own_site.pages.expected.append(OFFLINE)
    page = own_site.phone()
    wait_for_map(page)  # no tile is on its way any more
    page.context.set_offline(True)
    for number, label in ((0, "Done"), (1, "Skip")):
        page.locator(".stop").nth(number).get_by_text(label, exact=True).click()
        page.get_by_text(f"Save “{label}”").click()
    expect(page.locator("#notice")).to_contain_text("2 reports kept on this phone")
    assert own_site.day()["outcomes"] == []
    with page.expect_request("**/outcomes") as sent:
        page.context.set_offline(False)
    assert len(sent.value.post_data_json["outcomes"]) == 2, "one batch"
    expect(page.locator("#notice")).to_be_empty()
    assert {one["outcome"] for one in own_site.day()["outcomes"]} == {"done", "skipped"}


def test_a_batch_whose_answer_was_lost_is_sent_again_and_counts_once(own_site):
    own_site.pages.expected.append("ERR_FAILED")
    page = own_site.phone()
    lost = []

    def lose_the_answer(route):
        lost.append(route.request.post_data_json)
        own_site.ask("POST", urlsplit(route.request.url).path, "rep", json=lost[0])
        route.abort()

    page.route("**/outcomes", lose_the_answer, times=1)
    page.locator(".stop").first.get_by_text("Done", exact=True).click()
    with page.expect_event("requestfailed", lambda request: request.method == "POST"):
        page.get_by_text("Save “Done”").click()
    expect(page.locator("#notice")).to_contain_text("1 report kept on this phone")
    assert len(own_site.day()["outcomes"]) == 1, "the server has it, the phone does not know"
    with page.expect_request("**/outcomes") as again:
        page.evaluate("dispatchEvent(new Event('online'))")
    assert again.value.post_data_json == lost[0]
    assert len(again.value.response().json()["repeated"]) == 1
    expect(page.locator("#notice")).to_be_empty()
    assert len(own_site.day()["outcomes"]) == 1


def test_a_refused_outcome_stays_on_the_phone_and_its_note_can_be_shortened(company_of_short_notes):
    site = company_of_short_notes
    page, stop = site.phone(), site.day()["stops"][0]
    page.locator(".stop").first.get_by_text("Not met").click()
    page.fill("#dialog textarea", "Closed for inventory")
    page.get_by_text("Save “Not met”").click()
    refused = page.locator(".refused")
    expect(refused).to_contain_text(f"Not taken: {stop['name']}, “Not met” on Mon 16 Nov")
    expect(refused).to_contain_text("note has 20 characters, the limit is 6")
    expect(page.locator(".stop").first).to_have_class("stop  next")  # not taken is not reported
    page.reload()
    expect(refused).to_contain_text("“Closed for inventory”")
    refused.get_by_text("Shorten the note").click()
    expect(page.locator("#dialog textarea")).to_have_value("Closed for inventory")
    page.fill("#dialog textarea", "Closed")
    page.get_by_text("Save “Not met”").click()
    expect(refused).to_have_count(0)
    expect(page.locator(".stop").first).to_have_class("stop not_met ")
    page.wait_for_function("() => !Object.entries(localStorage).some(([k, v]) => k.includes('outcomes') && v !== '[]')")
    (stored,) = site.day()["outcomes"]
    assert (stored["account_id"], stored["note"]) == (stop["account_id"], "Closed")


def test_a_refused_outcome_can_be_dismissed(own_site):
    page = own_site.phone()
    page.wait_for_selector(".stop")
    page.evaluate(
        """([rep, one]) => {
            localStorage.setItem(`beatplan.outcomes.${rep}`, JSON.stringify([one]));
            dispatchEvent(new Event("online"));
        }""",
        [own_site.company.rep_id, GONE],
    )
    expect(page.locator(".refused")).to_contain_text("account 987654 is not there")
    page.get_by_text("Dismiss").click()
    expect(page.locator(".refused")).to_have_count(0)
    page.reload()
    page.wait_for_selector(".stop")
    expect(page.locator(".refused")).to_have_count(0)


def test_the_page_opens_without_a_connection(own_site):
    own_site.pages.expected.append(OFFLINE)
    page, day = own_site.phone(), own_site.day()
    wait_for_map(page)
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.reload()  # what was loaded before the service worker was there is kept now
    wait_for_map(page)
    page.context.set_offline(True)
    page.reload()
    expect(page.locator(".stop")).to_have_count(len(day["stops"]))
    expect(page.locator("#notice")).to_have_text("No connection: this is the route as last loaded.")
    wait_for_map(page)
    assert len(colours(page.locator("#map"))) > 200


def test_when_it_was_planned_is_told_in_the_reps_time_zone(site):
    page = site.pages.open(PHONE)
    there = {"planned_at": "2026-11-15T23:30:00Z", "time_zone": "Asia/Tokyo"}
    page.route("**/days/*", lambda route: route.fulfill(json=site.day() | there))
    page.goto(f"{site.url}/rep#key={site.company.keys['rep']}")
    expect(page.locator("#rest")).to_contain_text("Planned Mon 16 Nov at 08:30.")


def test_a_day_without_a_plan_says_so_and_leads_back(site):
    site.pages.expected.append("status of 404")
    page = site.phone()
    page.wait_for_selector(".stop")
    page.get_by_label("Day after").click()
    expect(page.locator("#notice")).to_have_text("Nothing is planned for this day.")
    expect(page.locator("#date")).to_have_text("Tue 17 Nov")
    page.get_by_text("Go to Mon 16 Nov").click()
    expect(page.locator("#date")).to_have_text("Today · Mon 16 Nov")
    page.wait_for_selector(".stop")


def test_visits_that_did_not_fit_are_named_with_the_reason(own_site):
    rep_id = own_site.company.rep_id
    accounts = own_site.ask("GET", f"/v1/accounts?rep_id={rep_id}&limit=60")["items"]
    for one in accounts:
        own_site.ask("PATCH", f"/v1/accounts/{one['id']}", json={"visits_per_period": 20})
    own_site.ask("POST", f"/v1/days/{own_site.day()['date']}/plan", json={"solutions": 50, "rep_ids": [rep_id]})
    own_site.company.work_off()
    page = own_site.phone()
    page.wait_for_selector("#rest li")
    left = own_site.day()["unplanned"]
    rows = page.locator("#rest li").all_inner_texts()
    assert left and rows == [f"{one['name']} – {one['detail']}" for one in left]


def test_without_a_key_the_page_asks_for_one(site):
    site.pages.expected.append("status of 401")
    page = site.phone(key=None)
    page.fill("input[name=key]", "bp_wrong")
    page.get_by_text("Sign in").click()
    expect(page.locator(".sign-in")).to_contain_text("That key is not known")
    page.fill("input[name=key]", f" {site.company.keys['rep']} ")
    page.get_by_text("Sign in").click()
    page.wait_for_selector(".stop")
    assert "key" not in page.url


def test_a_manager_chooses_whose_day_to_see(site):
    page = site.phone(key="manager")
    page.get_by_text("Rep 02").click()
    expect(page.locator("#who")).to_have_text("Rep 02")
    page.wait_for_selector(".stop")


def test_the_phone_link_and_the_managers_link_work_in_one_browser(site):
    phone = site.phone()
    expect(phone.locator("#who")).to_have_text("Rep 01")
    desk = phone.context.new_page()
    desk.goto(f"{site.url}/manager#key={site.company.keys['manager']}")
    expect(desk.locator("#table tbody tr")).to_have_count(3)
    phone.reload()
    expect(phone.locator("#who")).to_have_text("Rep 01")  # not the manager's choice of reps
    desk.reload()
    expect(desk.locator("#table tbody tr")).to_have_count(3)  # not a rep's key
    desk.get_by_role("tab", name="Visits").click()
    desk.get_by_role("link", name="Rep 02").click()
    expect(desk.locator("#who")).to_have_text("Rep 02")  # which the rep's key could not see
    desk.reload()
    expect(desk.locator("#who")).to_have_text("Rep 02")
    kept = phone.evaluate("[localStorage['beatplan.key.rep'], localStorage['beatplan.key.manager']]")
    assert kept == [site.company.keys["rep"], site.company.keys["manager"]]
