"""What happened since one's last visit: when a visit ends, and just what came after it counts."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tenants.context import in_tenant
from world import activity, away, moments, timeline, visits
from world.models import ActivityHour, GameEvent, PlayerProfile, TimelineVisit, WorldEvent
from world.moments import Moment
from world.reports.counting import count
from world.reports.events import GameEvent as Reported
from world.reports.events import Kind

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    "opened, before",
    [
        ([0], None),
        ([0, 5], None),
        ([0, 29, 58, 87], None),
        ([0, 30], 0),
        ([0, 29, 59], 29),
        ([0, 500, 501, 520], 0),
        ([0, 500, 501, 540], 501),
        ([0, 500, 1_000], 500),
    ],
)
def test_a_visit_ends_with_half_an_hour_without_the_timeline(inside, opened, before):
    start = timezone.now() - DAY
    for minute in opened:
        found = visits.come(7, now=start + minute * MINUTE)
    assert found == (None if before is None else start + before * MINUTE)
    assert TimelineVisit.objects.get().seen_at == start + opened[-1] * MINUTE


def test_a_visit_is_that_of_a_person_and_a_server(server, other_server):
    start = timezone.now() - DAY
    with in_tenant(server):
        visits.come(7, now=start)
        visits.come(8, now=start + HOUR)
    with in_tenant(other_server):
        assert visits.come(7, now=start + 2 * HOUR) is None
    with in_tenant(server):
        assert visits.come(7, now=start + 3 * HOUR) == start
        assert visits.come(8, now=start + 3 * HOUR) == start + HOUR


def test_a_clock_that_goes_back_moves_nothing(inside):
    now = timezone.now()
    visits.come(7, now=now - DAY)
    visits.come(7, now=now)
    assert visits.come(7, now=now - HOUR) == now - DAY
    assert TimelineVisit.objects.get().seen_at == now


def test_nobody_is_told_of_more_than_the_reports_there_are(inside):
    now = timezone.now()
    visits.come(7, now=now - 400 * DAY)
    assert visits.come(7, now=now) == now - visits.LONGEST


def test_a_look_that_does_not_count_leaves_no_trace_and_sees_the_same(inside):
    now = timezone.now()
    assert visits.come(7, counts=False, now=now) is None and not TimelineVisit.objects.exists()
    visits.come(7, now=now - DAY)
    for _ in range(2):
        assert visits.come(7, counts=False, now=now) == now - DAY
    assert TimelineVisit.objects.get().seen_at == now - DAY


def test_tabs_that_open_at_once_are_one_visit(server):
    now = timezone.now()
    with in_tenant(server):
        visits.come(7, now=now - DAY)

    def open_tab(at):
        try:
            with in_tenant(server):
                return visits.come(7, now=now + at * timedelta(seconds=1))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as tabs:
        assert set(tabs.map(open_tab, range(8))) == {now - DAY}


def report(number, *, seed=5):
    """Of the last six hours, through the door a map-server uses."""
    dice = random.Random(seed)
    now = timezone.now()
    kinds = (Kind.KILL, Kind.DEATH, Kind.MVP_KILL, Kind.ZENY_CHANGE, Kind.LOG_IN)
    told = [
        Reported(
            digest=f"{at:032x}", kind=dice.choice(kinds), at=now - dice.random() * 6 * HOUR,
            char_id=dice.randrange(1, 5), name="", map_name=dice.choice(["a", "b", ""]), x=1, y=1,
            number=dice.randrange(1, 9), zeny=dice.choice([-70, 0, 500]),
        )
        for at in range(number)
    ]  # fmt: skip
    count(told)
    return told


def meant(event):
    if event.kind is Kind.ZENY_CHANGE:
        return "zeny_made" if event.zeny > 0 else "zeny_spent", 1
    return event.kind.value, event.number if event.kind is Kind.KILL else 1


def test_sums_since_any_moment_are_those_of_just_the_events_since(inside):
    told = report(400)
    kinds = ("kill", "death", "mvp_kill", "zeny_made", "zeny_spent")
    for minutes in (0, 1, 17, 59, 60, 61, 134, 200, 359, 500):
        since = timezone.now() - minutes * MINUTE
        for place in ("", "a"):
            wanted = dict.fromkeys(kinds, (0, 0))
            for event in told:
                kind, number = meant(event)
                if event.at >= since and kind in kinds and place in ("", event.map_name):
                    sums = wanted[kind]
                    wanted[kind] = (sums[0] + number, sums[1] + abs(event.zeny))
            found = dict.fromkeys(kinds, (0, 0))
            for at, kind, number, zeny in activity.by_hour(since, kinds, place=place):
                assert at >= since
                found[kind] = (found[kind][0] + number, found[kind][1] + zeny)
            assert found == wanted, (minutes, place)
        on_a = sum(n for name, kind, n in activity.by_map(since, ["kill"]) if name == "a")
        assert on_a == sum(
            one.number for one in told
            if one.at >= since and one.map_name == "a" and one.kind is Kind.KILL
        )  # fmt: skip
        line = timeline.look_back("day", since=since)
        assert line.totals["kill"] == sum(one.number for one in line.bars["kill"])
        assert line.totals["kill"] == sum(
            one.number for one in told if one.at >= since and one.kind is Kind.KILL
        )


@pytest.mark.parametrize("back", [MINUTE, HOUR, 5 * HOUR, DAY, 3 * DAY, 20 * DAY, 90 * DAY])
def test_any_time_has_a_bearable_number_of_columns(inside, back):
    now = timezone.now()
    line = timeline.look_back("day", now=now, since=now - back)
    assert 1 <= len(line.begins) <= timeline.MOST_COLUMNS + 1
    assert line.begins[0] <= now - back and line.begins[-1] <= now < line.begins[-1] + line.step
    assert 0 <= line.across(now - back) <= line.across(now) <= timeline.WIDTH
    assert line.across(now - back - 4 * DAY) is None


def at(hours_ago):
    return timezone.now() - hours_ago * HOUR


def moment(hours_ago):
    return Moment(at(hours_ago), "event", str(hours_ago), "")


def test_the_mark_stands_between_what_is_new_and_what_is_not():
    found = [moment(1), moment(3), moment(5)]
    titles = {2: "1 - 3 5", 0.5: "- 1 3 5", 6: "1 3 5 -"}
    for hours, wanted in titles.items():
        told = moments.marked(found, at(hours))
        assert " ".join(one.title or "-" for one in told) == wanted
    assert moments.marked([], at(2)) == []
    many = [moment(1)] * moments.MOST
    assert moments.marked(many, at(2)) == many, "what is older is not in the list"
    assert moments.marked(many, at(0.5))[0].kind == "visit"


def live():
    """A day ago the visit ended; some came before, some after."""
    now = timezone.now()
    for hours, title in ((40, "An old feast"), (5, "A <b>new</b> feast")):
        WorldEvent.objects.create(kind="feast", title=title, starts_at=at(hours))
    WorldEvent.objects.create(kind="weather", title="It rains.", starts_at=at(4))
    for hours in (30, 3, 2):
        GameEvent.objects.create(
            kind="mvp_kill", happened_at=at(hours), char_id=1, target_id=1038, map_name="gef_dun02"
        )
        hour = activity.full_hour(at(hours))
        for kind, number in (("mvp_kill", 1), ("kill", 600)):
            ActivityHour.objects.create(
                hour=hour, kind=kind, map_name="gef_dun02", number=number
            )  # fmt: skip
    PlayerProfile.objects.create(char_id=1, name="Aline", last_seen_at=now)


def test_a_summary_counts_what_happened_since_and_nothing_else(inside):
    live()
    found = away.summary(at(24))
    assert found.moments == 3
    assert found.numbers == {"event": 1, "mvp_kill": 2, "kill": 1_200, "new_player": 1}
    PlayerProfile.objects.update(first_seen_at=at(50))
    assert away.summary(timezone.now()).numbers == {}


@pytest.fixture
def addresses(server):
    admin = f"{server.path}admin/world/worldevent/timeline/"
    return {"admin": admin, "portal": f"/servers/{server.server_id}/world/"}


@pytest.fixture(params=["admin", "portal"])
def address(request, addresses):
    return addresses[request.param]


def ended(server, hours_ago):
    with in_tenant(server):
        assert TimelineVisit.objects.update(seen_at=at(hours_ago), before_at=None) == 1


def test_the_page_marks_the_last_visit_tells_what_came_since_and_shows_only_that(
    client, owner, server, address
):
    client.force_login(owner)
    with in_tenant(server):
        live()
    first = client.get(address).text
    assert "This is your first visit here." in first and "Since your last visit" not in first
    assert "This is your first visit here." in client.get(address).text, "reloaded"
    ended(server, 24)
    for _ in range(2):  # reloading does not move the mark
        text = client.get(address, {"back": "week"}).text
        assert "Since your last visit, 1\xa0day ago" in text
        assert "3 moments worth telling" in text and "<b>1,200</b> monsters fell" in text
        new, mark, old = (text.index(one) for one in
                          ("&lt;b&gt;new", 'class="visit"><time', "An old feast"))  # fmt: skip
        assert new < mark < old and '<line class="visit"' in text
    assert 'href="?back=visit"' in text
    only = client.get(address, {"back": "visit"}).text
    assert "&lt;b&gt;new" in only and "An old feast" not in only
    assert "<b>1,200</b><span>monsters fell" in only and '<line class="visit"' not in only
    alone = client.get(address, {"back": "visit", "map": "gef_dun02"}).text
    assert "brought down MVP" in alone and "&lt;b&gt;new" not in alone


def test_a_mark_that_lies_before_the_time_shown_is_not_drawn(client, owner, server, address):
    client.force_login(owner)
    with in_tenant(server):
        live()
    client.get(address)
    ended(server, 48)
    text = client.get(address, {"back": "day"}).text
    assert "Since your last visit, 2\xa0days ago" in text and 'class="visit"' not in text


def test_without_a_visit_before_there_is_no_time_since_it(client, owner, server, address):
    client.force_login(owner)
    text = client.get(address, {"back": "visit"}).text
    assert 'href="?back=day" aria-current="true"' in text and "since my last visit" not in text


def test_the_administration_and_the_portal_are_one_visit_of_one_person(
    client, owner, viewer, server, addresses
):
    client.force_login(owner)
    client.get(addresses["admin"])
    ended(server, 24)
    assert "Since your last visit" in client.get(addresses["portal"]).text
    assert "Since your last visit" in client.get(addresses["admin"]).text
    client.force_login(viewer)
    assert "This is your first visit here." in client.get(addresses["portal"]).text
    with in_tenant(server):
        assert set(TimelineVisit.objects.values_list("user_id", flat=True)) == {
            owner.pk, viewer.pk,
        }  # fmt: skip


def test_who_does_not_look_does_not_visit(client, owner, stranger, server, address):
    client.force_login(owner)
    client.head(address)
    client.get(address, headers={"Sec-Purpose": "prefetch;prerender"})
    client.force_login(stranger)
    client.get(address)
    with in_tenant(server):
        assert not TimelineVisit.objects.exists()
