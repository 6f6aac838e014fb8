// SPDX-License-Identifier: GPL-3.0-or-later
// Dungeons and travellers of AI World, and what comes back after @reloadscript.
#pragma once

namespace {

/// 1 entrance - 2 key - 3 (locked) boss; 2 behind the entrance.
void tell_of_a_dungeon() {
	std::map<std::string, int64> numbers{{"dungeon.rooms.count", 3}, {"dungeon.doors.count", 2}};
	std::map<std::string, std::string> texts;
	const char* purposes[] = {"entrance", "key", "boss"};
	for (int64 i = 0; i < 3; i++) {
		const std::string of = "dungeon.rooms." + std::to_string(i) + ".";
		numbers[of + "number"] = i + 1;
		numbers[of + "monster_id"] = i == 0 ? 0 : 1100 + i;
		numbers[of + "amount"] = i == 0 ? 0 : 4 - i;
		numbers[of + "key"] = i == 1 ? 7 : 0;
		texts[of + "map"] = "geffen";
		texts[of + "purpose"] = purposes[i];
	}
	for (int64 i = 0; i < 2; i++) {
		const std::string of = "dungeon.doors." + std::to_string(i) + ".";
		numbers[of + "one"] = i + 1;
		numbers[of + "other"] = i + 2;
		numbers[of + "lock"] = i == 1 ? 7 : 0;
	}
	mob_db.rows[1101] = kind_of(BOSSTYPE_NONE);
	mob_db.rows[1102] = kind_of(BOSSTYPE_MINIBOSS);
	told(1, "active", std::move(numbers), std::move(texts));
}

int64 alive_of(int32 kind) {
	return std::count_if(monsters.begin(), monsters.end(), [&](const auto& one) { return one.second.mob_id == kind; });
}

void a_dungeon_opens_room_by_room() {
	begin_test("a dungeon opens room by room: the lock when those with the key are slain, and it ends with its boss");
	tell_of_a_dungeon();
	ai_world::turn_world(1000);
	CHECK(monsters.empty()); // nothing without the owner's word
	ai_world::happenings.clear();
	ai_world::settings.set("ai_world_dungeon_most", "10");
	ann.m = 1;
	tell_of_a_dungeon();
	ai_world::turn_world(1000);
	CHECK(alive_of(1101) == 3 && alive_of(1102) == 0);
	monsters.erase(monsters.begin());
	ai_world::turn_world(1001);
	CHECK(alive_of(1102) == 0 && !saw("Ann banner Somewhere a lock springs open."));
	monsters.clear();
	ai_world::turn_world(1002);
	CHECK(ai_world::settings.number("ai_world_spawn_boss") == 0);
	CHECK(alive_of(1102) == 2 && saw("Ann banner Somewhere a lock springs open."));
	monsters.clear();
	ai_world::turn_world(1003);
	CHECK(saw("Ann banner The last of them has fallen. The depths are quiet."));
	npc_data quests;
	stand(quests, 110000009, "AI_Quests", 0);
	told(1, "ended", {}, {});
	CHECK(saw("Ann event AI_Quests::OnReward") && !saw("Bob event AI_Quests::OnReward"));
	npcs.erase(quests.id);
}

void a_dungeon_has_no_more_monsters_than_the_owner_allows() {
	begin_test("of a dungeon no more are alive at once than the owner allows; the others come after them");
	ai_world::settings.set("ai_world_dungeon_most", "2");
	tell_of_a_dungeon();
	ai_world::turn_world(1000);
	CHECK(monsters.size() == 2);
	monsters.erase(monsters.begin());
	ai_world::turn_world(1001);
	CHECK(monsters.size() == 2);
	told(1, "ended", {}, {});
	CHECK(monsters.empty());
}

npc_data model;

void tell_of_runa() {
	told(1, "active",
		{{"npc_arrival.x", 150}, {"npc_arrival.y", 80}, {"npc_arrival.left", 145}, {"npc_arrival.right", 153},
			{"npc_arrival.bottom", 70}, {"npc_arrival.top", 90}},
		{{"npc_arrival.npc", "geffen/Runa#road"}, {"npc_arrival.name", "Runa#x"}, {"npc_arrival.map", "geffen"},
			{"npc_arrival.sprite", "4_F_01"}});
}

npc_data* runa() {
	return ai_world::npc_by_key("geffen/Runa#road");
}

void a_traveller_comes_and_goes() {
	begin_test("a traveller stands where AI World says, answers by the name it has there, keeps to its ground, and goes");
	stand(model, 110000004, "AI_Traveller", 0);
	tell_of_runa();
	ai_world::turn_world(1000);
	npc_data* nd = runa();
	CHECK(nd != nullptr);
	if (nd == nullptr) return;
	CHECK(nd->m == 1 && nd->x == 150 && nd->class_ == 90 && std::string(nd->name) == "Runa");
	CHECK(ai_world::key_of(*nd) == "geffen/Runa#road");
	ann.m = 1;
	ann.x = 150;
	run(buildin_ai_dialogue, {string_value(""), number_value(0), string_value("Hello")}, ann.id, nd->id, true);
	CHECK(calls.size() == 1 && calls[0].npc == "geffen/Runa#road");
	free_state(ann.st);
	CHECK(ai_world::walk(*nd, 153, 80) == ai_world::walks);
	nd->ud.state.force_walk = false;
	CHECK(ai_world::walk(*nd, 154, 80) == ai_world::too_far);
	told(1, "ended", {}, {});
	CHECK(runa() == nullptr && ai_world::guests.empty() && ai_world::bounds.empty());
}

void a_traveller_has_room_or_stays_away() {
	begin_test("a traveller stays away where nobody can stand, where it is known already, or where the owner wants none");
	stand(model, 110000004, "AI_Traveller", 0);
	wall_x = 150;
	tell_of_runa();
	ai_world::turn_world(1000);
	CHECK(runa() == nullptr);
	wall_x = -1;
	ai_world::happenings.clear();
	ai_world::settings.set("ai_world_travellers", "0");
	tell_of_runa();
	ai_world::turn_world(1000);
	CHECK(runa() == nullptr);
	ai_world::happenings.clear();
	ai_world::settings.set("ai_world_travellers", "1");
	npc_data own;
	stand(own, 110000005, "Runa#road", 104); // the owner's own
	tell_of_runa();
	ai_world::turn_world(1000);
	CHECK(runa() == &own && ai_world::guests.empty());
	npcs.erase(own.id);
}

void after_a_reload_the_world_is_as_before() {
	begin_test("@reloadscript takes prices, weather, monsters and travellers away, and they come back");
	stand(model, 110000004, "AI_Traveller", 0);
	npc_item_list rows[] = {{502, 100}};
	item_db.rows[502] = std::make_shared<item_data>(item_data{100, 5});
	smith.subtype = NPCTYPE_SHOP;
	smith.u.shop.shop_item = rows;
	smith.u.shop.count = 1;
	mob_db.rows[1002] = kind_of(BOSSTYPE_NONE);
	for (const char* key : {"ai_world_spawn_most", "ai_world_dungeon_most", "ai_world_price_percent"})
		ai_world::settings.set(key, "20");
	ai_world::settings.set("ai_world_weather", "yes");
	tell_of_runa();
	told(2, "active", {{"spawn.monster_id", 1002}, {"spawn.amount", 5}}, {{"spawn.map", "geffen"}});
	told(3, "active", {{"weather.maps.count", 1}}, {{"weather.weather", "fog"}, {"weather.maps.0", "geffen"}});
	told(4, "active", {{"shop_price.item_id", 502}, {"shop_price.price", 110}},
		{{"shop_price.npc", "prontera/Smith#town"}});
	told(5, "active", {}, {{"announcement.text", "Once"}});
	ai_world::announced.clear();
	ai_world::turn_world(1000);
	monsters.erase(monsters.begin()); // one is slain
	ai_world::turn_world(1001);
	CHECK(rows[0].value == 110 && monsters.size() == 4 && runa() != nullptr);

	// What the engine does: all NPCs and monsters are others, flags and prices as the files have them.
	npc_unload(runa(), true);
	stand(model, 110000014, "AI_Traveller", 0);
	npcs.erase(110000004);
	map_flags.clear();
	monsters.clear();
	rows[0].value = 100;
	ai_world::turn_world(1002);
	CHECK(rows[0].value == 110 && map_getmapflag(1, MF_FOG) && monsters.size() == 4 && runa() != nullptr);
	CHECK(std::count(shown.begin(), shown.end(), "all Once") == 1);
	for (int64 id = 1; id <= 5; id++)
		told(id, "ended", {}, {});
	CHECK(rows[0].value == 100 && !map_getmapflag(1, MF_FOG) && monsters.empty() && runa() == nullptr);
}

void ai_world_hears_what_is_acted_on() {
	begin_test("AI World hears what is acted on, as the owner set it");
	ai_world::tell_acts();
	CHECK((acts == std::vector<std::string>{"announcement", "npc_arrival"}));
	ai_world::settings.set("ai_world_hazards", "yes");
	ai_world::settings.set("ai_world_boss_most", "2");
	ai_world::settings.set("ai_world_travellers", "0");
	ai_world::tell_acts();
	CHECK((acts == std::vector<std::string>{"announcement", "boss", "hazard"}));
}

void what_the_owner_ended_early_does_not_begin_again() {
	begin_test("what the owner's limit ended does not begin again when AI World tells of it once more");
	mob_db.rows[1002] = kind_of(BOSSTYPE_NONE);
	ai_world::settings.set("ai_world_spawn_most", "5");
	ai_world::settings.set("ai_world_spawn_minutes", "1");
	const auto tell = [] {
		told(1, "active", {{"spawn.monster_id", 1002}, {"spawn.amount", 5}}, {{"spawn.map", "geffen"}});
	};
	const int64 start = std::time(nullptr);
	tell();
	ai_world::turn_world(start);
	CHECK(monsters.size() == 5);
	ai_world::turn_world(start + 62);
	CHECK(monsters.empty());
	tell();
	ai_world::turn_world(start + 63);
	CHECK(monsters.empty());
}

} // namespace
