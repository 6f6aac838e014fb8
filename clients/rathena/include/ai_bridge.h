/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * libai_sidecar_bridge: AI World for a program that may never wait, such as a map-server.
 *
 * Plain C, so that it can be opened with dlopen and no header of gRPC meets the game's own.
 *
 * THREADS  All functions of one bridge are called from one thread, the game's. Each returns at once:
 *          it copies what it is given into a bounded queue; other threads do the rest. Callbacks run
 *          in the game's thread too, inside ai_bridge_open, ai_bridge_drain and ai_bridge_close only.
 * MEMORY   What is handed in is copied and stays the caller's. What a callback is handed is the
 *          library's and is gone when the callback returns; copy what is needed later.
 * TEXT     Length and bytes, in the code page of the call (below). It may be cut in mid-character or be
 *          no text at all: it is repaired, never refused. Texts in results are in the same code
 *          page, and a NUL follows the last byte.
 */
#ifndef AI_BRIDGE_H
#define AI_BRIDGE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define AI_BRIDGE_API __attribute__((visibility("default")))
#else
#define AI_BRIDGE_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Compare with ai_bridge_abi() after dlopen; another number: do not use the library. Each change of a struct
 * has a new one. */
#define AI_BRIDGE_ABI 3

typedef struct ai_bridge ai_bridge;

/* `data` may be NULL when `size` is 0. */
typedef struct ai_bridge_text {
	const char* data;
	size_t size;
} ai_bridge_text;

/* How a call ended, and what a function that starts one says. */
typedef enum ai_bridge_code {
	AI_BRIDGE_OK = 0,
	AI_BRIDGE_REFUSED = 1,    /* AI World will not: `reason` "SwitchedOff", "OptedOut", "Muted", "NotFound" ... */
	AI_BRIDGE_AWAY = 2,       /* not reached, or the circuit breaker is open */
	AI_BRIDGE_TIMEOUT = 3,    /* no answer in time */
	AI_BRIDGE_OVERLOADED = 4, /* a limit of AI World, or the queue here is full; see retry_after_ms */
	AI_BRIDGE_DISABLED = 5,   /* switched off in ai_sidecar.conf, or a call this AI World does not have */
	AI_BRIDGE_INVALID = 6,    /* no such call or field, or a value AI World cannot accept */
	AI_BRIDGE_CLOSED = 7      /* ai_bridge_close came first */
} ai_bridge_code;

typedef enum ai_bridge_level {
	AI_BRIDGE_LOG_DEBUG = 0,
	AI_BRIDGE_LOG_INFO = 1,
	AI_BRIDGE_LOG_WARNING = 2,
	AI_BRIDGE_LOG_ERROR = 3
} ai_bridge_level;

/* `line` ends in a NUL, not in a newline. It never holds the API key or what somebody said. */
typedef void (*ai_bridge_log_fn)(void* user, ai_bridge_level level, const char* line);

/* ---- a value with a name ------------------------------------------------------------------ */

typedef enum ai_bridge_type {
	AI_BRIDGE_INT = 0,  /* `integer`: numbers, yes/no as 1/0, moments as seconds since 1970 */
	AI_BRIDGE_REAL = 1, /* `real` */
	AI_BRIDGE_TEXT = 2, /* `text`; in a result of an enum `integer` is set too */
	AI_BRIDGE_BYTES = 3 /* `text`, never transcoded */
} ai_bridge_type;

/* `name` is the path of a field of the message in docs/reference/grpc.md: "player.char_id", "npcs.0.map".
 * Entries of lists are counted from 0 and given in order. In a result "<list>.count" says how many there
 * are, and the name of a oneof says which of its fields is set ("event.what" is "spawn"). A message without
 * fields is an AI_BRIDGE_INT ("log_out"). Enums are texts, with or without their prefix ("SPEAKER_NPC" or "npc"); in a
 * result without it, in small letters ("happy"). */
typedef struct ai_bridge_field {
	const char* name;
	ai_bridge_type type;
	int64_t integer;
	double real;
	ai_bridge_text text;
} ai_bridge_field;

/* ---- open, drain, close -------------------------------------------------------------------- */

AI_BRIDGE_API uint32_t ai_bridge_abi(void);

/* Reads ai_sidecar.conf and starts; connecting goes on in other threads. NULL if the file cannot be
 * read or nothing can be started; the log says why. With `ai_sidecar_enabled: no` the bridge opens,
 * connects nowhere, and all calls are AI_BRIDGE_DISABLED. `log` may be NULL. */
AI_BRIDGE_API ai_bridge* ai_bridge_open(const char* config_path, ai_bridge_log_fn log, void* user);

/* One dialogue box of the client. */
typedef struct ai_bridge_page {
	const ai_bridge_text* lines;
	size_t line_count;
} ai_bridge_page;

typedef struct ai_bridge_result {
	uint64_t token; /* of the call; 0: a world event, which nobody asked for */
	ai_bridge_code code;
	int32_t run_legacy;          /* 1: no answer, and the owner wants the NPC's own script to run
									(ai_sidecar_fallback_to_legacy); 0: there is an answer, or the owner does not */
	int32_t grpc_status;         /* number of the gRPC status */
	const char* method;          /* "Dialogue.Talk"; of a world event "World.StreamWorldEvents" */
	ai_bridge_text reason;       /* of a refusal, one word, e.g. "SwitchedOff"; empty if there is none */
	ai_bridge_text message;      /* of a failure, in English, for the log */
	uint32_t retry_after_ms;     /* 0: not said */
	uint32_t attempts;           /* how often it was sent; 0: never (cache, breaker) */
	uint32_t took_ms;            /* from the start of the call to its end */
	int32_t cached;              /* 1: from the local cache */
	const ai_bridge_page* pages; /* Talk, FetchReply: what to `mes`, line by line, page by page */
	size_t page_count;
	const ai_bridge_field* fields; /* the whole reply; pages too, as they came */
	size_t field_count;
	int32_t more; /* 1: a part of a stream (StreamTalk); other results with this token follow */
} ai_bridge_result;

typedef void (*ai_bridge_result_fn)(void* user, const ai_bridge_result* result);

/* The field of that name, or NULL. */
AI_BRIDGE_API const ai_bridge_field* ai_bridge_find(const ai_bridge_result* result, const char* name);

/* Hands out log lines, and at most `max` finished calls and world events (0: all there are). Returns how many
 * of the latter; if that is `max`, there may be more, and no byte comes for them: drain again in the next
 * tick. Call it when the wake connection has bytes, and from a timer of a second or so. The callback may
 * start calls; it may not drain or close. */
AI_BRIDGE_API size_t ai_bridge_drain(ai_bridge* bridge, size_t max, ai_bridge_result_fn call, void* user);

/* TCP port on 127.0.0.1. Connect to it; whenever there is something to drain and drain has been called
 * since the last time, a byte arrives (and one every 20 s, so that nobody thinks the connection dead). Read
 * and forget the bytes. 0: there is none (the bridge is disabled). */
AI_BRIDGE_API uint16_t ai_bridge_wake_port(const ai_bridge* bridge);

/* Cancels what is in flight, sends the events that wait if that takes less than half a second, ends the
 * threads and frees the bridge. Takes at most about 2 s, usually some ms. Calls in flight get no
 * callback; tokens are forgotten. NULL is allowed. */
AI_BRIDGE_API void ai_bridge_close(ai_bridge* bridge);

/* ---- calls ---------------------------------------------------------------------------------
 * Each starts one call and returns AI_BRIDGE_OK: then exactly one result with `token` comes out of a later drain (of a
 * streaming call several, all but the last with `more`).
 * Any other code: there is none, and the call was not made (DISABLED, OVERLOADED, INVALID, and AWAY
 * while the circuit breaker is open). A token is any number but 0; the library does not look at it. */

typedef struct ai_bridge_options {
	const char* code_page;  /* "cp1252", "cp874", "cp949", "cp932", "cp1251", "gb18030", "big5", "utf-8" ...;
							   NULL: the one AI World has for this server */
	uint32_t timeout_ms;    /* for all tries together; 0: ai_sidecar_timeout_ms */
	uint32_t columns;       /* Talk, FetchReply: width of a line, 0: as AI World lays it out */
	uint32_t lines;         /* the same: lines of a page */
	const char* request_id; /* at most 64 characters; NULL: the library makes one. Equal ids: one effect */
} ai_bridge_options;

/* Any call of AI World: "Dialogue.Talk", "Quests.AcceptQuest" ... with the fields of its request. `options` may
 * be NULL. All functions below come down to this one. */
AI_BRIDGE_API ai_bridge_code ai_bridge_call(ai_bridge* bridge, uint64_t token, const char* method,
	const ai_bridge_field* fields, size_t field_count, const ai_bridge_options* options);

/* Who, with whom, where. An NPC is its stable key, a player the character id. */
typedef struct ai_bridge_scene {
	ai_bridge_text npc; /* "<map>/<unique name>" */
	int64_t char_id;
	ai_bridge_text player_name;
	ai_bridge_text language; /* "en", "pt" ...; empty: told from the text */
	ai_bridge_text map;      /* where they talk; empty: where the NPC stands */
	uint32_t x;
	uint32_t y;
	uint32_t base_level; /* Talk: for an offer of work; 0: not told */
} ai_bridge_scene;

/* What a player says to an NPC. Result: pages; fields "emotion", "trust", "source", "pending" ...
 * `first_line_ms` > 0: an answer that takes longer is not waited for, "pending" is 1 and the page a first
 * line; then ai_bridge_fetch_reply with the same request id, which the field "request_id" of the
 * result holds. */
AI_BRIDGE_API ai_bridge_code ai_bridge_talk(ai_bridge* bridge, uint64_t token, const ai_bridge_scene* scene,
	ai_bridge_text text, uint32_t first_line_ms, const ai_bridge_options* options);

/* The answer to a pending talk; `options->request_id` is that of the talk. Waits up to `wait_ms` there. */
AI_BRIDGE_API ai_bridge_code ai_bridge_fetch_reply(ai_bridge* bridge, uint64_t token, const ai_bridge_scene* scene,
	uint32_t wait_ms, const ai_bridge_options* options);

/* What the NPC would do in a situation: one of 2 to 12 options. Result: field "chosen", the index from 0. */
AI_BRIDGE_API ai_bridge_code ai_bridge_decide(ai_bridge* bridge, uint64_t token, const ai_bridge_scene* scene,
	ai_bridge_text situation, const ai_bridge_text* options_text, size_t option_count,
	const ai_bridge_options* options);

/* Something the NPC shall remember about the character; importance 0-10, below 0: judged from the text. */
AI_BRIDGE_API ai_bridge_code ai_bridge_remember(ai_bridge* bridge, uint64_t token, const ai_bridge_scene* scene,
	ai_bridge_text text, double importance, const ai_bridge_options* options);

/* What the NPC remembers about the character. Result: "memories.count", "memories.0.text" ... */
AI_BRIDGE_API ai_bridge_code ai_bridge_recall(ai_bridge* bridge, uint64_t token, const ai_bridge_scene* scene,
	ai_bridge_text query, uint32_t limit, const ai_bridge_options* options);

typedef struct ai_bridge_npc {
	ai_bridge_text map;
	ai_bridge_text unique_name;
	ai_bridge_text name;   /* empty: the unique name up to "#" or "::" */
	ai_bridge_text sprite; /* id or constant */
	uint32_t x;
	uint32_t y;
	int32_t ai_enabled; /* 1, 0, or -1: leave it */
} ai_bridge_npc;

#define AI_BRIDGE_MAX_NPCS 2000

/* NPCs of this map-server, at most AI_BRIDGE_MAX_NPCS a call. Result: "created", "updated", "unchanged". */
AI_BRIDGE_API ai_bridge_code ai_bridge_sync_npcs(
	ai_bridge* bridge, uint64_t token, const ai_bridge_npc* npcs, size_t count, const ai_bridge_options* options);

/* Quests: ai_bridge_call with "Quests.GenerateQuest", ".AcceptQuest", ".ReportProgress", ".CompleteQuest" ... */

/* Something that happened in the game: the fields of one GameEvent of World.ReportEvents ("kill.monster_id",
 * "player.char_id" ...). Events are collected and sent together, after a second or when there are 100. No
 * result comes. `happened_at` is now unless given; `event_id` is made unless given (then: unique among all your
 * map-servers), so an event counts once, however often it is sent. While AI World is away the newest 10,000 wait. */
AI_BRIDGE_API ai_bridge_code ai_bridge_event(ai_bridge* bridge, const ai_bridge_field* fields, size_t field_count);

/* Which world events the game acts on: names of WorldEvent's oneof `what`, e.g. "hazard", "npc_arrival"; none: count 0. AI
 * World lets agents that make such events run by themselves only then. Call it once after ai_bridge_open, and when it
 * changes. */
AI_BRIDGE_API ai_bridge_code ai_bridge_act_on(ai_bridge* bridge, const char* const* kinds, size_t count);

/* ---- how it stands -------------------------------------------------------------------------- */

typedef enum ai_bridge_state {
	AI_BRIDGE_STATE_DISABLED = 0,   /* by ai_sidecar.conf */
	AI_BRIDGE_STATE_CONNECTING = 1, /* never connected yet */
	AI_BRIDGE_STATE_ACTIVE = 2,
	AI_BRIDGE_STATE_AWAY = 3,   /* the breaker is open; it tries by itself every few seconds */
	AI_BRIDGE_STATE_REFUSED = 4 /* AI World refuses key, server id or version; tries once a minute */
} ai_bridge_state;

typedef struct ai_bridge_status {
	ai_bridge_state state;
	int32_t run_legacy; /* ai_sidecar_fallback_to_legacy */
	char server_id[64]; /* after the first handshake */
	char schema_name[64];
	char code_page[32];
	char platform_version[32];
	uint64_t calls_ok;
	uint64_t calls_failed; /* of any kind */
	uint64_t retries;
	uint64_t cache_hits;
	uint64_t events_sent;
	uint64_t events_dropped; /* too many waited */
	uint64_t reconnects;
	uint32_t queued; /* calls that wait to be sent */
	uint32_t in_flight;
	uint32_t events_waiting;
	uint32_t cache_entries;
} ai_bridge_status;

/* Fills `out`, all of it zero for a NULL bridge. */
AI_BRIDGE_API void ai_bridge_status_of(const ai_bridge* bridge, ai_bridge_status* out);

/* 1 if this AI World has the call and ai_sidecar.conf leaves it on: ai_bridge_can(b, "Quests.AcceptQuest").
 * 0 before the first handshake. */
AI_BRIDGE_API int32_t ai_bridge_can(const ai_bridge* bridge, const char* method);

#ifdef __cplusplus
}
#endif

#endif
