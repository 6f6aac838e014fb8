// SPDX-License-Identifier: GPL-3.0-or-later
// Scripts of one command, run as rAthena runs them: held (RERUNLINE with a player), asleep (sleep.tick), freed.
#pragma once

#include <deque>
#include <memory>

struct Finished {
	std::vector<script_data> pushed;
	std::map<std::string, std::string> variables;
	e_script_state state;
};
inline std::deque<Finished> finished;
inline std::deque<script_state> memory; ///< states live in a pool and are used again
inline std::vector<script_state*> unused;
inline uint32 next_id = 0;

inline void free_state(script_state* st) {
	if (map_session_data* sd = st->rid ? map_id2sd(st->rid) : nullptr; sd != nullptr && sd->st == st) {
		sd->st = nullptr;
		sd->npc_id = 0;
	}
	states.rows.erase(st->id);
	delete st->stack;
	st->stack = nullptr;
	unused.push_back(st);
	if (states.rows.empty()) next_id = 0; // as rAthena does
}

inline void attach(script_state* st) {
	map_session_data* sd = st->rid ? map_id2sd(st->rid) : nullptr;
	if (sd == nullptr || sd->st == st) return;
	st->bk_st = sd->st;
	sd->st = st;
	sd->npc_id = st->oid;
}

inline void detach(script_state* st) {
	map_session_data* sd = st->rid ? map_id2sd(st->rid) : nullptr;
	if (sd == nullptr || sd->st != st) return;
	sd->st = st->bk_st;
	sd->npc_id = 0;
	st->bk_st = nullptr;
}

inline void leave(script_state* st) {
	map_session_data* sd = st->rid ? map_id2sd(st->rid) : nullptr;
	if (st->sleep.tick > 0) {
		detach(st);
		st->sleep.charid = sd ? int32(sd->status.char_id) : 0;
		st->sleep.timer = ++last_timer;
	} else if (st->state == RUN || st->state == END || !st->rid) {
		finished.push_back({st->pushed, st->variables, st->state});
		detach(st);
		free_state(st);
	}
}

inline void run_script_main(script_state* st) {
	attach(st);
	if (st->state == RERUNLINE) str_data[size_t(st->stack->stack_data[0].u.num)].func(st);
	leave(st);
}

inline int32 run_script_timer(int32, t_tick, int32 id, intptr_t data) {
	script_state* st = reinterpret_cast<script_state*>(data);
	if (id != 0 && st->rid) {
		map_session_data* sd = map_id2sd(st->rid);
		if (sd == nullptr || int32(sd->status.char_id) != id) {
			st->rid = 0;
			st->state = END;
		}
	}
	st->sleep.timer = INVALID_TIMER;
	if (st->state != RERUNLINE) st->sleep.tick = 0;
	run_script_main(st);
	return 0;
}

inline script_data string_value(const char* text) {
	script_data data;
	data.type = C_STR;
	data.text = text;
	return data;
}
inline script_data number_value(int64 number) {
	script_data data;
	data.type = C_INT;
	data.u.num = number;
	return data;
}

/// A player clicks (or nobody, rid 0), and the script's one command runs. The state, which may be over already.
inline script_state* run(
	int32 (*command)(script_state*), std::vector<script_data> arguments, int32 rid, int32 oid, bool window = false) {
	if (unused.empty()) unused.push_back(&memory.emplace_back());
	script_state* st = unused.back();
	unused.pop_back();
	*st = script_state();
	str_data.push_back({command});
	script_data name;
	name.type = C_NAME;
	name.u.num = int64(str_data.size()) - 1;
	st->stack = new script_stack;
	st->stack->stack_data = {name, script_data()};
	st->stack->stack_data.insert(st->stack->stack_data.end(), arguments.begin(), arguments.end());
	st->stack->sp = st->end = int32(st->stack->stack_data.size());
	st->rid = rid;
	st->oid = oid;
	st->mes_active = window;
	st->id = next_id++;
	states.rows[st->id] = st;
	attach(st);
	command(st);
	leave(st);
	return st;
}
