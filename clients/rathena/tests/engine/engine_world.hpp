// SPDX-License-Identifier: GPL-3.0-or-later
// Of the engine's stand-in: monsters, weather, shops, and what befalls players.
#pragma once
// clang-format off: a line for each thing that is played

// --- monsters, weather, shops ----------------------------------------------------------------------------
enum e_mapflag {
	MF_FOG, MF_SNOW, MF_CLOUDS, MF_CLOUDS2, MF_TOWN, MF_PVP, MF_GVG, MF_GVG_CASTLE, MF_GVG_DUNGEON, MF_GVG_TE_CASTLE, MF_GVG_TE,
	MF_BATTLEGROUND
};
inline std::map<std::pair<int16, int>, bool> map_flags;
inline int32 map_getmapflag(int16 m, e_mapflag flag) { return map_flags[{m, flag}]; }
inline bool map_setmapflag(int16 m, e_mapflag flag, bool on) { return map_flags[{m, flag}] = on; }
enum e_mob_bosstype { BOSSTYPE_NONE, BOSSTYPE_MINIBOSS, BOSSTYPE_MVP };
enum { SZ_SMALL };
enum mob_ai { AI_NONE };
enum clr_type { CLR_TELEPORT };
enum : uint16 {
	NPC_METAMORPHOSIS = 193, NPC_SUMMONSLAVE, NPC_TRANSFORMATION, NPC_REBIRTH, NPC_SUMMONMONSTER, NPC_CALLSLAVE,
	NPC_DEATHSUMMON
};
struct status_data { uint32 max_hp = 1000, hp = 1000; struct { uint16 atk = 40, atk2 = 50; } rhw; };
struct s_mob_drop {};
struct s_mob_skill { uint16 skill_id = 0; };
struct s_mob_db {
	e_mob_bosstype boss = BOSSTYPE_NONE;
	uint64 base_exp = 10, job_exp = 5, mexp = 0;
	std::vector<std::shared_ptr<s_mob_drop>> dropitem{std::make_shared<s_mob_drop>()}, mvpitem;
	std::vector<std::shared_ptr<s_mob_skill>> skill;
	status_data status;
	e_mob_bosstype get_bosstype() const { return boss; }
};
struct item_data { uint32 value_buy = 0, value_sell = 0; };
template <typename Row> struct Database {
	std::map<uint32, std::shared_ptr<Row>> rows;
	std::shared_ptr<Row> find(uint32 id) const { auto at = rows.find(id); return at != rows.end() ? at->second : nullptr; }
};
inline Database<s_mob_db> mob_db;
inline Database<item_data> item_db;
struct mob_data : block_list {
	int32 mob_id = 0;
	std::shared_ptr<s_mob_db> db;
	status_data status;
	struct { uint32 rebirth = 0, steal_coin_flag = 0; unsigned char steal_flag = 0; } state;
};
inline std::map<int32, mob_data> monsters;
inline struct { int32 zeny_from_mobs = 0; } battle_config;
inline mob_data* map_id2md(int32 id) { auto at = monsters.find(id); return at != monsters.end() ? &at->second : nullptr; }
inline mob_data* mob_once_spawn_sub(block_list*, int16 m, int16 x, int16 y, const char*, int32 mob_id, const char*, uint32, mob_ai) {
	static int32 last = 300000000;
	mob_data& md = monsters[++last];
	md.id = last;
	md.m = m;
	md.x = x;
	md.y = y;
	md.mob_id = mob_id;
	md.db = mob_db.find(uint32(mob_id));
	return &md;
}
inline int32 mob_spawn(mob_data* md) { md->state = {}; md->status = md->db->status; return 0; }
inline int32 unit_free(block_list* bl, clr_type) {
	for (auto at = monsters.begin(); at != monsters.end(); ++at)
		if (&at->second == bl) { monsters.erase(at); return 1; }
	return 0;
}
// --- what befalls players ----------------------------------------------------------------------------
enum sc_type { SC_SLOWDOWN };
inline bool sc_start(block_list*, block_list* bl, sc_type, int32, int32 percent, t_tick) { tell(std::to_string(bl->id) + " slower " + std::to_string(percent)); return true; }
inline int32 status_zap(block_list* bl, int64 hp, int64) { auto* sd = static_cast<map_session_data*>(bl); sd->battle_status.hp -= uint32(hp); return int32(hp); }
inline int32 npc_event(map_session_data* sd, const char* name, int32) { tell(to(*sd) + "event " + name); return 0; }

// --- NPCs that come and go ----------------------------------------------------------------------------
#define NPC_NAME_LENGTH 50
#define npcdb_checkid(id) ((id) > 45 && (id) < 1000)
enum cell_chk { CELL_CHKPASS };
inline int32 wall_x = -1; ///< a column nobody can stand in
inline int32 map_getcell(int16, int16 x, int16, cell_chk) { return x != wall_x; }
inline bool script_get_constant(const char* name, int64* value) {
	static const std::map<std::string, int64> known{{"4_M_SAGE_A", 754}, {"4_F_01", 90}};
	const auto at = known.find(name);
	if (at != known.end()) *value = at->second;
	return at != known.end();
}
inline npc_data* npc_duplicate_npc(npc_data&, char* name, int16 m, int16 x, int16 y, int32 looks, uint8, int16, int16) {
	static int32 last = 120000000;
	auto* nd = new npc_data;
	nd->id = ++last;
	nd->m = m;
	nd->x = x;
	nd->y = y;
	nd->class_ = int16(looks);
	std::snprintf(nd->name, sizeof nd->name, "%s", name);
	std::snprintf(nd->exname, sizeof nd->exname, "0_%d_%d_%d", m, x, y);
	npcs[nd->id] = nd;
	return nd;
}
inline int32 npc_unload(npc_data* nd, bool) { npcs.erase(nd->id); delete nd; return 0; }
inline void npc_read_event_script() {}
