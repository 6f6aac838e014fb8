// SPDX-License-Identifier: GPL-3.0-or-later
// Part of test_scripts.cpp: what log tables say.
#pragma once

#include "log_tables.hpp"

namespace {

using Told = std::vector<std::map<std::string, std::string>>;

/// A reader of the tables, as after a start of the map-server.
void open_logs(const char* kinds = "trade, vending, pick, drop, zeny") {
	ai_world::settings.set("ai_world_logs", kinds);
	ai_world::log_token = 0;
	ai_world::log_next = 0;
	ai_world::log_pause = 1000;
	ai_world::log_reader =
		std::make_unique<ai_world::LogReader>(ai_world::LogSource{"", "", "", "", 0, "picklog", "zenylog"},
			ai_world::log_kinds(), place_file, std::make_unique<Tables>());
	ai_world::log_reader->step();
}

/// Some seconds later: what is over has been read.
void let_it_settle() {
	log_clock += 10;
	ai_world::log_reader->step();
}

/// The events of one call, without their place in it.
Told events_of(const Call& call) {
	Told told;
	for (const auto& [name, value] : call.fields) {
		if (name.rfind("events.", 0) != 0) continue;
		const size_t index = size_t(std::atoi(name.c_str() + 7));
		told.resize(std::max(told.size(), index + 1));
		told[index][name.substr(name.find('.', 7) + 1)] = value;
	}
	return told;
}

/// Sends what is there, and AI World takes it.
Told take_logs() {
	Told all;
	for (size_t before = calls.size();; before = calls.size()) {
		ai_world::tell_logs();
		if (calls.size() == before) return all;
		CHECK(calls.back().method == "World.ReportEvents" && calls.back().fields["source"] == "logs");
		for (auto& event : events_of(calls.back()))
			all.push_back(event);
		answer(calls.back().token, {}, {{"accepted", "1"}});
		deliver();
	}
}

void begin_log_test(const char* sentence) {
	begin_test(sentence);
	ai_world::log_reader.reset();
	std::remove(place_file.c_str());
	for (LogTable* table : {&picklog, &zenylog}) {
		table->rows.clear();
		table->next = 1;
	}
	log_fault.clear();
}

void a_trade_is_one_event() {
	begin_log_test("a trade is one event, whatever passed in it, told by one side");
	open_logs();
	hand('T', 150001, 150002, 501, 10);
	hand('T', 150002, 150001, 909, 3);
	hand('T', 150001, 150002, 501, 5);
	hand('T', 150003, 150004, 602, 1); // of others, in the same moment
	pay('T', 150002, 150001, 700);
	let_it_settle();
	Told told = take_logs();
	CHECK(told.size() == 2);
	CHECK(told[0]["player.char_id"] == "150001" && told[0]["trade.other_char_id"] == "150002" &&
		told[0]["place.map"] == "prontera");
	CHECK(told[0]["trade.given.0.item_id"] == "501" && told[0]["trade.given.0.amount"] == "15" &&
		told[0]["trade.taken.0.item_id"] == "909");
	CHECK(told[0]["trade.zeny_given"] == "0" && told[0]["trade.zeny_taken"] == "700");
	CHECK(told[1]["player.char_id"] == "150003" && told[1]["trade.zeny_taken"] == "0" &&
		told[0]["event_id"] != told[1]["event_id"]);
}

void a_sale_has_its_price() {
	begin_log_test("a sale of a vending shop has the price of a piece; of several kinds only the sum is known");
	open_logs("vending");
	Told told;
	const auto settle = [&] {
		let_it_settle();
		for (auto& event : take_logs())
			told.push_back(event);
	};
	pay('V', 150002, 150001, 3000);
	hand('V', 150001, 150002, 501, 10);
	settle();
	pay('V', 150002, 150001, 900);
	hand('V', 150001, 150002, 501, 1);
	hand('V', 150001, 150002, 502, 1);
	settle();
	hand('B', 150003, 150004, 909, 2); // into a buying store
	pay('B', 150004, 150003, 80);
	settle();
	hand('V', 150001, 150002, 501, 10); // zenylog was off: nobody knows what for
	hand('T', 150001, 150002, 501, 10); // not asked for
	settle();
	CHECK(told.size() == 3);
	CHECK(told[0]["player.char_id"] == "150001" && told[0]["vending_sale.buyer_char_id"] == "150002");
	CHECK(told[0]["vending_sale.item_id"] == "501" && told[0]["vending_sale.amount"] == "10" &&
		told[0]["vending_sale.price"] == "300");
	CHECK(told[1]["player.char_id"] == "150001" && told[1]["trade.zeny_taken"] == "900" &&
		told[1]["trade.given.1.item_id"] == "502");
	CHECK(told[2]["player.char_id"] == "150003" && told[2]["trade.zeny_taken"] == "80" &&
		told[2]["trade.given.0.item_id"] == "909");
}

void picks_and_zeny_are_told() {
	begin_log_test(
		"picks, drops and zeny that comes or goes are told; what monsters drop, and a bank account, are not");
	open_logs();
	write_pick('M', 1002, 909, -1);
	write_pick('P', 150001, 909, 1);
	write_pick('P', 150001, 501, -2);
	write_zeny('M', 150001, 150001, 12);
	write_zeny('S', 150001, 0, -500);
	write_pick('S', 150001, 501, 10);
	write_zeny('K', 150001, 150001, -100);
	write_zeny('N', 150002, 150002, -60);
	let_it_settle();
	Told told = take_logs();
	CHECK(told.size() == 5);
	CHECK(told[0]["item_pick.item_id"] == "909" && told[1]["item_drop.amount"] == "2");
	CHECK(told[2]["zeny_change.change"] == "12" && told[2]["zeny_change.reason"] == "monster");
	CHECK(told[3]["zeny_change.change"] == "-60" && told[3]["zeny_change.reason"] == "fee");
	CHECK(told[4]["zeny_change.reason"] == "npc_buy" && told[4]["zeny_change.item_id"] == "501" &&
		told[4]["zeny_change.amount"] == "10");
}

void logs_lose_nothing_over_a_restart() {
	begin_log_test("over a restart nothing in the log tables is lost, and what is told again has the same id");
	write_pick('P', 150001, 909, 1); // before AI World came
	log_clock += 10;
	open_logs();
	write_pick('P', 150001, 910, 1);
	let_it_settle();
	CHECK(take_logs().size() == 1);
	ai_world::log_reader->step(); // writes down where it is
	write_pick('P', 150001, 911, 1);
	hand('T', 150001, 150002, 501, 1);
	log_clock += 4; // the trade may go on
	ai_world::log_reader->step();
	ai_world::tell_logs();
	CHECK(events_of(calls.back()).size() == 1);
	const std::string sent = events_of(calls.back())[0]["event_id"];
	log_clock += 60; // the map-server ends with the call on its way
	open_logs();
	Told again = take_logs();
	CHECK(again.size() == 2 && again[0]["event_id"] == sent && again[1]["trade.other_char_id"] == "150002");
	ai_world::log_reader->step();
	open_logs();
	CHECK(take_logs().empty());
}

void logs_wait_for_ai_world() {
	begin_log_test("while AI World is away its log events wait, and nothing more is read");
	open_logs();
	write_pick('P', 150001, 909, 1);
	let_it_settle();
	accepts = AI_BRIDGE_AWAY;
	ai_world::tell_logs();
	CHECK(calls.empty());
	accepts = AI_BRIDGE_OK;
	now += 5000;
	ai_world::tell_logs();
	CHECK(calls.size() == 1);
	refuse(calls[0].token, AI_BRIDGE_TIMEOUT, "", false);
	deliver();
	write_pick('P', 150001, 910, 1);
	let_it_settle();
	now += 1000;
	Told told = take_logs();
	CHECK(told.size() == 1 && told[0]["item_pick.item_id"] == "909");
	let_it_settle();
	CHECK(take_logs().size() == 1);
}

void many_rows_come_in_turns() {
	begin_log_test("many rows are read and told in turns, a trade at the seam in one piece");
	open_logs();
	for (int i = 0; i < 499; i++)
		write_pick('P', 150001, 909, 1);
	hand('T', 150001, 150002, 501, 1); // rows 500 and 501
	hand('T', 150002, 150001, 502, 1);
	log_clock += 10;
	Told told;
	for (int i = 0; i < 4; i++) {
		ai_world::log_reader->step();
		for (auto& event : take_logs())
			told.push_back(event);
	}
	CHECK(told.size() == 500 && calls.size() >= 10);
	CHECK(told.back()["trade.given.0.item_id"] == "501" && told.back()["trade.taken.0.item_id"] == "502");
}

void an_emptied_table_counts_anew() {
	begin_log_test("a log table that was emptied is read from its beginning, and its ids are not those of before");
	open_logs();
	write_pick('P', 150001, 909, 1);
	let_it_settle();
	const std::string before = take_logs()[0]["event_id"];
	picklog.rows.clear();
	picklog.next = 1;
	let_it_settle();
	write_pick('P', 150001, 909, 1);
	let_it_settle();
	Told told = take_logs();
	CHECK(told.size() == 1 && told[0]["event_id"] != before);
}

void without_log_tables_there_is_one_line() {
	begin_log_test(
		"a log table that is not there is named once, the other is read; a database that is away is tried again");
	zenylog.next = 0;
	open_logs();
	ai_world::show_log_lines();
	CHECK(shown.size() == 1 && shown[0].find("there is no table 'zenylog'") != std::string::npos);
	log_fault = "gone away";
	for (int i = 0; i < 3; i++)
		ai_world::log_reader->step();
	ai_world::show_log_lines();
	CHECK(shown.size() == 2 && shown[1].find("gone away") != std::string::npos);
	log_fault.clear();
	write_pick('P', 150001, 909, 1);
	let_it_settle();
	CHECK(take_logs().size() == 1);
	picklog.next = 0;
	std::remove(place_file.c_str());
	ai_world::LogReader none(
		{"", "", "", "", 0, "picklog", "zenylog"}, ai_world::log_kinds(), place_file, std::make_unique<Tables>());
	CHECK(none.step() == -1);
}

void the_reader_ends_with_the_game() {
	begin_log_test("the thread that reads ends with the game, also where no database answers");
	ai_world::settings.set("ai_world_logs_place", place_file);
	CHECK(ai_world::log_reader == nullptr);
	ai_world::start_logs(); // the owner has not asked for it
	CHECK(ai_world::log_reader == nullptr);
	ai_world::settings.set("ai_world_logs", "trade");
	log_config.sql_logs = false;
	ai_world::start_logs();
	CHECK(ai_world::log_reader == nullptr && shown.size() == 1);
	log_config.sql_logs = true;
	ai_world::start_logs();
	CHECK(ai_world::log_reader != nullptr);
	ai_world::stop_logs();
	CHECK(ai_world::log_reader == nullptr);
}

} // namespace
