// SPDX-License-Identifier: GPL-3.0-or-later
// Log tables, played by the test: rows that the engine would have written, and a clock.
#pragma once

struct LogTable {
	std::string name, other; ///< `other`: its fifth column
	std::vector<ai_world::LogRow> rows;
	int64 next = 1;
};
inline LogTable picklog{"picklog", "nameid", {}}, zenylog{"zenylog", "src_id", {}};
inline int64 log_clock = 1700000000;
inline std::string log_fault; ///< what every statement says, if anything

inline void write_pick(char type, int64 char_id, int64 item, int64 amount) {
	picklog.rows.push_back({picklog.next++, log_clock, type, char_id, item, item, amount, "prontera"});
}
inline void write_zeny(char type, int64 char_id, int64 other, int64 amount) {
	zenylog.rows.push_back({zenylog.next++, log_clock, type, char_id, other, other, amount, "prontera"});
}
/// As trade.cpp does: what one gets stands before what the other gives.
inline void hand(char type, int64 from, int64 to, int64 item, int64 amount) {
	write_pick(type, to, item, amount);
	write_pick(type, from, item, -amount);
}
inline void pay(char type, int64 from, int64 to, int64 amount) {
	write_zeny(type, from, to, -amount);
	write_zeny(type, to, from, amount);
}

struct Tables : ai_world::Database {
	std::string connect() override { return log_fault; }

	std::string query(const std::string& sql, ai_world::Rows& out) override {
		if (!log_fault.empty()) return log_fault;
		if (sql.rfind("SELECT UNIX_TIMESTAMP() - ", 0) == 0) {
			out.push_back({std::to_string(log_clock - std::atoll(sql.c_str() + 26))});
			return "";
		}
		for (const LogTable* table : {&picklog, &zenylog})
			if (sql.find(table->name) != std::string::npos && table->next > 0) ask(*table, sql, out);
		return "";
	}

private:
	static void ask(const LogTable& table, const std::string& sql, ai_world::Rows& out) {
		if (sql.rfind("SHOW TABLES", 0) == 0) return out.push_back({table.name});
		if (sql.find("MAX(`id`)") != std::string::npos)
			return out.push_back({table.rows.empty() ? "0" : std::to_string(table.rows.back().id)});
		const int64 after = std::atoll(sql.c_str() + sql.find("`id` > ") + 7);
		const size_t most = size_t(std::atoll(sql.c_str() + sql.find("LIMIT ") + 6));
		for (const ai_world::LogRow& row : table.rows)
			if (row.id > after && out.size() < most)
				out.push_back({std::to_string(row.id), std::to_string(row.time), std::string(1, row.type),
					std::to_string(row.char_id), std::to_string(row.item), std::to_string(row.amount), row.map});
	}
};
