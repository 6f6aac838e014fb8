// SPDX-License-Identifier: GPL-3.0-or-later
// A stand-in for the part of rAthena that src/custom/ai_world uses, written from what is called there: enough to compile
// the commands without a game server, and to run scripts that wait.
#pragma once
// clang-format off: a line for each thing that is played

#include <cinttypes>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

using int16 = int16_t;
using int32 = int32_t;
using int64 = int64_t;
using uint8 = uint8_t;
using uint16 = uint16_t;
using uint32 = uint32_t;
using uint64 = uint64_t;
using t_tick = int64;
using t_itemid = uint32;

#define SECURE_NPCTIMEOUT
#define DIFF_TICK(a, b) ((a) - (b))
#define INVALID_TIMER -1
#define TIMER_FUNC(x) int32 x(int32 tid, t_tick tick, int32 id, intptr_t data)
#define BUILDIN_FUNC(x) int32 buildin_##x(script_state* st)
#define AREA_SIZE 14
#define MAX_INVENTORY 100
#define MAX_PARTY 12
#define MAX_SHOP_ITEM 100
#define SCRIPT_CMD_SUCCESS 0
#define SCRIPT_CMD_FAILURE 1

// --- what is told ----------------------------------------------------------------------------
inline std::vector<std::string> shown; ///< everything the engine was asked to show: clients and console
inline void tell(const std::string& what) { shown.push_back(what); }
inline void print(const char* kind, const char* format, va_list more) {
	char line[2048];
	std::vsnprintf(line, sizeof line, format, more);
	tell(std::string(kind) + line);
}
#define AI_PRINTER(name) \
	inline void name(const char* format, ...) { va_list more; va_start(more, format); print(#name ": ", format, more); va_end(more); }
AI_PRINTER(ShowDebug)
AI_PRINTER(ShowInfo)
AI_PRINTER(ShowStatus)
AI_PRINTER(ShowWarning)
AI_PRINTER(ShowError)

// --- things on maps ----------------------------------------------------------------------------
struct block_list {
	int32 id = 0;
	int16 m = 0, x = 0, y = 0;
};
struct script_state;
struct party_member_data { void* sd = nullptr; };
struct party_data { party_member_data data[MAX_PARTY]; };
struct item_slot { t_itemid nameid = 0; int16 amount = 0; };
struct map_session_data : block_list {
	struct {
		uint32 char_id = 0, account_id = 0, base_level = 1;
		int16 class_ = 0;
		int32 party_id = 0;
		char name[24] = "";
	} status;
	struct { struct { item_slot items_inventory[MAX_INVENTORY]; } u; } inventory;
	uint32 login_id1 = 0;
	script_state* st = nullptr;
	int32 npc_id = 0, fd = 0, invincible_timer = INVALID_TIMER;
	struct { uint32 dead_sit = 0, vending = 0, buyingstore = 0, autotrade = 0; } state;
	struct { uint32 hp = 100; } battle_status;
	char npc_str[71] = "";
	uint8 npc_idle_type = 0;
	t_tick npc_idle_tick = 0;
};
enum e_npctype : uint8 { NPCT_INPUT, NPCT_MENU, NPCT_WAIT };
enum npc_subtype : uint8 { NPCTYPE_WARP, NPCTYPE_SHOP, NPCTYPE_SCRIPT };
struct npc_item_list { t_itemid nameid = 0; uint32 value = 0; };
struct npc_data : block_list {
	char name[51] = "", exname[51] = "";
	int16 class_ = 0;
	npc_subtype subtype = NPCTYPE_SCRIPT;
	struct { uint32 hp = 0; } status;
	struct { int32 walktimer = INVALID_TIMER; struct { bool force_walk = false; } state; } ud;
	struct { struct { npc_item_list* shop_item = nullptr; uint16 count = 0; } shop; } u;
};
inline std::map<int32, map_session_data*> players; ///< by account id
inline std::map<int32, npc_data*> npcs;
#define pc_isdead(sd) ((sd)->state.dead_sit == 1)
inline std::vector<std::string> map_names{"prontera", "geffen"};
inline map_session_data* map_id2sd(int32 id) { auto at = players.find(id); return at != players.end() ? at->second : nullptr; }
inline npc_data* map_id2nd(int32 id) { auto at = npcs.find(id); return at != npcs.end() ? at->second : nullptr; }
inline block_list* map_id2bl(int32 id) { if (auto* sd = map_id2sd(id)) return sd; return map_id2nd(id); }
inline map_session_data* map_charid2sd(int32 id) {
	for (auto& [account, sd] : players) if (int32(sd->status.char_id) == id) return sd;
	return nullptr;
}
inline map_session_data* map_nick2sd(const char* name, bool) {
	for (auto& [account, sd] : players) if (!std::strcmp(sd->status.name, name)) return sd;
	return nullptr;
}
inline npc_data* npc_name2id(const char* name) {
	for (auto& [id, nd] : npcs) if (!std::strcmp(nd->exname, name)) return nd;
	return nullptr;
}
inline const char* map_mapid2mapname(int32 m) { return map_names[size_t(m)].c_str(); }
inline int16 map_mapname2mapid(const char* name) {
	for (size_t i = 0; i < map_names.size(); i++) if (map_names[i] == name) return int16(i);
	return -1;
}
inline party_data* party_search(int32) { return nullptr; }
inline int32 distance_bl(const block_list* a, const block_list* b) { return std::max(std::abs(a->x - b->x), std::abs(a->y - b->y)); }
inline npc_data* npc_checknear(map_session_data* sd, block_list* bl) {
	return sd && bl && sd->m == bl->m && distance_bl(sd, bl) <= AREA_SIZE + 1 ? static_cast<npc_data*>(bl) : nullptr;
}

// --- what a client sees ----------------------------------------------------------------------------
enum send_target { ALL_CLIENT, ALL_SAMEMAP, AREA, SELF };
enum { COLOR_RED, COLOR_LIGHT_GREEN };
inline unsigned long color_table[2] = {0xFF0000, 0x00FF00};
inline std::string to(const map_session_data& sd) { return std::string(sd.status.name) + " "; }
inline void clif_scriptmes(const map_session_data& sd, uint32, const char* line) { tell(to(sd) + "mes " + line); }
inline void clif_scriptnext(const map_session_data& sd, uint32) { tell(to(sd) + "next"); }
inline void clif_scriptclose(const map_session_data& sd, uint32) { tell(to(sd) + "close"); }
inline void clif_scriptclear(const map_session_data& sd, int32) { tell(to(sd) + "clear"); }
inline void clif_scriptinputstr(map_session_data& sd, uint32) { tell(to(sd) + "input"); }
inline void clif_messagecolor(const block_list* bl, unsigned long, const char* line, bool, send_target) { tell(std::to_string(bl->id) + " says " + line); }
inline void clif_wis_message(const map_session_data* sd, const char* from, const char* line, size_t, int32) { tell(to(*sd) + "whisper from " + from + ": " + line); }

inline void clif_broadcast2(const block_list* bl, const char* text, size_t, unsigned long, int16, int16, int16, int16, send_target) {
	tell((bl != nullptr ? to(*static_cast<const map_session_data*>(bl)) + "banner " : "all ") + text);
}
inline void clif_weather(int16 m) { tell("weather on " + map_names[size_t(m)]); }

#include "engine_world.hpp"

inline void map_foreachpc(int32 (*visit)(map_session_data*, va_list), ...) {
	for (auto& [account, sd] : players) {
		va_list more;
		va_start(more, visit);
		visit(sd, more);
		va_end(more);
	}
}

// --- scripts ----------------------------------------------------------------------------
enum c_op { C_NAME, C_STR, C_INT, C_NOP };
enum e_script_state { RUN, STOP, END, RERUNLINE, GOTO, RETFUNC, CLOSE };
struct script_data { c_op type = C_NOP; struct { int64 num = 0; } u; std::string text; };
struct script_stack { int32 sp = 0; std::vector<script_data> stack_data; };
struct script_state {
	script_stack* stack = nullptr;
	int32 start = 0, end = 0;
	e_script_state state = RUN;
	int32 rid = 0, oid = 0;
	struct { int32 tick = 0, timer = INVALID_TIMER, charid = 0; } sleep;
	script_state* bk_st = nullptr;
	unsigned mes_active : 1;
	uint32 id = 0;
	std::vector<script_data> pushed;
	std::map<std::string, std::string> variables;
	script_state() : mes_active(0) {}
};
struct str_data_struct { int32 (*func)(script_state*) = nullptr; };
inline std::vector<str_data_struct> str_data;
struct DBMap { std::map<uint32, script_state*> rows; };
inline DBMap states;
inline DBMap* st_db = &states;
inline void* idb_get(DBMap* db, uint32 key) { auto at = db->rows.find(key); return at != db->rows.end() ? at->second : nullptr; }
#define script_hasdata(st, i) ((st)->end > (st)->start + (i))
inline script_data* script_getdata(script_state* st, int32 i) { return &st->stack->stack_data[size_t(st->start + i)]; }
inline void get_val(script_state*, script_data*) {}
inline bool data_isstring(const script_data* data) { return data->type == C_STR; }
inline const char* script_getstr(script_state* st, int32 i) {
	script_data* data = script_getdata(st, i);
	if (data->type == C_INT) data->text = std::to_string(data->u.num);
	return data->text.c_str();
}
inline int64 script_getnum64(script_state* st, int32 i) {
	script_data* data = script_getdata(st, i);
	return data->type == C_STR ? std::atoll(data->text.c_str()) : data->u.num;
}
inline int32 script_getnum(script_state* st, int32 i) { return int32(script_getnum64(st, i)); }
inline void push(script_state* st, c_op type, int64 num, const char* text) { script_data data; data.type = type; data.u.num = num; data.text = text; st->pushed.push_back(data); }
#define script_pushint(st, val) push((st), C_INT, (val), "")
#define script_pushstrcopy(st, val) push((st), C_STR, 0, (val))
inline void setd_sub_num(script_state* st, map_session_data*, const char* name, int32 at, int64 value, void*) { st->variables[name + ("[" + std::to_string(at) + "]")] = std::to_string(value); }
inline void setd_sub_str(script_state* st, map_session_data*, const char* name, int32 at, const char* value, void*) { st->variables[name + ("[" + std::to_string(at) + "]")] = value; }

// --- loop: timers and sockets ----------------------------------------------------------------------------
using TimerFunc = int32 (*)(int32, t_tick, int32, intptr_t);
inline t_tick now = 1000;
inline int32 last_timer = 0;
inline t_tick gettick() { return now; }
inline int32 add_timer(t_tick, TimerFunc, int32, intptr_t) { return ++last_timer; }
inline int32 add_timer_interval(t_tick, TimerFunc, int32, intptr_t, int32) { return ++last_timer; }
inline int32 delete_timer(int32, TimerFunc) { return 0; }
inline int32 add_timer_func_list(TimerFunc, const char*) { return 0; }
struct socket_data {
	struct { unsigned char eof = 0, server = 0; } flag;
	long rdata_tick = 0;
	int32 (*func_parse)(int32) = nullptr;
};
inline socket_data wake_session;
inline socket_data* session[8] = {&wake_session, &wake_session, &wake_session, &wake_session, &wake_session, &wake_session, &wake_session, &wake_session};
inline int32 make_connection(uint32, uint16, bool, int32) { return 3; }
inline void do_close(int32) {}
#define RFIFOREST(fd) 0
inline int32 RFIFOSKIP(int32, size_t) { return 0; }

// --- where the log tables are ----------------------------------------------------------------------------
inline std::string log_db_ip = "127.0.0.1", log_db_id = "ragnarok", log_db_pw, log_db_db = "ragnarok";
inline uint16 log_db_port = 1;
struct Log_Config {
	bool sql_logs = true;
	int32 zeny = 1;
	char log_pick[64] = "picklog", log_zeny[64] = "zenylog";
};
inline Log_Config log_config;

// --- legs ----------------------------------------------------------------------------
enum { SCO_NONE, SCO_FIRST };
inline int32 blocked_x = -1; ///< a column nobody can reach
inline int32 status_calc_npc(npc_data* nd, int32) { nd->status.hp = 1; return 0; }
inline bool unit_can_reach_pos(block_list*, int32 x, int32, int32) { return x != blocked_x; }
inline TIMER_FUNC(unit_delay_walktoxy_timer) { (void)tid; (void)tick; (void)id; (void)data; return 0; }

// --- running scripts, defined in scripts.hpp, which knows the commands ----------------------------------
void run_script_main(script_state* st);
int32 run_script_timer(int32 tid, t_tick tick, int32 id, intptr_t data);
