import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from aiworld.errors import Unavailable
from inference import client

FILE = {
    "histories": [
        {
            "id": "one",
            "sessions": [
                {
                    "id": "s1",
                    "at": "2023-05-03T10:00:00Z",
                    "turns": [
                        {"id": "t1", "speaker": "Ann", "text": "Did you find a dog?"},
                        {"id": "t2", "speaker": "Ben", "text": "Yes, a terrier called Waffles."},
                        {"id": "t3", "speaker": "Ann", "text": "I painted a fence with my aunt."},
                    ],
                },
                {
                    "id": "s2",
                    "at": "2023-06-10T10:00:00",
                    "turns": [
                        {"id": "t4", "speaker": "Ben", "text": "Waffles ate my left shoe."},
                        {"id": "t6", "speaker": None, "text": None},
                        {"id": 5, "speaker": "Ann", "text": "I sleep badly in summer."},
                    ],
                },
            ],
            "questions": [
                {
                    "id": "q1", "text": "Who painted a fence?", "at": "2023-07-01", "kind": "one",
                    "evidence": ["t3"], "answerable": True,
                },
                {
                    "id": "q2", "text": "Which dog is there and what did it eat?",
                    "at": "2023-07-01", "kind": "two", "evidence": ["t2", "t4", "elsewhere"],
                    "answerable": True,
                },
                {
                    "id": "q3", "text": "Which submarine was sold?", "at": None, "kind": "never",
                    "evidence": [], "answerable": False,
                },
            ],
        }
    ]
}  # fmt: skip


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "histories.json"
    path.write_text(json.dumps(FILE))
    return path


def figures(*arguments):
    out, err = StringIO(), StringIO()
    call_command("memory_eval", *map(str, arguments), "--json", stdout=out, stderr=err)
    return json.loads(out.getvalue()), err.getvalue()


def test_the_figures_are_of_all_questions_and_of_each_kind(file):
    found, said = figures(file, "--encoder", "off")
    assert found["questions"] == 3
    assert found["by_kind"]["one"]["recall_at_5"] == 1.0
    assert found["by_kind"]["two"]["recall_at_10"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["recall_at_10"] == pytest.approx((1 + 2 / 3) / 2, abs=1e-4)
    assert (found["abstained_answerable"], found["abstained_unanswerable"]) == (0, 1)
    assert found["by_kind"]["never"]["recall_at_5"] is None
    assert found["ms_per_query"] > 0
    assert "words alone" in said and found["encoder"] == "away"


def test_the_encoder_of_the_inference_process_is_asked_first(file, monkeypatch):
    asked = []
    monkeypatch.setattr(
        client, "embed_now", lambda texts: asked.extend(texts) or [[1.0] * 384] * len(texts)
    )
    found, _ = figures(file)
    assert found["encoder"] == "used"
    assert "Waffles ate my left shoe." in asked


def test_without_an_inference_process_the_command_loads_the_model_itself(file, monkeypatch):
    def away(texts):
        raise Unavailable("no process")

    monkeypatch.setattr(client, "embed_now", away)
    monkeypatch.setattr(client, "embed_here", lambda texts: [[1.0] * 384] * len(texts))
    assert figures(file)[0]["encoder"] == "used"
    monkeypatch.setattr(client, "embed_here", away)
    assert figures(file)[0]["encoder"] == "away"


def test_only_text_and_time_of_a_question_are_used(file):
    before, _ = figures(file, "--encoder", "off")
    changed = json.loads(file.read_text())
    for at, question in enumerate(changed["histories"][0]["questions"]):
        question |= {"id": f"x{at}", "hint": question["evidence"]}
    file.write_text(json.dumps(changed))
    after, _ = figures(file, "--encoder", "off")
    timeless = {name: value for name, value in before.items() if name != "ms_per_query"}
    assert timeless.items() <= after.items()


@pytest.mark.parametrize("text", ["{", '{"histories": [{"sessions": []}]}', "[1]"])
def test_what_is_no_such_file_is_told(tmp_path, text):
    path = tmp_path / "broken.json"
    path.write_text(text)
    with pytest.raises(CommandError, match="broken.json"):
        figures(path, "--encoder", "off")


def test_a_history_without_turns_has_no_answers(tmp_path):
    path = tmp_path / "empty.json"
    question = {"id": "q", "text": "Who?", "answerable": True, "evidence": ["t"]}
    path.write_text(json.dumps({"histories": [{"id": "h", "questions": [question]}]}))
    found, _ = figures(path, "--encoder", "off")
    assert found["recall_at_10"] == 0 and found["abstained_answerable"] == 1
