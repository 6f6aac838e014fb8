"""What the tier 0 library asks MariaDB, read out of the library itself."""

import re
from pathlib import Path

TIER0 = Path(__file__).parents[3] / "clients/rathena/tier0"
LIBRARY = TIER0 / "npc/custom/ai_world_tier0/library.txt"
TEXT = re.compile(r'callfunc\("AI_Text", (.*)\)')
CALL = re.compile(r"query_sql\(")
STRING = r'"(?:[^"\\]|\\.)*"'
SECONDS, MOST = 8, 500


def functions():
    """Name -> body."""
    text = LIBRARY.read_text()
    return dict(re.findall(r"^function\tscript\t(\w+)\t\{\n(.*?)^\}", text, re.S | re.M))


def pieces(expression):
    """Operands of the `+` of a script's expression, at its top level."""
    found, depth, at = [""], 0, 0
    for match in re.finditer(rf"{STRING}|[()+]|[^\"()+]+", expression):
        token = match[0]
        depth += (token == "(") - (token == ")")
        if token == "+" and depth == 0:
            found.append("")
        else:
            found[-1] += token
        at = match.end()
    assert at == len(expression)
    return [one.strip() for one in found]


def statements(body):
    """The first argument of each query_sql, as pieces."""
    for match in CALL.finditer(body):
        depth, quoted, at = 1, False, match.end()
        while depth and not (depth == 1 and not quoted and body[at] == ","):
            character = body[at]
            if character == '"':
                quoted = not quoted
            elif not quoted:
                depth += (character == "(") - (character == ")")
            at += 1
        yield pieces(body[match.end() : at if body[at] == "," else at - 1])


def as_text(game, text):
    """What AI_Text does."""
    body = functions()["AI_Text"]
    steps = re.findall(rf"replacestr\(\.@text\$, ({STRING}), ({STRING})\)", body)
    assert len(steps) == body.count("replacestr") and "return escape_sql(.@text$)" in body
    for before, after in steps:
        text = text.replace(eval(before).encode(), eval(after).encode())
    return game.escape(text)


def ask(
    game, *, kind, text, npc=b"prontera/Smith#town", name=b"Aline", number=0, waits=1, char=150_001
):
    """What AI_Ask does: the id of its row."""
    values = {
        "getarg(0)": kind, "getarg(1)": text, ".@name$": name,
        ".@npc$": npc,
        "getarg(2)": number, "getarg(3)": waits, ".@char": char,
        ".@account": 2_000_000 if char else 0, ".@level": 42 if char else 0, "max(0, .@x)": 150,
        "max(0, .@y)": 183, "(getarg(3) ? $@AI_SECONDS : 3600)": SECONDS if waits else 3600,
    }  # fmt: skip

    rows = []
    for statement in statements(functions()["AI_Ask"]):
        rows = game.query(b"".join(filled_with(game, piece, values) for piece in statement)) or rows
    return int(rows[0][0])


def event(game, kind, a=0, b=0, *, word=b"", name=b"Aline", happened_at, char=150_001):
    """What AI_Event and AI_Flush do with one event."""
    values = {
        "getarg(0)": kind, "strcharinfo(0)": name, ".@map$": b"prt_fild08", 'getarg(3, "")': word,
        "gettimetick(2)": happened_at, "getcharid(0)": char, "max(0, .@x)": 10,
        "max(0, .@y)": 20, "getarg(1, 0)": a, "getarg(2, 0)": b,
    }  # fmt: skip
    row = b"".join(filled_with(game, piece, values) for piece in event_row())
    for statement in statements(functions()["AI_Flush"]):
        values = {"$@ai_event_rows$": row}
        game.query(b"".join(values.get(one) or one[1:-1].encode() for one in statement))


def event_row():
    [row] = re.findall(r"\.@row\$ = (.*);", functions()["AI_Event"])
    return pieces(row)


def filled_with(game, piece, values):
    if piece.startswith('"'):
        return piece[1:-1].encode()
    if match := TEXT.fullmatch(piece):
        return as_text(game, values[match[1]])
    return b"%d" % values[piece]


def wait(game, row):
    """What AI_Collect sees of the row: its state, or 0."""
    [statement] = statements(functions()["AI_Collect"])
    assert statement[1:] == ["$@AI_MOST"]
    rows = game.query(statement[0][1:-1].encode() + b"%d" % MOST)
    return {int(id_): int(state) for id_, state in rows}.get(row, 0)


def choice(game, row):
    """What AI_Decide reads."""
    statement = list(statements(functions()["AI_Decide"]))[0]
    return int(game.query(filled(statement, row))[0][0])


def filled(statement, row):
    return b"".join(b"%d" % row if one == ".@id" else one[1:-1].encode() for one in statement)


def read(game, row):
    """What AI_Talk shows: pages of lines, and whether it is a farewell."""
    statement = list(statements(functions()["AI_Talk"]))[0]
    pages = {}
    rows = game.query(filled(statement, row))
    for page, line, _ in rows:
        pages.setdefault(int(page), []).append(line)
    return list(pages.values()), any(int(choice) for *_, choice in rows)
