"""Maps, their cells and flags, who lives there, what shops sell."""

from __future__ import annotations

import struct
import zlib

from world.rathena.maps import packed


def said(found):
    return [str(issue) for issue in found.issues]


def test_maps_have_the_sizes_and_cells_of_the_cache(found):
    field = found().maps["our_field"]
    assert (field.width, field.height, field.walkable) == (40, 40, 40 * 40 - 4 * 39 - 4)
    bits = zlib.decompress(field.cells)
    assert len(bits) == 200
    assert not bits[0]  # the border


def test_the_cache_of_overrides_goes_before_the_others(found, tree):
    cells = zlib.compress(bytes(20))
    entry = struct.pack("<12shhi", b"our_field", 5, 4, len(cells)) + cells
    path = tree / "db" / "import" / "map_cache.dat"
    path.write_bytes(struct.pack("<IHxx", 8 + len(entry), 1) + entry)
    field = found().maps["our_field"]
    assert (field.width, field.height, field.walkable) == (5, 4, 20)


def test_a_cache_that_ends_early_is_told(found, tree):
    path = tree / "db" / "map_cache.dat"
    path.write_bytes(path.read_bytes()[:-5])
    whole = found()
    assert set(whole.maps) == {"our_town", "our_field"}
    assert any("ends in the middle of a map" in each for each in said(whole))
    assert any("map our_cave is in no map cache" in each for each in said(whole))


def test_without_a_cache_maps_are_known_and_their_cells_are_not(found, tree):
    (tree / "db" / "map_cache.dat").unlink()
    whole = found()
    assert whole.maps["our_field"].width is None
    assert any("there is no map cache" in each for each in said(whole))


def test_a_map_outside_the_index_is_not_on_the_server(found, tree):
    (tree / "conf" / "import" / "map_conf.txt").write_text(
        "map: our_cave\nmap: moon\ndelmap: our_field\n"
    )
    whole = found()
    assert set(whole.maps) == {"our_town", "our_cave"}
    assert any("map moon is not in the map index" in each for each in said(whole))


def test_flags_are_set_and_taken_off(found):
    maps = found().maps
    assert (maps["our_town"].flags, maps["our_cave"].flags) == (
        {"town": ""},
        {"nosave": "SavePoint"},
    )


def test_spawn_lines_say_who_lives_where_and_comments_say_nothing(found):
    spawns = {(each.map_id, each.monster_id): each for each in found().spawns}
    assert len(found().spawns) == 4
    back = spawns["our_field", 71002]
    assert (back.amount, back.x, back.y, back.x_span, back.y_span) == (5, 10, 12, 3, 3)
    assert (back.respawn_ms, back.variance_ms) == (60_000, 30_000)
    assert back.source == "npc/re/mobs.txt:3"
    assert spawns["our_cave", 71002].source == "npc/re/mobs.txt:7"  # by its Aegis name


def test_only_files_the_server_loads_are_read(found, tree):
    (tree / "npc" / "re" / "draft.txt").write_text("our_field,0,0\tmonster\tPuddle\t71001,999\n")
    assert len(found().spawns) == 4


def test_broken_spawns_are_left_out_with_their_line(found, tree):
    path = tree / "npc" / "re" / "mobs.txt"
    path.write_text(
        "moon,0,0\tmonster\tPuddle\t71001,40\n"
        "our_field,0,0\tmonster\tPuddle\t99,40\n"
        "our_field,0,0\tmonster\tPuddle\t71001,0\n"
        "our_field,99,9\tmonster\tPuddle\t71001,4\n"
        "our_field,0,0\tmonster\tPuddle,12\t71001,4\n"
    )
    whole = found()
    [spawn] = whole.spawns
    assert (spawn.level, spawn.amount) == (12, 4)
    assert whole.broken == 4
    reasons = [each.partition(": ")[2] for each in said(whole)]
    assert reasons == [
        "there is no map moon: left out",
        "there is no monster 99: left out",
        "0 is outside of 1 to 1000: left out",
        "(99, 9) is outside of our_field: left out",
    ]


def test_shops_sell_where_they_or_their_copies_stand(found):
    sold = {(each.shop, each.item_id): (each.map_id, each.x, each.price) for each in found().offers}
    assert sold == {
        ("Smith Oda", 70003): ("our_town", 8, 1200),
        ("Grocer Nilo", 70002): ("our_town", 5, 40),
        ("Grocer Nilo", 70003): ("our_town", 5, 1500),
    }


def test_cells_are_packed_the_first_highest():
    assert packed(bytes([1, 0, 0, 0, 0, 0, 0, 1, 1])) == b"\x81\x80"
    assert packed(b"") == b""
