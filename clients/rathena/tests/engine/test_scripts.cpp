// SPDX-License-Identifier: GPL-3.0-or-later
// The script commands, without a game server: who is answered, who is not any more, and what they see.
#include <ctime>

#include "engine.hpp"

#include "../../src/custom/ai_world/script.inc"

#include "scripts.hpp"

#include "stand_in.hpp"

namespace {

int failures = 0;
#define CHECK(condition)                                                                                               \
	do {                                                                                                               \
		if (!(condition)) {                                                                                            \
			std::fprintf(stderr, "  line %d: %s\n", __LINE__, #condition);                                             \
			failures++;                                                                                                \
		}                                                                                                              \
	} while (false)

std::string place_file;
map_session_data ann, bob;
npc_data smith, pip, far_one;

void stand(npc_data& nd, int32 id, const char* name, int16 x) {
	nd = npc_data();
	nd.id = id;
	nd.x = x;
	nd.y = 100;
	std::snprintf(nd.exname, sizeof nd.exname, "%s", name);
	std::snprintf(nd.name, sizeof nd.name, "%s", name);
	npcs[id] = &nd;
}

void log_in(map_session_data& sd, int32 account, uint32 char_id, const char* name, uint32 login) {
	sd = map_session_data();
	sd.id = account;
	sd.x = sd.y = 100;
	sd.status.char_id = char_id;
	sd.status.account_id = uint32(account);
	std::snprintf(sd.status.name, sizeof sd.status.name, "%s", name);
	sd.login_id1 = login;
	players[account] = &sd;
}

/// What the engine does with what a player held when they leave.
void log_out(map_session_data& sd) {
	if (sd.st != nullptr) free_state(sd.st);
	players.erase(sd.id);
}

void reload_scripts() {
	while (!states.rows.empty())
		free_state(states.rows.begin()->second);
}

void begin_test(const char* sentence) {
	std::printf("%s\n", sentence);
	reload_scripts();
	ai_world::waiting.clear();
	ai_world::by_token.clear();
	ai_world::last_replies.clear();
	ai_world::listeners.clear();
	ai_world::speakers.clear();
	ai_world::bounds.clear();
	ai_world::known_npcs.clear();
	ai_world::strangers = false;
	ai_world::settings = ai_world::Settings();
	ai_world::happenings.clear();
	ai_world::own_weather.clear();
	ai_world::prices_before.clear();
	monsters.clear();
	calls.clear();
	events.clear();
	ready.clear();
	finished.clear();
	players.clear();
	accepts = AI_BRIDGE_OK;
	state_now = AI_BRIDGE_STATE_ACTIVE;
	blocked_x = -1;
	now += 1000000;
	log_in(ann, 2000001, 150001, "Ann", 7);
	log_in(bob, 2000002, 150002, "Bob", 8);
	stand(smith, 110000001, "Smith#town", 102);
	stand(pip, 110000002, "Pip", 104);
	stand(far_one, 110000003, "Far One", 140);
	shown.clear();
}

bool saw(const std::string& line) {
	return std::find(shown.begin(), shown.end(), line) != shown.end();
}
int64 returned() {
	return finished.empty() || finished.back().pushed.empty() ? -999 : finished.back().pushed.back().u.num;
}
std::string returned_text() {
	return finished.empty() || finished.back().pushed.empty() ? "?" : finished.back().pushed.back().text;
}

script_state* ask_smith(map_session_data& sd, bool window = true) {
	return run(
		buildin_ai_dialogue, {string_value(""), number_value(0), string_value("Hello")}, sd.id, smith.id, window);
}

void types(map_session_data& sd, const char* text) {
	std::snprintf(sd.npc_str, sizeof sd.npc_str, "%s", text);
	if (sd.st != nullptr) run_script_main(sd.st);
}

/// One pass may leave answers for the next: it has little time.
void deliver() {
	do
		ai_world::drain();
	while (!ai_world::arrived.empty());
}

void an_answer_goes_to_who_asked() {
	begin_test("an answer goes to who asked");
	ask_smith(ann);
	ask_smith(bob);
	CHECK(calls.size() == 2 && calls[0].npc == "prontera/Smith#town" && calls[0].char_id == 150001 &&
		calls[0].base_level == 1);
	answer(calls[1].token, {{"For Bob"}});
	deliver();
	CHECK(returned_text() == "For Bob");
	CHECK(ann.st != nullptr && bob.st == nullptr);
	answer(calls[0].token, {{"For", "Ann"}});
	deliver();
	CHECK(returned_text() == "For Ann");
	CHECK(finished.back().variables[".@ai_lines[0]"] == "2" && finished.back().variables[".@ai_lines$[1]"] == "Ann");
	CHECK(ai_world::waiting.empty() && ai_world::by_token.empty());
}

void who_logs_out_is_not_answered() {
	begin_test("who logs out is not answered");
	ask_smith(ann);
	log_out(ann);
	answer(calls[0].token, {{"Too late"}});
	deliver();
	CHECK(finished.empty());
	CHECK(ai_world::waiting.empty());
}

void memory_used_again_is_no_old_script() {
	begin_test("a script at the address and with the id of an old one gets its own answer");
	script_state* first = ask_smith(ann);
	log_out(ann);
	script_state* second = ask_smith(bob);
	CHECK(first == second && second->id == 0); // what makes it hard
	CHECK(calls.size() == 2);
	answer(calls[0].token, {{"For Ann"}});
	deliver();
	CHECK(finished.empty() && bob.st == second);
	answer(calls[1].token, {{"For Bob"}});
	deliver();
	CHECK(returned_text() == "For Bob");
}

void another_character_is_not_answered() {
	begin_test("another character of the account, or another log-in, is not answered");
	ask_smith(ann, false); // asleep: the engine keeps the state
	CHECK(ann.st == nullptr);
	log_out(ann);
	log_in(ann, 2000001, 150009, "Zoe", 9);
	answer(calls[0].token, {{"For Ann"}});
	deliver();
	CHECK(finished.size() == 1 && finished[0].state == END && finished[0].pushed.empty());
	ask_smith(bob, false);
	log_out(bob);
	log_in(bob, 2000002, 150002, "Bob", 10);
	answer(calls[1].token, {{"For the Bob of before"}});
	deliver();
	CHECK(finished.size() == 2 && finished[1].state == END && finished[1].pushed.empty());
}

void a_reload_leaves_no_window_without_a_button() {
	begin_test("@reloadscript while a call is in flight leaves no window without a button, and wakes nobody");
	ask_smith(ann);
	reload_scripts();
	ai_world::sweep();
	CHECK(saw("Ann close"));
	answer(calls[0].token, {{"Too late"}});
	deliver();
	CHECK(finished.empty() && ai_world::waiting.empty());
}

void a_player_in_another_dialogue_is_left_alone() {
	begin_test("a player who is in another dialogue by then is left alone");
	ask_smith(ann);
	free_state(ann.st);
	script_state other;
	ann.st = &other;
	ann.npc_id = pip.id;
	ai_world::sweep();
	CHECK(!saw("Ann close"));
	ann.st = nullptr;
}

void who_is_carried_off_gets_a_close_button() {
	begin_test("who is carried off to another map gets a close button instead of words");
	ask_smith(ann);
	ann.m = 1;
	answer(calls[0].token, {{"Hello"}});
	deliver();
	CHECK(saw("Ann close") && finished.size() == 1 && finished[0].state == END);
	CHECK(ann.st == nullptr);
}

void time_runs_out() {
	begin_test("without an answer the script goes on when time is up");
	ask_smith(ann);
	ai_world::sweep();
	CHECK(finished.empty());
	now += 15000;
	ai_world::sweep();
	CHECK(returned_text().empty() && finished.back().variables[".@ai_code[0]"] == "3");
	answer(calls[0].token, {{"Too late"}});
	deliver();
	CHECK(finished.size() == 1);
}

void a_sleeper_is_woken_by_its_timer() {
	begin_test("a sleeper whose time is up goes on without an answer");
	script_state* st = ask_smith(ann, false);
	CHECK(st->sleep.tick > 0);
	now += 15000;
	run_script_timer(0, now, st->sleep.charid, reinterpret_cast<intptr_t>(st));
	CHECK(finished.size() == 1 && returned_text().empty());
}

void a_stray_packet_changes_nothing() {
	begin_test("packets while a call is in flight change nothing");
	run(buildin_ai_talk, {}, ann.id, smith.id);
	types(ann, "Hi");
	CHECK(calls.size() == 1);
	types(ann, "again");
	types(ann, "and again");
	CHECK(calls.size() == 1 && ann.st != nullptr && ann.st->state == RERUNLINE);
	answer(calls[0].token, {{"Hello"}});
	deliver();
	CHECK(saw("Ann mes Hello"));
}

void a_conversation() {
	begin_test("a conversation: words, pages with a button between, words again, goodbye");
	run(buildin_ai_talk, {string_value("Yes?")}, ann.id, smith.id);
	CHECK((shown == std::vector<std::string>{"Ann mes [Smith]", "Ann mes Yes?", "Ann input"}));
	shown.clear();
	types(ann, "Tell me all");
	CHECK((shown == std::vector<std::string>{"Ann clear", "Ann mes [Smith]", "Ann mes ..."}));
	shown.clear();
	answer(calls[0].token, {{"One", "Two"}, {"Three"}}, {{"notice", "NPCs here answer by AI."}});
	deliver();
	CHECK((shown ==
		std::vector<std::string>{"Ann clear", "2000001 says NPCs here answer by AI.", "Ann mes [Smith]", "Ann mes One",
			"Ann mes Two", "Ann next"}));
	shown.clear();
	run_script_main(ann.st); // 'next'
	CHECK((shown == std::vector<std::string>{"Ann mes [Smith]", "Ann mes Three", "Ann input"}));
	types(ann, "Bye");
	CHECK(returned() == 1 && ann.st == nullptr);
	CHECK(calls.size() == 1);
}

void a_notice_that_is_a_page_is_shown_once() {
	begin_test("a notice that is a page of the reply is not shown twice");
	run(buildin_ai_talk, {}, ann.id, smith.id);
	types(ann, "Hi");
	shown.clear();
	answer(calls[0].token, {{"NPCs here answer", "by AI."}, {"Hello"}}, {{"notice", "NPCs here answer by AI."}});
	deliver();
	CHECK(!saw("2000001 says NPCs here answer by AI."));
}

void a_first_line_is_followed_by_the_answer() {
	begin_test("a first line is followed by the answer to the same request");
	run(buildin_ai_talk, {}, ann.id, smith.id);
	types(ann, "Hi");
	answer(calls[0].token, {{"Let me think."}}, {{"pending", "1"}});
	deliver();
	CHECK(saw("Ann mes Let me think.") && calls.size() == 2);
	CHECK(
		calls[1].method == "FetchReply" && calls[1].request_id == calls[0].request_id && !calls[0].request_id.empty());
	shown.clear();
	answer(calls[1].token, {{"It is so."}});
	deliver();
	CHECK((shown == std::vector<std::string>{"Ann clear", "Ann mes [Smith]", "Ann mes It is so.", "Ann input"}));
}

void the_own_script_runs() {
	begin_test("the NPC's own script runs when AI World is away, refuses, or goes away in mid-talk");
	state_now = AI_BRIDGE_STATE_AWAY;
	run(buildin_ai_talk, {}, ann.id, smith.id);
	CHECK(returned() == -1 && shown.empty());
	state_now = AI_BRIDGE_STATE_ACTIVE;
	run(buildin_ai_talk, {}, ann.id, smith.id);
	types(ann, "Hi");
	refuse(calls[0].token, AI_BRIDGE_REFUSED, "SwitchedOff", true);
	deliver();
	CHECK(returned() == -1 && finished.back().variables[".@ai_reason$[0]"] == "SwitchedOff" &&
		shown.back() == "Ann clear");
	run(buildin_ai_talk, {}, ann.id, smith.id);
	accepts = AI_BRIDGE_AWAY;
	types(ann, "Hi");
	CHECK(returned() == -1);
}

void an_owner_may_not_want_the_own_script() {
	begin_test("an owner who wants no own script gets none");
	run(buildin_ai_talk, {}, ann.id, smith.id);
	types(ann, "Hi");
	refuse(calls[0].token, AI_BRIDGE_AWAY, "", false);
	deliver();
	CHECK(returned() == 0);
}

void no_library_no_wait() {
	begin_test("without a library every command returns at once");
	ai_bridge* kept = ai_world::library.bridge;
	ai_world::library.bridge = nullptr;
	ai_world::tried = true;
	ask_smith(ann);
	CHECK(finished.size() == 1 && returned_text().empty() && finished.back().variables[".@ai_code[0]"] == "5");
	run(buildin_ai_talk, {}, ann.id, smith.id);
	CHECK(returned() == -1);
	run(buildin_ai_event, {string_value("log_out")}, ann.id, smith.id);
	CHECK(returned() == 0);
	ai_world::library.bridge = kept;
}

void results_are_for_their_own_player() {
	begin_test("the fields of an answer are read by the script that asked, for its player, and by no other");
	script_state* st =
		run(buildin_ai_call, {string_value("Quests.ListQuests"), string_value("player.char_id"), number_value(150001)},
			ann.id, smith.id, true);
	CHECK(calls[0].fields["player.char_id"] == "150001");
	answer(calls[0].token, {}, {{"quests.count", "3"}});
	deliver();
	CHECK(returned() == 0);
	script_state* again = run(buildin_ai_result, {string_value("quests.count")}, bob.id, smith.id);
	CHECK(again == st && returned_text().empty());
}

void bytes_travel_in_hex() {
	begin_test("bytes travel through scripts in hex");
	const std::string bytes("\0\xff"
							"A",
		3);
	CHECK(ai_world::to_hex(bytes) == "00ff41");
	CHECK(ai_world::from_hex("00ff41") == bytes);
}

void one_npc_answers_what_is_said() {
	begin_test("of all who hear a player one answers: who is named, who is in conversation, who is nearest");
	run(buildin_ai_listen, {}, 0, smith.id);
	run(buildin_ai_listen, {}, 0, pip.id);
	run(buildin_ai_listen, {}, 0, far_one.id);
	run(buildin_ai_hear, {string_value("Good morning")}, ann.id, pip.id);
	CHECK(calls.empty() && returned() == 0);
	run(buildin_ai_hear, {string_value("Good morning")}, ann.id, smith.id);
	CHECK(calls.size() == 1 && ann.st == nullptr);
	answer(calls[0].token, {{"Morning!"}});
	deliver();
	CHECK(saw("2000001 says Smith : Morning!"));
	now += 3000;
	run(buildin_ai_hear, {string_value("pip, is that so?")}, ann.id, smith.id);
	CHECK(calls.size() == 1);
	run(buildin_ai_hear, {string_value("pip, is that so?")}, ann.id, pip.id);
	CHECK(calls.size() == 2);
	now += 3000;
	run(buildin_ai_hear, {string_value("And then?")}, ann.id,
		smith.id); // pip is the last one spoken to, smith too: smith is nearer
	CHECK(calls.size() == 3);
	now += 3000;
	run(buildin_ai_hear, {string_value("Pipes are nice")}, bob.id, pip.id);
	CHECK(calls.size() == 3);
	run(buildin_ai_hear, {string_value("Hello")}, ann.id, far_one.id);
	CHECK(calls.size() == 3);
}

void listening_is_rate_limited() {
	begin_test("an NPC that listens answers one player after the other, not all at once");
	run(buildin_ai_listen, {}, 0, smith.id);
	run(buildin_ai_hear, {string_value("Hello")}, ann.id, smith.id);
	run(buildin_ai_hear, {string_value("Hello")}, bob.id, smith.id);
	run(buildin_ai_hear, {string_value("Hello again")}, ann.id, smith.id);
	CHECK(calls.size() == 1);
	now += 2000;
	run(buildin_ai_hear, {string_value("Hello")}, bob.id, smith.id);
	CHECK(calls.size() == 2);
}

void whispers_are_answered_by_whisper() {
	begin_test("a whisper is answered by a whisper");
	run(buildin_ai_hear, {string_value("psst"), string_value("whisper")}, ann.id, far_one.id);
	answer(calls[0].token, {{"Yes?"}});
	deliver();
	CHECK(saw("Ann whisper from NPC:Far One: Yes?"));
}

int64 walk_smith(int64 x, int64 y) {
	run(buildin_ai_walk, {string_value("Smith#town"), number_value(x), number_value(y)}, 0, pip.id);
	return returned();
}

void walking_says_the_truth() {
	begin_test("ai_walk says whether the NPC walks, and why not");
	CHECK(walk_smith(103, 100) == -1);
	run(buildin_ai_boundary, {string_value("RADIUS"), number_value(5)}, 0, smith.id);
	CHECK(walk_smith(108, 100) == -2);
	blocked_x = 104;
	CHECK(walk_smith(104, 100) == -3);
	CHECK(walk_smith(107, 100) == 1);
	CHECK(walk_smith(103, 100) == -4);
	smith.ud.state.force_walk = false;
	run(buildin_ai_boundary, {string_value("MAP")}, 0, smith.id);
	CHECK(walk_smith(300, 100) == 1);
	run(buildin_ai_walk, {string_value("Nobody"), number_value(1), number_value(1)}, 0, pip.id);
	CHECK(returned() == 0);
}

void events_carry_who_and_where() {
	begin_test("an event carries who and where, and no id twice");
	run(buildin_ai_event, {string_value("kill"), string_value("monster_id"), number_value(1002)}, ann.id, smith.id);
	run(buildin_ai_event, {string_value("log_out")}, ann.id, smith.id);
	CHECK(events.size() == 2 && events[0]["kill.monster_id"] == "1002" && events[0]["player.char_id"] == "150001");
	CHECK(events[0]["place.map"] == "prontera" && events[0].count("account_id") == 0);
	CHECK(events[1].count("log_out") == 1 && events[0]["event_id"] != events[1]["event_id"]);
}

void npcs_are_made_known_once() {
	begin_test("NPCs that scripts name are made known once");
	run(buildin_ai_listen, {}, 0, smith.id);
	ai_world::beat(0, now, 0, 0);
	ai_world::beat(0, now, 0, 0);
	CHECK(calls.size() == 1 && calls[0].method == "SyncNpcs" && calls[0].npc == "prontera/Smith#town");
}

void who_is_not_known_yet_is_asked_again() {
	begin_test("an NPC that AI World hears of for the first time answers all the same");
	ask_smith(ann);
	refuse(calls[0].token, AI_BRIDGE_REFUSED, "NotFound", true);
	deliver();
	CHECK(finished.empty() && calls.size() == 2);
	answer(calls[1].token, {{"Hello"}});
	deliver();
	CHECK(returned_text() == "Hello");
	now += 10000; // it is known by now, or never will be
	ask_smith(ann);
	refuse(calls[2].token, AI_BRIDGE_REFUSED, "NotFound", true);
	deliver();
	CHECK(calls.size() == 3 && finished.back().variables[".@ai_reason$[0]"] == "NotFound");
}

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

void monsters_stay_within_the_owners_number() {
	begin_test("monsters of AI World: as many as the owner allows, no boss, gone when it is over");
	mob_db.rows[1002] = std::make_shared<s_mob_db>();
	mob_db.rows[1511] = std::make_shared<s_mob_db>(s_mob_db{true});
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

void map_changes_are_noticed() {
	begin_test("who has gone to another map is told to AI World once");
	ai_world::last_maps.clear();
	ai_world::report_map_changes();
	ann.m = 1;
	ai_world::report_map_changes();
	ai_world::report_map_changes();
	CHECK(events.size() == 1 && events[0]["map_change.from_map"] == "prontera" && events[0]["place.map"] == "geffen");
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

#include "log_tests.hpp"

int main(int, char** words) {
	place_file = std::string(words[0]) + ".place";
	plug_in();
	an_answer_goes_to_who_asked();
	who_logs_out_is_not_answered();
	memory_used_again_is_no_old_script();
	another_character_is_not_answered();
	a_reload_leaves_no_window_without_a_button();
	a_player_in_another_dialogue_is_left_alone();
	who_is_carried_off_gets_a_close_button();
	time_runs_out();
	a_sleeper_is_woken_by_its_timer();
	a_stray_packet_changes_nothing();
	a_conversation();
	a_notice_that_is_a_page_is_shown_once();
	a_first_line_is_followed_by_the_answer();
	the_own_script_runs();
	an_owner_may_not_want_the_own_script();
	no_library_no_wait();
	results_are_for_their_own_player();
	bytes_travel_in_hex();
	one_npc_answers_what_is_said();
	listening_is_rate_limited();
	whispers_are_answered_by_whisper();
	walking_says_the_truth();
	events_carry_who_and_where();
	npcs_are_made_known_once();
	who_is_not_known_yet_is_asked_again();
	monsters_stay_within_the_owners_number();
	what_is_planned_waits();
	weather_of_the_owner_stays();
	prices_stay_within_bounds();
	announcements_are_few();
	map_changes_are_noticed();
	settings_have_bounds();
	a_trade_is_one_event();
	a_sale_has_its_price();
	picks_and_zeny_are_told();
	logs_lose_nothing_over_a_restart();
	logs_wait_for_ai_world();
	many_rows_come_in_turns();
	an_emptied_table_counts_anew();
	without_log_tables_there_is_one_line();
	the_reader_ends_with_the_game();
	std::printf(failures ? "%d failed\n" : "all well\n", failures);
	return failures != 0;
}
