// SPDX-License-Identifier: GPL-3.0-or-later
// The library, played by the test: calls are noted, and answered when the test says so.
#pragma once

struct Call {
	uint64 token;
	std::string method, npc, text, request_id;
	int64 char_id;
	uint32 base_level;
	std::map<std::string, std::string> fields;
};
inline std::vector<Call> calls;
inline std::vector<std::map<std::string, std::string>> events;
inline ai_bridge_code accepts = AI_BRIDGE_OK;
inline ai_bridge_state state_now = AI_BRIDGE_STATE_ACTIVE;
inline std::vector<std::pair<ai_world::Reply, std::vector<std::vector<std::string>>>> ready;

inline std::string str(const ai_bridge_text& text) {
	return std::string(text.data ? text.data : "", text.size);
}

inline ai_bridge_code note(uint64 token, const char* method, const ai_bridge_scene* scene, ai_bridge_text text,
	const ai_bridge_options* options) {
	if (accepts == AI_BRIDGE_OK)
		calls.push_back({token, method, str(scene->npc), str(text),
			options && options->request_id ? options->request_id : "", scene->char_id, scene->base_level, {}});
	return accepts;
}

inline std::map<std::string, std::string> noted(const ai_bridge_field* fields, size_t count) {
	std::map<std::string, std::string> out;
	for (size_t i = 0; i < count; i++)
		out[fields[i].name] = fields[i].type == AI_BRIDGE_INT ? std::to_string(fields[i].integer) : str(fields[i].text);
	return out;
}

inline size_t hand_out(ai_bridge*, size_t, ai_bridge_result_fn callback, void* user) {
	auto batch = std::move(ready);
	ready.clear();
	for (auto& [reply, pages] : batch) {
		std::vector<std::vector<ai_bridge_text>> lines;
		std::vector<ai_bridge_page> laid;
		std::vector<ai_bridge_field> fields;
		for (auto& page : pages) {
			lines.emplace_back();
			for (auto& line : page)
				lines.back().push_back({line.data(), line.size()});
		}
		for (auto& page : lines)
			laid.push_back({page.data(), page.size()});
		for (auto& [name, value] : reply.fields)
			fields.push_back(
				{name.c_str(), value.type, value.integer, value.real, {value.text.data(), value.text.size()}});
		ai_bridge_result result{};
		result.token = reply.token;
		result.code = reply.code;
		result.run_legacy = reply.run_legacy;
		result.method = reply.method.c_str();
		result.reason = {reply.reason.data(), reply.reason.size()};
		result.pages = laid.data();
		result.page_count = laid.size();
		result.fields = fields.data();
		result.field_count = fields.size();
		callback(user, &result);
	}
	return batch.size();
}

/// The answer to a call; it is handed out with the next drain.
inline void answer(
	uint64 token, std::vector<std::vector<std::string>> pages, std::map<std::string, std::string> texts = {}) {
	ai_world::Reply reply;
	reply.token = token;
	reply.code = AI_BRIDGE_OK;
	reply.run_legacy = false;
	for (auto& [name, text] : texts) {
		const bool number = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
		reply.fields[name] = number ? ai_world::Value{AI_BRIDGE_INT, std::atoll(text.c_str()), 0, ""}
									: ai_world::Value{AI_BRIDGE_TEXT, 0, 0, text};
	}
	ready.push_back({reply, pages});
}

inline void refuse(uint64 token, ai_bridge_code code, const char* reason, bool run_legacy) {
	ai_world::Reply reply;
	reply.token = token;
	reply.code = code;
	reply.reason = reason;
	reply.run_legacy = run_legacy;
	ready.push_back({reply, {}});
}

inline std::vector<std::string> acts;

inline void plug_in() {
	using namespace ai_world;
	library.drain = hand_out;
	library.wake_port = [](const ai_bridge*) -> uint16_t { return 1; };
	library.close = [](ai_bridge*) {};
	library.talk = [](ai_bridge*, uint64_t token, const ai_bridge_scene* scene, ai_bridge_text text, uint32_t,
					   const ai_bridge_options* options) { return note(token, "Talk", scene, text, options); };
	library.fetch_reply = [](ai_bridge*, uint64_t token, const ai_bridge_scene* scene, uint32_t,
							  const ai_bridge_options* options) {
		return note(token, "FetchReply", scene, {}, options);
	};
	library.decide = [](ai_bridge*, uint64_t token, const ai_bridge_scene* scene, ai_bridge_text text,
						 const ai_bridge_text*, size_t,
						 const ai_bridge_options* options) { return note(token, "Decide", scene, text, options); };
	library.remember = [](ai_bridge*, uint64_t token, const ai_bridge_scene* scene, ai_bridge_text text, double,
						   const ai_bridge_options* options) { return note(token, "Remember", scene, text, options); };
	library.recall = [](ai_bridge*, uint64_t token, const ai_bridge_scene* scene, ai_bridge_text text, uint32_t,
						 const ai_bridge_options* options) { return note(token, "Recall", scene, text, options); };
	library.call = [](ai_bridge*, uint64_t token, const char* method, const ai_bridge_field* fields, size_t count,
					   const ai_bridge_options*) {
		if (accepts == AI_BRIDGE_OK) calls.push_back({token, method, "", "", "", 0, 0, noted(fields, count)});
		return accepts;
	};
	library.event = [](ai_bridge*, const ai_bridge_field* fields, size_t count) {
		events.push_back(noted(fields, count));
		return accepts;
	};
	library.act_on = [](ai_bridge*, const char* const* kinds, size_t count) {
		acts.assign(kinds, kinds + count);
		return AI_BRIDGE_OK;
	};
	library.sync_npcs = [](ai_bridge*, uint64_t, const ai_bridge_npc* rows, size_t count, const ai_bridge_options*) {
		for (size_t i = 0; i < count; i++)
			calls.push_back({0, "SyncNpcs", str(rows[i].map) + "/" + str(rows[i].unique_name), "", "", 0, 0, {}});
		return AI_BRIDGE_OK;
	};
	library.status_of = [](const ai_bridge*, ai_bridge_status* out) {
		*out = ai_bridge_status();
		out->state = state_now;
	};
	library.can = [](const ai_bridge*, const char*) -> int32_t { return 1; };
	library.bridge = reinterpret_cast<ai_bridge*>(&library);
}
