from __future__ import annotations


def told(character):
    return [(line.voice, line.speaker, line.text) for line in character.lines]


def branches(character):
    return {line.text: line.branch for line in character.lines}


def test_rows_below_a_label_are_one_line_of_that_speaker(npc):
    guard = npc('mes "[Guard]"; mes "The city is"; mes "closed."; mes "Go home."; close;')
    assert told(guard) == [("own", "Guard", "The city is closed.\nGo home.")]


def test_next_begins_a_new_page(npc):
    guard = npc('mes "[Guard]"; mes "One."; next; mes "[Guard]"; mes "Two."; close;')
    assert [line.page for line in guard.lines] == [0, 1]


def test_another_label_is_another_speaker(npc):
    guard = npc('mes "[Guard]"; mes "Halt!"; mes "[Thief]"; mes "Never!"; close;')
    assert told(guard)[1] == ("other", "Thief", "Never!")


def test_the_player_speaks_under_the_own_name(npc):
    guard = npc('mes "[" + strcharinfo(0) + "]"; mes "Who, me?"; close;')
    assert told(guard) == [("player", "{player}", "Who, me?")]


def test_a_label_unlike_the_name_is_the_characters_own_if_there_is_no_other(npc):
    guard = npc('mes "[Sir Aldric]"; mes "I am in disguise."; close;')
    assert told(guard) == [("own", "Guard", "I am in disguise.")]


def test_scripts_without_labels_speak_for_themselves(npc):
    assert told(npc('mes "Halt!"; close;')) == [("own", "Guard", "Halt!")]


def test_a_page_without_a_label_tells_what_happens_where_others_have_one(npc):
    guard = npc(
        'mes "[Guard]"; mes "One."; next; mes "He looks around."; next; mes "[Guard]"; mes "Two.";'
    )
    assert [line.voice for line in guard.lines] == ["own", "narration", "own"]


def test_rows_between_dashes_are_narration(npc):
    guard = npc('mes "[Guard]"; mes "- He yawns and -"; mes "- falls asleep. -"; close;')
    assert told(guard) == [("narration", "", "- He yawns and falls asleep. -")]


def test_the_label_may_be_a_variable(npc):
    guard = npc('.@n$ = "[Guard]"; mes .@n$; mes "Halt!"; close;\nOnInit: set .m$,"[Thief]"; end;')
    assert told(guard) == [("own", "Guard", "Halt!")]


def test_a_constant_number_is_shown(npc):
    guard = npc('.@price = 40; mes "It costs " + .@price + "z."; Zeny -= .@price; close;')
    assert guard.lines[0].text == "It costs 40z."


def test_a_changing_number_is_not(npc):
    guard = npc('.@i = 1; .@i++; mes "You came " + .@i + " times."; close;')
    assert guard.lines[0].text == "You came … times."


def test_several_arguments_are_several_rows(npc):
    assert npc('mes("One.", "Two."); close;').lines[0].text == "One.\nTwo."


def test_switch_over_select_names_the_options(npc):
    guard = npc(
        'switch (select("Yes:No", "Perhaps")) {\n'
        'case 1: mes "A"; break;\ncase 2: mes "B"; break;\ncase 3: mes "C"; close;\n'
        'default: mes "D"; close; }\nmes "E";'
    )
    assert branches(guard) == {
        "A": ('option "Yes"',),
        "B": ('option "No"',),
        "C": ('option "Perhaps"',),
        "D": ("default",),
        "E": (),
    }


def test_a_choice_kept_in_a_variable_is_followed(npc):
    guard = npc(
        '.@c = select("Buy:Sell"); switch (.@c) { case 2: mes "A"; } if (.@c == 1) mes "B";'
    )
    assert branches(guard) == {"A": ('option "Sell"',), "B": ('option "Buy"',)}


def test_if_over_select_names_both_ways(npc):
    guard = npc('if (select("Yes:No") == 1) { mes "A"; } else { mes "B"; }')
    assert branches(guard) == {"A": ('option "Yes"',), "B": ('option "No"',)}


def test_menu_labels_lead_to_their_options(npc):
    guard = npc('menu "Yes",L_Yes,"No",-; mes "A"; close;\nL_Yes: mes "B"; close;')
    assert branches(guard) == {"A": ('option "No"',), "B": ('option "Yes"',)}


def test_conditions_nest_with_and_without_braces(npc):
    guard = npc(
        'if (a == 1) { if (b) mes "A"; else mes "B"; mes "C"; }\n'
        'else if (a == 2) mes "D";\nelse { mes "E"; }\nmes "F";'
    )
    assert branches(guard) == {
        "A": ("if a == 1", "if b"),
        "B": ("if a == 1", "else"),
        "C": ("if a == 1",),
        "D": ("if a == 2",),
        "E": ("else",),
        "F": (),
    }


def test_loops_are_no_branches(npc):
    guard = npc(
        'for (.@i = 0; .@i < 3; .@i++) mes "A"; while (1) { mes "B"; } do { mes "C"; } while (x);'
    )
    assert set(branches(guard).values()) == {()}


def test_local_functions_and_event_labels_are_named(npc):
    guard = npc('mes "A"; end;\nOnTouch: mes "B"; end;\nfunction Tell { mes "C"; return; }')
    assert branches(guard) == {
        "A": (),
        "B": ("label OnTouch",),
        "C": ("label OnTouch", "function Tell"),
    }


def test_talk_over_the_head_is_a_line_of_its_own(npc):
    guard = npc('npctalk "Halt!"; npctalk strnpcinfo(1) + " : Thieves!"; npctalk "No!", "Thief#2";')
    assert told(guard) == [
        ("own", "Guard", "Halt!"),
        ("own", "Guard", "Thieves!"),
        ("other", "Thief", "No!"),
    ]
    assert {line.kind for line in guard.lines} == {"overhead"}


def test_functions_speak_for_those_who_call_them(npc):
    guard = npc(
        'callfunc "F_Bless", 1; close;',
        more="function\tscript\tF_Bless\t{\n"
        'mes "["+strnpcinfo(1)+"]"; mes "Be blessed."; F_Bless(); }\n',
    )
    assert told(guard) == [("own", "Guard", "Be blessed.")]
    assert guard.lines[0].branch == ("function F_Bless",)


def test_lines_know_where_they_are_written(npc):
    assert npc('\n\nmes "Halt!";').lines[0].line == 4


def test_colours_escapes_and_comments_are_gone(npc):
    guard = npc('mes /* loud */ "^FF0000\\"Halt!\\"^000000"; // mes "no";')
    assert guard.lines[0].text == '"Halt!"'
