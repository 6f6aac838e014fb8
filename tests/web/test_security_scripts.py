"""The admin's theme works although a browser may not evaluate anything for it."""

import re

from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import expect

from tenants.context import in_tenant
from tests.conftest import make_npc


def alpine_is_there(page):
    """Before that, keys and clicks are heard by nobody."""
    expect(page.locator("html[x-cloak]")).to_have_count(0)


def test_no_page_may_run_inline_or_evaluated_scripts(server, owner, operator, signed_in):
    pages = [("/", Client()), ("/account/login/", Client()), ("/admin/", signed_in(operator))]
    pages += [(f"{server.path}{each}", signed_in(owner)) for each in ("admin/", "live/")]
    for path, client in pages:
        policy = client.get(path)["Content-Security-Policy"]
        (scripts,) = re.findall(r"script-src ([^;]+)", policy)
        assert scripts == "'self'", path


def test_the_alpine_that_is_served_evaluates_nothing():
    found = finders.find("unfold/js/alpine/alpine.js")
    with open(found) as file:
        code = file.read()
    assert "CSP Parser Error" in code
    assert "new Function" not in code and "AsyncFunction" not in code


def test_sidebar_theme_and_menus_work(page, sign_in, server, owner):
    sign_in(f"{server.path}admin/", owner)
    alpine_is_there(page)
    html, sidebar = page.locator("html"), page.locator("#nav-sidebar")
    expect(sidebar).to_be_visible()
    page.locator("[x-on\\:click*='sidebarDesktopOpen']").first.click()
    expect(sidebar).not_to_be_visible()
    page.reload()
    expect(sidebar).not_to_be_visible()
    page.locator("[x-on\\:click*='sidebarDesktopOpen']").first.click()
    expect(sidebar).to_be_visible()
    page.locator("[x-on\\:click='openUserLinks = !openUserLinks']").click()
    page.locator("[x-on\\:click=\"switchTheme('dark')\"]").click()
    expect(html).to_have_class(re.compile(r"\bdark\b"))
    page.reload()
    expect(html).to_have_class(re.compile(r"\bdark\b"))
    page.goto("/")
    expect(html).to_have_attribute("data-theme", "dark")


def test_tables_are_searched_by_name(page, sign_in, server, owner):
    sign_in(f"{server.path}admin/", owner)
    alpine_is_there(page)
    box = page.locator("#nav-filter")
    box.press_sequentially("gossip")
    expect(page.locator("#search-results")).to_contain_text("Gossip")
    box.press("Escape")
    expect(box).to_have_value("")
    expect(page.locator("#search-results")).not_to_be_visible()


def test_the_command_palette_leads_to_a_table(page, sign_in, operator):
    sign_in("/admin/", operator)
    alpine_is_there(page)
    page.keyboard.press("Control+k")
    box = page.locator("#search-input-command")
    expect(box).to_be_focused()
    box.press_sequentially("memberships")
    expect(page.locator("#command-results-list")).to_contain_text("emberships")
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url(re.compile("tenants/membership/"))


def test_filters_actions_tabs_and_rows_work(page, sign_in, server, npc, owner):
    with in_tenant(server):
        make_npc("payon/Mei")
    sign_in(f"{server.path}admin/npcs/npcpersonality/", owner)
    filters = page.locator("#changelist-filter")
    expect(filters).not_to_be_visible()
    page.locator("[x-on\\:click='filterOpen = true']").first.click()
    expect(filters).to_be_visible()
    page.keyboard.press("Escape")
    expect(filters).not_to_be_visible()
    page.locator("input.action-select").first.check()
    page.locator("select[name=action]").select_option(index=1)
    expect(page.locator("#changelist-actions button[name=index]")).to_be_visible()
    page.click("#result_list >> text=Brannoc")
    rows = page.locator('[id^="id_knowledge-"][id$="-text"]:visible')
    expect(rows.first).to_be_visible()
    count = rows.count()
    page.locator("#knowledge-group >> text=Add another").click()
    expect(rows).to_have_count(count + 1)
