// SPDX-License-Identifier: GPL-3.0-or-later
// What happens in the world, within the limits of its owner.
#pragma once

namespace {

ai_world::Reply world_event(
	int64 id, const char* state, std::map<std::string, int64> numbers, std::map<std::string, std::string> texts) {
	ai_world::Reply event;
	event.code = AI_BRIDGE_OK;
	event.fields["event.id"] = ai_world::Value{AI_BRIDGE_INT, id, 0, ""};
	event.fields["event.state"] = ai_world::Value{AI_BRIDGE_TEXT, 0, 0, state};
	for (auto& [name, number] : numbers)
		event.fields["event." + name] = ai_world::Value{AI_BRIDGE_INT, number, 0, ""};
	for (auto& [name, text] : texts)
		event.fields["event." + name] = ai_world::Value{AI_BRIDGE_TEXT, 0, 0, text};
	return event;
}

std::shared_ptr<s_mob_db> kind_of(e_mob_bosstype boss) {
	auto kind = std::make_shared<s_mob_db>();
	kind->boss = boss;
	return kind;
}

void monsters_stay_within_the_owners_number() {
	begin_test("monsters of AI World: as many as the owner allows, no boss, gone when it is over");
	mob_db.rows[1002] = std::make_shared<s_mob_db>();
	mob_db.rows[1511] = kind_of(BOSSTYPE_MVP);
	const auto invasion =
		world_event(1, "active", {{"spawn.monster_id", 1002}, {"spawn.amount", 50}}, {{"spawn.map", "prontera"}});
	ai_world::on_world_event(invasion);
	ai_world::turn_world(1000);
	CHECK(monsters.empty()); // nothing without the owner's word
	ai_world::happenings.clear();
	ai_world::settings.set("ai_world_spawn_most", "20");
	ai_world::on_world_event(invasion);
	ai_world::on_world_event(invasion); // told twice
	ai_world::turn_world(1000);
	ai_world::turn_world(1001);
	CHECK(monsters.size() == 20);
	ai_world::on_world_event(
		world_event(2, "active", {{"spawn.monster_id", 1511}, {"spawn.amount", 1}}, {{"spawn.map", "prontera"}}));
	monsters.erase(monsters.begin());
	ai_world::turn_world(1002);
	CHECK(monsters.size() == 19);
	ai_world::on_world_event(world_event(1, "ended", {}, {}));
	CHECK(monsters.empty());
}

void what_is_planned_waits() {
	begin_test("what is planned begins when it is time, and ends by itself");
	ai_world::settings.set("ai_world_weather", "yes");
	ai_world::on_world_event(
		world_event(3, "planned", {{"starts_at", 2000}, {"ends_at", 2100}, {"weather.maps.count", 1}},
			{{"weather.weather", "fog"}, {"weather.maps.0", "geffen"}}));
	ai_world::turn_world(1999);
	CHECK(!map_getmapflag(1, MF_FOG));
	ai_world::turn_world(2000);
	CHECK(map_getmapflag(1, MF_FOG));
	ai_world::turn_world(2100);
	CHECK(!map_getmapflag(1, MF_FOG) && ai_world::happenings.empty());
}

void weather_of_the_owner_stays() {
	begin_test("fog that was there before is there afterwards, and maps that the owner did not name are left alone");
	ai_world::settings.set("ai_world_weather", "yes");
	ai_world::settings.set("ai_world_weather_maps", "prontera");
	map_setmapflag(0, MF_FOG, true);
	ai_world::on_world_event(world_event(4, "active", {{"weather.maps.count", 2}},
		{{"weather.weather", "fog"}, {"weather.maps.0", "prontera"}, {"weather.maps.1", "geffen"}}));
	ai_world::turn_world(1);
	CHECK(!map_getmapflag(1, MF_FOG));
	ai_world::on_world_event(world_event(4, "ended", {}, {}));
	CHECK(map_getmapflag(0, MF_FOG));
	map_setmapflag(0, MF_FOG, false);
	for (const int64 id : {5, 6})
		ai_world::on_world_event(world_event(
			id, "active", {{"weather.maps.count", 1}}, {{"weather.weather", "fog"}, {"weather.maps.0", "prontera"}}));
	ai_world::turn_world(1);
	ai_world::on_world_event(world_event(5, "ended", {}, {}));
	CHECK(map_getmapflag(0, MF_FOG)); // it is still foggy
	ai_world::on_world_event(world_event(6, "ended", {}, {}));
	CHECK(!map_getmapflag(0, MF_FOG));
}

void prices_stay_within_bounds() {
	begin_test("a shop's price stays within the owner's percentage, above what shops pay, and comes back");
	npc_item_list rows[] = {{501, 50}, {502, 100}};
	smith.subtype = NPCTYPE_SHOP;
	smith.u.shop.shop_item = rows;
	smith.u.shop.count = 2;
	item_db.rows[501] = std::make_shared<item_data>(item_data{50, 25});
	item_db.rows[502] = std::make_shared<item_data>(item_data{100, 5});
	const auto change = [](int64 id, int64 item, int64 price) {
		ai_world::on_world_event(world_event(id, "active", {{"shop_price.item_id", item}, {"shop_price.price", price}},
			{{"shop_price.npc", "prontera/Smith#town"}}));
		ai_world::turn_world(1);
	};
	change(5, 502, 500);
	CHECK(rows[1].value == 100);
	ai_world::happenings.clear();
	ai_world::settings.set("ai_world_price_percent", "20");
	change(6, 502, 500);
	CHECK(rows[1].value == 120);
	ai_world::on_world_event(world_event(6, "ended", {}, {}));
	CHECK(rows[1].value == 100);
	change(7, 502, 1);
	CHECK(rows[1].value == 80);
	change(9, 502, 110); // of the price in the file, and over the one before
	CHECK(rows[1].value == 110);
	ai_world::on_world_event(world_event(7, "ended", {}, {}));
	CHECK(rows[1].value == 110);
	ai_world::on_world_event(world_event(9, "ended", {}, {}));
	CHECK(rows[1].value == 100);
	change(8, 501, 1);
	CHECK(rows[0].value == 41); // 25 zeny are paid for it, 31 with overcharge; 41 less 24 % is 31
	ai_world::happenings.clear();
}

void announcements_are_few() {
	begin_test("announcements are no more an hour than the owner wants");
	ai_world::announced.clear();
	ai_world::settings.set("ai_world_announcements_per_hour", "2");
	for (int64 id = 10; id < 15; id++)
		ai_world::on_world_event(world_event(id, "active", {}, {{"announcement.text", "Hear, hear"}}));
	ai_world::turn_world(1);
	CHECK(std::count(shown.begin(), shown.end(), "all Hear, hear") == 2);
	ai_world::happenings.clear();
}

void settings_have_bounds() {
	begin_test("settings have bounds, and a misspelt one is named");
	CHECK(ai_world::settings.set("ai_world_price_percent", "900") &&
		ai_world::settings.number("ai_world_price_percent") == 50);
	CHECK(ai_world::settings.set("ai_world_weather", "yes") && ai_world::settings.number("ai_world_weather") == 1);
	CHECK(!ai_world::settings.set("ai_world_wheather", "yes"));
	CHECK(!ai_world::settings.set("ai_world_spawn_most", "many"));
}

} // namespace
