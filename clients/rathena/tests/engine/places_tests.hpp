// SPDX-License-Identifier: GPL-3.0-or-later
// Swarms, bosses and hazards of AI World.
#pragma once

namespace {

void told(int64 id, const char* state, std::map<std::string, int64> numbers, std::map<std::string, std::string> texts) {
	ai_world::on_world_event(world_event(id, state, std::move(numbers), std::move(texts)));
}

void a_swarm_is_worth_nothing_unless_the_owner_says_so() {
	begin_test("monsters of AI World leave nothing and teach nothing, unless the owner says so");
	mob_db.rows[1002] = kind_of(BOSSTYPE_NONE);
	ai_world::settings.set("ai_world_spawn_most", "20");
	told(1, "active", {{"spawn.monster_id", 1002}, {"spawn.amount", 2}}, {{"spawn.map", "prontera"}});
	ai_world::turn_world(1000);
	CHECK(monsters.size() == 2);
	for (auto& [id, md] : monsters)
		CHECK(md.db->dropitem.empty() && md.db->base_exp == 0 && md.db->job_exp == 0 && md.state.rebirth == 1 &&
			md.state.steal_flag == UCHAR_MAX && md.state.steal_coin_flag == 1 && md.status.max_hp == 1000);
	CHECK(mob_db.rows[1002]->base_exp == 10 && mob_db.rows[1002]->dropitem.size() == 1); // the kind is what it was
	told(1, "ended", {}, {});
	ai_world::settings.set("ai_world_spawn_pays", "yes");
	told(2, "active", {{"spawn.monster_id", 1002}, {"spawn.amount", 1}}, {{"spawn.map", "prontera"}});
	ai_world::turn_world(1001);
	CHECK(monsters.size() == 1 && monsters.begin()->second.db->base_exp == 10);
	told(2, "ended", {}, {});
	ai_world::settings.set("ai_world_spawn_pays", "no");
	battle_config.zeny_from_mobs = 1; // the engine gives zeny for any monster
	told(3, "active", {{"spawn.monster_id", 1002}, {"spawn.amount", 1}}, {{"spawn.map", "prontera"}});
	ai_world::turn_world(1002);
	CHECK(monsters.empty());
	battle_config.zeny_from_mobs = 0;
}

std::map<std::string, int64> boss(int64 monster, int64 percent) {
	return {{"boss.monster_id", monster}, {"boss.strength_percent", percent}, {"boss.x", 100}, {"boss.y", 100}};
}

void a_boss_is_as_strong_as_the_owner_allows() {
	begin_test("a boss is as strong as AI World says and the owner allows, one at a time, alone, and no MVP");
	auto kind = kind_of(BOSSTYPE_NONE);
	for (const uint16 skill : {uint16(NPC_SUMMONSLAVE), uint16(NPC_METAMORPHOSIS), uint16(7)}) {
		kind->skill.push_back(std::make_shared<s_mob_skill>());
		kind->skill.back()->skill_id = skill;
	}
	mob_db.rows[1023] = kind;
	mob_db.rows[1039] = kind_of(BOSSTYPE_MVP);
	told(1, "active", boss(1023, 250), {{"boss.map", "geffen"}, {"title", "A mighty Orc"}});
	ai_world::turn_world(1000);
	CHECK(monsters.empty()); // nothing without the owner's word
	ai_world::happenings.clear();
	ai_world::settings.set("ai_world_boss_most", "1");
	ann.m = 1;
	told(1, "active", boss(1023, 250), {{"boss.map", "geffen"}, {"title", "A mighty Orc"}});
	told(2, "active", boss(1023, 100), {{"boss.map", "geffen"}});
	ai_world::turn_world(1000);
	CHECK(monsters.size() == 1);
	const mob_data& md = monsters.begin()->second;
	CHECK(md.status.max_hp == 2500 && md.status.hp == 2500 && md.status.rhw.atk2 == 125 && md.m == 1 && md.x == 100);
	CHECK(md.db->skill.size() == 1 && md.db->skill[0]->skill_id == 7 && md.db->dropitem.empty());
	CHECK(saw("Ann banner A mighty Orc") && !saw("Bob banner A mighty Orc"));
	told(1, "ended", {}, {});
	CHECK(monsters.empty());
	ai_world::happenings.clear();
	ai_world::settings.set("ai_world_boss_percent", "150");
	told(3, "active", boss(1023, 9999), {{"boss.map", "geffen"}});
	ai_world::turn_world(1001);
	CHECK(monsters.size() == 1 && monsters.begin()->second.status.max_hp == 1500);
	told(3, "ended", {}, {});
	told(4, "active", boss(1039, 100), {{"boss.map", "geffen"}});
	ai_world::turn_world(1002);
	CHECK(monsters.empty());
}

void a_boss_stays_out_of_towns() {
	begin_test("no boss, no hazard and no dungeon in a town, whoever asks");
	ai_world::settings.set("ai_world_boss_most", "1");
	ai_world::settings.set("ai_world_hazards", "yes");
	ai_world::settings.set("ai_world_dungeon_most", "10");
	mob_db.rows[1023] = kind_of(BOSSTYPE_NONE);
	map_setmapflag(0, MF_TOWN, true);
	told(1, "active", boss(1023, 100), {{"boss.map", "prontera"}});
	told(2, "active", {{"hazard.strength", 9}, {"hazard.hp_percent", 5}, {"hazard.areas.count", 0}}, {{"map", "prontera"}});
	told(3, "active",
		{{"dungeon.rooms.count", 1}, {"dungeon.rooms.0.number", 1}, {"dungeon.rooms.0.monster_id", 1023},
			{"dungeon.rooms.0.amount", 3}},
		{{"dungeon.rooms.0.map", "prontera"}, {"dungeon.rooms.0.purpose", "entrance"}});
	ai_world::turn_world(1000);
	CHECK(monsters.empty() && ann.battle_status.hp == 100);
}

void who_slew_a_boss_asks_for_the_reward() {
	begin_test("when a boss's event ends, those who are there ask what is theirs");
	npc_data quests;
	stand(quests, 110000009, "AI_Quests", 0);
	ai_world::settings.set("ai_world_boss_most", "1");
	mob_db.rows[1023] = kind_of(BOSSTYPE_NONE);
	ann.m = 1;
	told(1, "active", boss(1023, 100), {{"boss.map", "geffen"}});
	ai_world::turn_world(1000);
	monsters.clear(); // slain
	told(1, "ended", {}, {});
	CHECK(saw("Ann event AI_Quests::OnReward") && !saw("Bob event AI_Quests::OnReward"));
	told(2, "active", {{"treasure.steps.count", 2}},
		{{"treasure.steps.0.map", "geffen"}, {"treasure.steps.1.map", "prontera"}});
	told(2, "ended", {}, {});
	CHECK(saw("Bob event AI_Quests::OnReward"));
	npcs.erase(quests.id);
}

void a_hazard_hurts_and_never_kills() {
	begin_test("a hazard takes a little of the HP every ten seconds, never the last, and slows");
	const std::map<std::string, int64> flood{{"hazard.strength", 9}, {"hazard.hp_percent", 50},
		{"hazard.slow_percent", 90}, {"hazard.areas.count", 1}, {"hazard.areas.0.x", 100}, {"hazard.areas.0.y", 100},
		{"hazard.areas.0.radius", 9}};
	told(1, "active", flood, {{"map", "prontera"}, {"title", "A flood"}});
	ai_world::turn_world(1000);
	CHECK(ann.battle_status.hp == 100 && !saw("Ann banner A flood")); // nothing without the owner's word
	ai_world::happenings.clear();
	ai_world::settings.set("ai_world_hazards", "yes");
	told(1, "active", flood, {{"map", "prontera"}, {"title", "A flood"}});
	ai_world::turn_world(1001);
	CHECK(saw("Ann banner A flood") && ann.battle_status.hp == 100);
	bob.npc_id = smith.id; // reads what an NPC says
	for (int64 second = 1002; second <= 1020; second++)
		ai_world::turn_world(second);
	CHECK(ann.battle_status.hp == 91 && bob.battle_status.hp == 100); // 5 % of 100, of 95
	CHECK(saw("2000001 slower 30") && saw("2000001 says A flood"));
	CHECK(std::count(shown.begin(), shown.end(), "2000001 says A flood") == 1);
	ann.battle_status.hp = 2;
	for (int64 second = 1021; second <= 1060; second++)
		ai_world::turn_world(second);
	CHECK(ann.battle_status.hp == 1);
	told(1, "ended", {}, {});
	ann.battle_status.hp = 100;
	ai_world::turn_world(1070);
	CHECK(ann.battle_status.hp == 100);
	told(2, "active", {{"hazard.strength", 9}, {"hazard.hp_percent", 5}, {"hazard.areas.count", 0}}, {{"map", "prontera"}});
	ai_world::turn_world(1080); // all over the map: there is no way round
	CHECK(ann.battle_status.hp == 100);
}

void a_hazard_ends_where_its_area_ends() {
	begin_test("a hazard is where its areas are");
	ai_world::settings.set("ai_world_hazards", "yes");
	told(1, "active",
		{{"hazard.strength", 9}, {"hazard.hp_percent", 5}, {"hazard.areas.count", 1}, {"hazard.areas.0.x", 95},
			{"hazard.areas.0.y", 105}, {"hazard.areas.0.radius", 5}},
		{{"map", "prontera"}});
	bob.x = 101;
	ai_world::turn_world(1000);
	CHECK(ann.battle_status.hp == 95 && bob.battle_status.hp == 100);
}

} // namespace
