from __future__ import annotations

from npcs.scripts.definitions import MAX_ISSUES

GUARD = 'prontera,1,2,3\tscript\tGuard\t105,{\n\tmes "Halt!";\n\tclose;\n}\n'


def names(found):
    return [definition.header.name for definition in found.definitions]


def test_braces_in_strings_and_comments_do_not_end_a_block(split):
    body = '\tmes "} \\" {";\n\t// }\n\t/* } */\n\tif (1) { end; }\n'
    found = split(f"a,1,2,3\tscript\tOne\t1,{{\n{body}}}\n{GUARD}")
    assert names(found) == ["One", "Guard"]
    assert found.definitions[0].body == "\n" + body
    assert not found.issues


def test_line_comment_marks_in_strings_are_text(split):
    assert names(split('a,1,2,3\tscript\tOne\t1,{ mes "http://x"; }\n' + GUARD)) == ["One", "Guard"]


def test_commented_out_npcs_are_not_seen(split):
    found = split(f"/*\n{GUARD}*/\n// a,1,2,3\tscript\tTwo\t1,{{\n{GUARD}")
    assert names(found) == ["Guard"]
    assert found.definitions[0].line == 8


def test_a_brace_below_the_header_is_read_with_a_warning(split):
    found = split('a,1,2,3\tscript\tOne\t1\n{\n\tmes "x";\n}\n' + GUARD)
    assert names(found) == ["One", "Guard"]
    assert found.issues[0].severity == "warning"


def test_a_script_without_a_brace_is_not_understood(split):
    found = split("a,1,2,3\tscript\tOne\t1\n" + GUARD)
    assert names(found) == ["Guard"]
    assert (found.not_understood, found.issues[0].line) == (1, 1)


def test_the_body_of_a_broken_header_is_skipped_and_what_follows_is_kept(split):
    found = split('a,1,2,3 script One 1,{\n\tmes "x";\n}\n' + GUARD)
    assert names(found) == ["Guard"]
    assert found.not_understood == 1
    assert "spaces" in found.issues[0].message
    assert "lines 1 to 3" in found.issues[0].message


def test_a_file_cut_in_half_keeps_what_was_read(split):
    found = split(GUARD + 'a,1,2,3\tscript\tTwo\t1,{\n\tmes "Hello";\n\tmes "Wor')
    assert names(found) == ["Guard", "Two"]
    assert 'mes "Hello"' in found.definitions[1].body
    assert [issue.message for issue in found.issues] == [
        "string is not closed on its line (in 'Two')",
        "block of 'Two' is never closed",
    ]


def test_a_block_that_is_never_closed_does_not_swallow_the_next_npc(split):
    found = split('a,1,2,3\tscript\tOne\t1,{\n\tif (1) {\n\tmes "x";\n}\n' + GUARD)
    assert names(found) == ["One", "Guard"]
    assert found.issues[0].line == 1


def test_an_unclosed_comment_ends_the_file(split):
    found = split(GUARD + "/* never closed\n" + GUARD)
    assert names(found) == ["Guard"]
    assert "never closed" in found.issues[0].message


def test_an_unclosed_comment_in_a_block_keeps_what_stands_before_it(split):
    found = split('a,1,2,3\tscript\tOne\t1,{\n\tmes "x";\n/* ...\n}\n')
    assert names(found) == ["One"]
    assert "comment of 'One'" in found.issues[0].message


def test_problems_of_one_file_are_listed_up_to_a_limit(split):
    found = split("nonsense\n\nprontera,1\tmonster\tx\n" * 500)
    assert len(found.issues) == MAX_ISSUES + 1
    assert found.not_understood == 501


def test_windows_line_ends_change_nothing(split):
    assert names(split(GUARD.replace("\n", "\r\n"))) == ["Guard"]
