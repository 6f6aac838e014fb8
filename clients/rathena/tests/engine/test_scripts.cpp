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
	ai_world::guests.clear();
	ai_world::read_with = 0;
	monsters.clear();
	calls.clear();
	events.clear();
	ready.clear();
	finished.clear();
	players.clear();
	accepts = AI_BRIDGE_OK;
	state_now = AI_BRIDGE_STATE_ACTIVE;
	blocked_x = wall_x = -1;
	map_flags.clear();
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

} // namespace

#include "dialogue_tests.hpp"
#include "log_tests.hpp"
#include "npc_tests.hpp"
#include "world_tests.hpp"
#include "places_tests.hpp"
#include "coming_tests.hpp"

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
	a_swarm_is_worth_nothing_unless_the_owner_says_so();
	a_boss_is_as_strong_as_the_owner_allows();
	a_boss_stays_out_of_towns();
	who_slew_a_boss_asks_for_the_reward();
	a_hazard_hurts_and_never_kills();
	a_hazard_ends_where_its_area_ends();
	a_dungeon_opens_room_by_room();
	a_dungeon_has_no_more_monsters_than_the_owner_allows();
	a_traveller_comes_and_goes();
	a_traveller_has_room_or_stays_away();
	after_a_reload_the_world_is_as_before();
	ai_world_hears_what_is_acted_on();
	what_the_owner_ended_early_does_not_begin_again();
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
