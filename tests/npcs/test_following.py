import pytest
from django.utils import timezone

from npcs import following, knowledge, memory, reading
from npcs.brief import Language
from npcs.models import Conversation, ConversationTurn, NpcKnowledge, NpcMemory
from npcs.scales import Speaker
from npcs.turns import Said
from tests.conftest import make_npc

pytestmark = pytest.mark.usefixtures("inside")


def talked(npc, *lines, language: Language = "en", char_id=1):
    """A conversation as recording leaves it: each line a turn and a memory."""
    talk = Conversation.objects.create(
        npc=npc, char_id=char_id, player_name="Aline", map_name="prontera", language=language,
        started_at=timezone.now(), last_turn_at=timezone.now(),
    )  # fmt: skip
    say_more(talk, *lines)
    return talk


def say_more(talk, *lines):
    for text in lines:
        now = timezone.now()
        turn = ConversationTurn.objects.create(
            conversation=talk, player_text=text, npc_text="I see.", intent="statement",
            emotion="neutral", trust=2, trust_change=0, source="composer", latency_ms=1,
            request_id=f"{talk.pk}-{text}", created_at=now,
        )  # fmt: skip
        NpcMemory.objects.create(
            npc=talk.npc, char_id=talk.char_id, player_name="Aline", speaker=Speaker.PLAYER,
            text=text, happened_at=now, turn=turn,
        )  # fmt: skip
    following.extract(talk.pk)


def remembered(npc, char_id=1):
    rows = NpcMemory.objects.about(npc.pk, char_id).order_by("happened_at", "pk")
    return list(rows.values_list("text", flat=True))


def test_a_line_is_filed_under_what_it_is_about():
    npc = make_npc()
    talked(npc, "My dog is called Rex", "I live in Geffen")
    assert list(NpcMemory.objects.order_by("pk").values_list("subject", flat=True)) == [
        "dog", "home",
    ]  # fmt: skip


def test_a_fact_within_a_longer_line_is_stored_beside_it():
    npc = make_npc()
    talked(npc, "Nice forge. My dog is called Rex.")
    fact = NpcMemory.objects.get(kind=NpcMemory.Kind.FACT)
    assert (fact.text, fact.subject, fact.speaker) == ("My dog is called Rex", "dog", "player")
    assert fact.embedding is not None


def test_what_was_put_right_is_replaced_and_kept():
    npc = make_npc()
    talk = talked(npc, "My dog is called Rex")
    say_more(talk, "Actually my dog is called Max")
    assert not any("Rex" in text for text in remembered(npc))
    old = NpcMemory.objects.get(text="My dog is called Rex")
    assert old.superseded_by is not None and "Max" in old.superseded_by.text


def test_her_name_is_resolved_and_the_illness_stays():
    npc = make_npc()
    talked(npc, "My sister Mira is ill", "Actually her name is Lia, not Mira")
    assert "My sister is called Lia" in remembered(npc)
    assert "My sister Mira is ill" in remembered(npc)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("I love plums", "I love apples"),
        ("My dog is called Rex", "My cat is called Mimi"),
        ("I have two brothers", "My brother is called Ivo"),
        ("I live in Geffen and my sister Mira is ill", "I moved to Payon"),
    ],
)
def test_what_is_no_correction_replaces_nothing(first, second):
    npc = make_npc()
    talked(npc, first, second)
    assert NpcMemory.objects.filter(superseded_by=None).count() == NpcMemory.objects.count()


def test_another_players_memories_are_not_touched():
    npc = make_npc()
    talked(npc, "My dog is called Rex", char_id=1)
    talked(npc, "My dog is called Max", char_id=2)
    assert remembered(npc, 1) == ["My dog is called Rex"]


def test_doing_it_twice_changes_nothing():
    npc = make_npc()
    talk = talked(npc, "Hello there. My dog is called Rex.")
    before = NpcMemory.objects.count()
    Conversation.objects.filter(pk=talk.pk).update(extracted_turn_id=0)
    following.extract(talk.pk)
    assert NpcMemory.objects.count() == before


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("¿qué sabes del gran incendio?", "es"),
        ("o que você sabe do incêndio?", "pt"),
        ("tell me about the blaze", "en"),
    ],
)
def test_one_fact_among_three_hundred_is_found_by_its_words_alone(said, language):
    npc = make_npc()
    NpcKnowledge.objects.bulk_create(
        [NpcKnowledge(npc=npc, text="The great fire began in the bakery.")]
        + [
            NpcKnowledge(npc=npc, text=f"Barrel {n} holds apples.", position=n)
            for n in range(1, 301)
        ]
    )
    asked = Said(
        npc_key=npc.key, char_id=1, player_name="Aline", text=said, request_id=said,
        language=language,
    )  # fmt: skip
    best = knowledge.search(reading.scene(asked), said, None, limit=3)
    assert "bakery" in best[0].text and best[0].score > 0.5


def test_words_with_accents_are_found_without_them():
    npc = make_npc()
    memory.remember(
        npc_key=npc.key, char_id=1, player_name="Aline", text="Minha irmã gosta de açaí",
        request_id=None,
    )  # fmt: skip
    [found] = memory.search(
        npc.pk, 1, "o que eu disse da minha irma e do acai?", None,
        language="pt", limit=3, now=timezone.now(),
    )  # fmt: skip
    assert "açaí" in found.text
