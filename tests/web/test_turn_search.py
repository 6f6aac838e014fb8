"""Turns in a server's admin: found by words and by the player, and counted for today."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from npcs import dashboard
from npcs.models import ConversationTurn
from tenants.context import in_tenant
from tests.web.rows import make_conversation


@pytest.fixture
def talks(server, npc):
    with in_tenant(server):
        make_conversation(npc, ("Where do the wolves sleep?", "North of here."))
        make_conversation(
            npc, ("Any iron?", "None, the mine is shut."), char_id=7, player_name="Bruno"
        )


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("WOLVES", ["Where do the wolves sleep?"]),
        ("mine is", ["Any iron?"]),
        ("brun", ["Any iron?"]),
        ("aline", ["Where do the wolves sleep?"]),
        ("xyzzy", []),
    ],
)
def test_a_search_finds_words_of_both_sides_and_players(
    server, talks, owner, signed_in, asked, found
):
    page = signed_in(owner).get(f"{server.path}admin/npcs/conversationturn/", {"q": asked})
    assert [turn.player_text for turn in page.context["cl"].result_list] == found


def test_a_search_for_words_reads_no_whole_table(server, talks):
    asked = ConversationTurn.objects.filter(npc_text__icontains="xyzzy")
    with in_tenant(server), transaction.atomic():
        with connection.cursor() as cursor:
            # A table of two rows is read whole, or by its key, whatever indexes it has.
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        assert "conversation_turns_words" in asked.explain()


def test_turns_of_today_are_those_since_midnight(server, npc):
    now = timezone.now()
    with in_tenant(server):
        make_conversation(npc, *[(f"Hello {at}", "Hm.") for at in range(4)])
        for turn, hours in zip(
            ConversationTurn.objects.order_by("pk"), (50, 26, 3, 1), strict=True
        ):
            ConversationTurn.objects.filter(pk=turn.pk).update(
                created_at=now - timedelta(hours=hours)
            )
        assert dashboard._turns_since(now - timedelta(hours=24)) == 2
        assert dashboard._turns_since(now) == 0
        assert dashboard._turns_since(now - timedelta(hours=100)) == 4
