"""The managers' page: closing a street that is clicked and an area that is drawn, and ending it again."""

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.helpers.browser import colours, wait_for_map

pytestmark = pytest.mark.browser
RED = np.array([200, 30, 30])


def roads_tab(site):
    page = site.desk()
    page.get_by_role("tab", name="Roads").click()
    expect(page.locator("#no-speeds")).to_be_visible()
    expect(page.locator("#pick-street")).to_be_enabled()
    wait_for_map(page)
    return page


def click_map(page, right, down):
    """At shares of the map's width and height."""
    box = page.locator("#map canvas").bounding_box()
    page.mouse.click(box["x"] + right * box["width"], box["y"] + down * box["height"])


def reddest(page):
    wait_for_map(page)
    return int(np.abs(colours(page.locator("#map")).astype(int) - RED).sum(axis=1).min())


def test_a_street_is_clicked_closed_and_opened(own_site):
    page = roads_tab(own_site)
    assert reddest(page) > 30
    page.click("#pick-street")
    expect(page.locator("#road-hint")).to_contain_text("Click a street")
    click_map(page, 0.5, 0.5)
    expect(page.locator("#road-form")).to_be_visible()
    assert page.locator(".maplibregl-popup").count() == 0
    title = page.locator("#road-form h2").inner_text()
    page.fill("#road-reason", "Burst main")
    page.select_option("#road-end", label="4 hours")
    page.get_by_role("button", name="Put into effect").click()
    row = page.locator("#speeds tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(f"{title}: Burst main")
    expect(row).to_contain_text("closed")
    expect(row).to_contain_text("Mon 16 Nov 12:00")
    (change,) = own_site.ask("GET", "/v1/network/speeds")["changes"]
    assert (change["closed"], change["until"]) == (True, "2026-11-16T12:00:00Z")
    row.click()
    assert reddest(page) < 30, "drawn on the map"
    page.get_by_role("button", name="End").click()
    expect(page.locator("#no-speeds")).to_be_visible()
    assert own_site.ask("GET", "/v1/network/speeds")["changes"] == []
    assert reddest(page) > 30


def test_an_area_is_drawn_and_slowed(own_site):
    page = roads_tab(own_site)
    page.click("#pick-area")
    for right, down in ((0.4, 0.4), (0.6, 0.4), (0.6, 0.6)):
        expect(page.locator("#area-complete")).to_have_count(0)
        click_map(page, right, down)
    page.click("#area-complete")
    page.select_option("#road-effect", label="Half the speed")
    page.select_option("#road-end", label="Until it is ended")
    page.get_by_role("button", name="Put into effect").click()
    expect(page.locator("#speeds tbody tr")).to_contain_text("50 % of the speed")
    (change,) = own_site.ask("GET", "/v1/network/speeds")["changes"]
    assert (change["factor"], change.get("until"), change["label"]) == (0.5, None, "Area")
    (ring,) = change["area"]["coordinates"]
    assert len(ring) == 4
    assert ring[0] == ring[-1]
    assert change["arc_count"] > 20


def test_choosing_can_be_left_off(own_site):
    page = roads_tab(own_site)
    page.click("#pick-area")
    click_map(page, 0.4, 0.4)
    page.click("#pick-area")
    expect(page.locator("#road-hint")).to_have_count(0)
    page.click("#pick-street")
    click_map(page, 0.5, 0.5)
    page.get_by_role("button", name="Never mind").click()
    expect(page.locator("#road-form")).to_have_count(0)
    page.click("#pick-street")
    page.get_by_role("tab", name="History").click()
    page.get_by_role("tab", name="Roads").click()
    expect(page.locator("#road-hint")).to_have_count(0)
    assert own_site.ask("GET", "/v1/network/speeds")["version"] == 0


def test_what_the_server_refuses_is_said(own_site):
    page = roads_tab(own_site)
    own_site.pages.expected.append("422")
    page.click("#pick-street")
    page.locator(".maplibregl-ctrl-zoom-out").click(click_count=6)
    wait_for_map(page)
    click_map(page, 0.02, 0.02)
    expect(page.locator("#notice")).to_contain_text("nearest road")


def test_one_who_may_not_change_speeds_sees_them(own_site):
    own_site.ask("PATCH", "/v1/network/speeds", json={"changes": [{"arcs": [0], "closed": True, "label": "Bridge"}]})
    with own_site.company.app.storage.writing(own_site.company.organisation_id) as work:
        from app.access import create_key

        key = create_key(work, "dispatcher").text
        work.commit()
    page = own_site.desk(key=key)
    page.get_by_role("tab", name="Roads").click()
    expect(page.locator("#speeds")).to_contain_text("Bridge")
    expect(page.locator("#pick-street")).to_have_count(0)
    expect(page.get_by_role("button", name="End")).to_have_count(0)
