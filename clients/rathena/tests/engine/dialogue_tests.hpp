// SPDX-License-Identifier: GPL-3.0-or-later
// Scripts that wait: who is answered, who is not any more, and what they see.
#pragma once

namespace {

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

} // namespace
