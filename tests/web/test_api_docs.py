"""The page that shows the API, in a real browser."""

from playwright.sync_api import expect


def test_the_api_can_be_read_and_tried_in_a_browser(page, committed):
    page.goto("/api/v1/docs")
    expect(page.get_by_text("What this platform speaks")).to_be_visible()
    page.click("#operations-Platform-info_retrieve")
    page.click("text=Try it out")
    page.click("button.execute")
    expect(page.locator(".live-responses-table .response-col_status").nth(1)).to_contain_text("200")
