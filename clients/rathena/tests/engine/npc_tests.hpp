// SPDX-License-Identifier: GPL-3.0-or-later
// NPCs that listen, walk, and are told of; what happened in the game.
#pragma once

namespace {

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
	smith.ud.state.force_walk = false;
	const int16 home = smith.m;
	smith.m = home + 1; // a script has moved it to another map
	CHECK(walk_smith(300, 100) == -2);
	run(buildin_ai_boundary, {string_value("GLOBAL")}, 0, smith.id);
	CHECK(walk_smith(300, 100) == 1);
	smith.ud.state.force_walk = false;
	run(buildin_ai_boundary, {string_value("RADIUS"), number_value(5)}, 0, smith.id);
	CHECK(walk_smith(103, 100) == -2);
	run(buildin_ai_boundary, {string_value("DISABLED")}, 0, smith.id);
	CHECK(walk_smith(103, 100) == -1);
	smith.m = home;
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

void map_changes_are_noticed() {
	begin_test("who has gone to another map is told to AI World once");
	ai_world::last_maps.clear();
	ai_world::report_map_changes();
	ann.m = 1;
	ai_world::report_map_changes();
	ai_world::report_map_changes();
	CHECK(events.size() == 1 && events[0]["map_change.from_map"] == "prontera" && events[0]["place.map"] == "geffen");
}

} // namespace
