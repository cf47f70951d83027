"""The managers' page: territories, redraw and draft, visits, quotas, a file of accounts."""

import itertools

import pytest
from playwright.sync_api import Page, expect

from tests.helpers.browser import colours, wait_for_map

pytestmark = pytest.mark.browser


def test_map_and_table_show_the_territories(site):
    page = site.desk()
    current = site.ask("GET", "/v1/territories/current")
    rows = page.locator("#table tbody tr")
    expect(rows).to_have_count(len(current["territories"]))
    for row, one in zip(rows.all(), current["territories"], strict=True):
        cells = row.locator("td").all_inner_texts()
        assert cells[:3] == [one["rep_name"], str(one["accounts"]), f"{one['workload_s'] / 3600:.1f}"]
    assert page.locator("#table").evaluate("e => e.scrollWidth <= e.clientWidth"), "the table fits its panel"
    sizing = site.ask("GET", "/v1/sizing")
    expect(page.locator("#figures")).to_contain_text(f"{sizing['reps_needed']} of {sizing['reps_now']}")
    wait_for_map(page)
    assert len(colours(page.locator("#map"))) > 300
    before = page.locator("#map canvas").screenshot()
    rows.nth(1).click()
    wait_for_map(page)
    assert page.locator("#map canvas").screenshot() != before
    expect(rows.nth(1)).to_have_class("chosen")


def test_an_account_tells_its_score_and_why(site):
    page = site.desk()
    page.locator("#table tbody tr").first.click()
    wait_for_map(page)
    assert click_an_account(page), "no account near the middle of its territory"
    popup = page.locator(".maplibregl-popup")
    expect(popup).to_contain_text("of 100")
    name = popup.locator("b").inner_text()
    (account,) = site.ask("GET", "/v1/accounts?limit=1&search=" + name)["items"]
    expect(popup).to_contain_text(f"Score {account['score']:.0f} of 100")
    assert popup.locator("li").all_inner_texts() == account["score_reasons"]


def click_an_account(page: Page) -> bool:
    box = page.locator("#map canvas").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for dx, dy in sorted(
        itertools.product(range(-200, 201, 8), repeat=2), key=lambda step: step[0] ** 2 + step[1] ** 2
    ):
        page.mouse.move(x + dx, y + dy)
        if page.evaluate("document.querySelector('.maplibregl-canvas').style.cursor") == "pointer":
            page.mouse.down()
            page.mouse.up()
            return True
    return False


def test_a_redraw_becomes_a_draft_beside_the_present_and_is_put_into_force(own_site):
    page = own_site.desk()
    page.fill("#disruption", "0")
    page.click("#redraw")
    expect(page.locator("#redraw")).to_be_disabled()
    page.wait_for_selector("#publish")
    expect(page.locator("#redraw")).to_be_enabled()
    moved = own_site.ask("GET", "/v1/territories/compare?left=1&right=2")["moved"]
    expect(page.locator("#moved")).to_contain_text(f"{len(moved)} account" if moved else "No account")
    expect(page.locator("#table")).to_contain_text("Draft: version 2")
    page.click("#show-current")
    expect(page.locator("#table")).to_contain_text("In force: version 1")
    page.click("#show-draft")
    page.click("#publish")
    expect(page.locator("#draft")).to_be_hidden()
    expect(page.locator("#table")).to_contain_text("In force: version 2")
    assert own_site.ask("GET", "/v1/territories/current")["version"] == 2
    page.get_by_role("tab", name="History").click()
    expect(page.locator("#table tbody tr")).to_have_count(2)
    expect(page.locator("#table tbody tr").first).to_contain_text("in force")


def test_a_draft_can_be_discarded(own_site):
    page = own_site.desk()
    page.click("#redraw")
    page.click("#discard")
    expect(page.locator("#draft")).to_be_hidden()
    assert own_site.ask("GET", "/v1/territories/current")["version"] == 1
    page.reload()
    page.wait_for_selector("#table tbody tr")
    expect(page.locator("#draft")).to_be_hidden()


def test_a_redraw_can_be_cancelled(idle_site):
    page = idle_site.desk()
    page.click("#redraw")
    expect(page.locator("#job-text")).to_have_text("Waiting for a worker…")
    page.click("#cancel")
    expect(page.locator("#notice")).to_have_text("Cancelled; nothing was changed.")
    expect(page.locator("#job")).to_be_empty()
    assert idle_site.ask("GET", "/v1/jobs")["items"][0]["state"] == "cancelled"


def test_visits_of_a_day_are_planned_and_lead_to_the_reps_page(own_site):
    page = own_site.desk()
    page.get_by_role("tab", name="Visits").click()
    expect(page.locator("#table tbody tr")).to_have_count(3)
    page.get_by_label("Day after").click()
    expect(page.locator("#table")).to_contain_text("Nothing is planned for this day.")
    page.click("#plan")
    expect(page.locator("#notice")).to_contain_text("visits planned")
    expect(page.locator("#table tbody tr")).to_have_count(3)
    page.get_by_role("link", name="Rep 02").click()
    expect(page.locator("#who")).to_have_text("Rep 02")
    expect(page.locator("#date")).to_have_text("Tue 17 Nov")


def test_a_goal_is_split_into_quotas(own_site):
    page = own_site.desk()
    page.get_by_role("tab", name="Quotas").click()
    page.fill("#goal", "900000")
    page.fill("#period", "2027")
    page.get_by_text("Split the goal").click()
    expect(page.locator("#table th").first).to_have_text("Rep · 2027")
    amounts = page.locator("#table tbody td:nth-child(2)").all_inner_texts()
    assert sum(int("".join(filter(str.isdigit, one))) for one in amounts) == 900_000


def test_a_file_is_looked_at_row_by_row_before_its_good_rows_are_taken(own_site, tmp_path):
    there = own_site.ask("GET", "/v1/accounts?limit=1")["items"][0]
    rows = ["id,name,lat,lon,potential", f"N1,New one,{there['lat']},{there['lon']},100", "N2,Far away,10,10,5"]
    rows.append(f"N3,Strange,{there['lat']},{there['lon']},many")
    file = tmp_path / "new.csv"
    file.write_text("\n".join(rows))
    page = own_site.desk()
    expect(page.locator("#file")).to_be_enabled()
    page.set_input_files("#file", file)
    page.click("#check")
    expect(page.locator("#import")).to_contain_text("1 of 3 rows are good")
    shown = [row.locator("td").all_inner_texts() for row in page.locator("#import tbody tr").all()]
    assert [row[0] for row in shown] == ["3", "4"]
    assert "road" in shown[0][2] and "number" in shown[1][2]
    assert own_site.ask("GET", "/v1/accounts?search=New one")["items"] == []
    page.get_by_text("Import the 1 good rows").click()
    expect(page.locator("#import")).to_contain_text("1 accounts imported")
    assert len(own_site.ask("GET", "/v1/accounts?search=New one")["items"]) == 1


def test_a_reps_key_is_told_where_to_go(site):
    page = site.desk(key="rep")
    expect(page.locator("#notice")).to_contain_text("This is a rep's key.")
    page.get_by_role("link", name="Today's route").click()
    page.wait_for_selector(".stop")


def test_other_pages(site):
    page = site.desk(key=None, path="/")
    assert page.locator("a.button").all_inner_texts() == [
        "Today's route (reps)",
        "Territories (managers)",
        "API (dispatch tools)",
    ]
    page = site.desk(key=None, path="/docs")
    expect(page.get_by_text("/v1/territories/redraw")).to_be_visible()
