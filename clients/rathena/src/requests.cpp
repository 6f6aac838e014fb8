// SPDX-License-Identifier: GPL-3.0-or-later
// The calls by name: each is a list of fields.
#include "bridge.hpp"

#include <exception>
#include <string>
#include <utility>

namespace {

using aib::Value;

std::string text_of(const ai_bridge_text& text) {
	return text.size == 0 ? "" : std::string(text.data, text.size);
}

class Fields {
public:
	void number(std::string name, int64_t integer) { added(std::move(name), AI_BRIDGE_INT).integer = integer; }

	void text(std::string name, const ai_bridge_text& text) {
		if (text.size > 0) added(std::move(name), AI_BRIDGE_TEXT).text = text_of(text);
	}

	void real(std::string name, double real) { added(std::move(name), AI_BRIDGE_REAL).real = real; }

	void who(const ai_bridge_scene& scene) {
		text("npc", scene.npc);
		if (scene.char_id == 0) return; // nobody: an NPC by itself
		number("player.char_id", scene.char_id);
		text("player.name", scene.player_name);
		text("player.language", scene.language);
	}

	void where(const ai_bridge_scene& scene) {
		if (scene.map.size == 0) return;
		text("place.map", scene.map);
		number("place.x", scene.x);
		number("place.y", scene.y);
	}

	std::vector<Value> values;

private:
	Value& added(std::string name, ai_bridge_type type) {
		values.emplace_back();
		values.back().name = std::move(name);
		values.back().type = type;
		return values.back();
	}
};

ai_bridge_code start(ai_bridge* bridge, uint64_t token, const char* method, std::vector<Value> values,
	const ai_bridge_options* options) {
	if (bridge == nullptr) return AI_BRIDGE_DISABLED;
	const aib::Method* found = method == nullptr ? nullptr : bridge->schema.method(method);
	if (found == nullptr || token == 0) return AI_BRIDGE_INVALID;
	auto call = std::make_unique<aib::Call>();
	call->token = token;
	call->method = found;
	call->values = std::move(values);
	const ai_bridge_code code = aib::apply(options, bridge->config, *call);
	return code == AI_BRIDGE_OK ? bridge->start(std::move(call)) : code;
}

// Nothing that is thrown may reach the game, which is C to us.
template <class Work> ai_bridge_code guarded(Work work) {
	try {
		return work();
	} catch (const std::exception&) {
		return AI_BRIDGE_OVERLOADED; // no memory
	}
}

ai_bridge_code with_scene(ai_bridge* bridge, uint64_t token, const char* method, const ai_bridge_scene* scene,
	const ai_bridge_options* options, void (*fill)(Fields&, const void*), const void* more) {
	if (scene == nullptr) return AI_BRIDGE_INVALID;
	return guarded([&] {
		Fields fields;
		fields.who(*scene);
		fill(fields, more);
		return start(bridge, token, method, std::move(fields.values), options);
	});
}

} // namespace

extern "C" {

ai_bridge_code ai_bridge_call(ai_bridge* bridge, uint64_t token, const char* method, const ai_bridge_field* fields,
	size_t field_count, const ai_bridge_options* options) {
	if (fields == nullptr && field_count > 0) return AI_BRIDGE_INVALID;
	return guarded([&] { return start(bridge, token, method, aib::owned(fields, field_count), options); });
}

ai_bridge_code ai_bridge_event(ai_bridge* bridge, const ai_bridge_field* fields, size_t field_count) {
	if (bridge == nullptr) return AI_BRIDGE_DISABLED;
	if (fields == nullptr || field_count == 0) return AI_BRIDGE_INVALID;
	return guarded([&] { return bridge->happened(aib::owned(fields, field_count)); });
}

ai_bridge_code ai_bridge_talk(ai_bridge* bridge, uint64_t token, const ai_bridge_scene* scene, ai_bridge_text text,
	uint32_t first_line_ms, const ai_bridge_options* options) {
	const auto said = std::make_tuple(scene, text, first_line_ms);
	return with_scene(
		bridge, token, "Dialogue.Talk", scene, options,
		[](Fields& fields, const void* more) {
			const auto& [where, words, soon] = *static_cast<const decltype(said)*>(more);
			fields.text("text", words);
			fields.where(*where);
			if (soon > 0) fields.number("first_line_ms", soon);
			if (where->base_level > 0) fields.number("base_level", where->base_level);
		},
		&said);
}

ai_bridge_code ai_bridge_fetch_reply(ai_bridge* bridge, uint64_t token, const ai_bridge_scene* scene, uint32_t wait_ms,
	const ai_bridge_options* options) {
	if (options == nullptr || options->request_id == nullptr) return AI_BRIDGE_INVALID;
	return with_scene(
		bridge, token, "Dialogue.FetchReply", scene, options,
		[](Fields& fields, const void* more) { fields.number("wait_ms", *static_cast<const uint32_t*>(more)); },
		&wait_ms);
}

ai_bridge_code ai_bridge_decide(ai_bridge* bridge, uint64_t token, const ai_bridge_scene* scene,
	ai_bridge_text situation, const ai_bridge_text* options_text, size_t option_count,
	const ai_bridge_options* options) {
	if (options_text == nullptr || option_count < 2) return AI_BRIDGE_INVALID;
	const auto asked = std::make_tuple(situation, options_text, option_count);
	return with_scene(
		bridge, token, "Dialogue.Decide", scene, options,
		[](Fields& fields, const void* more) {
			const auto& [happens, texts, count] = *static_cast<const decltype(asked)*>(more);
			fields.text("situation", happens);
			for (size_t at = 0; at < count; ++at)
				fields.text("options." + std::to_string(at) + ".text", texts[at]);
		},
		&asked);
}

ai_bridge_code ai_bridge_remember(ai_bridge* bridge, uint64_t token, const ai_bridge_scene* scene, ai_bridge_text text,
	double importance, const ai_bridge_options* options) {
	const auto told = std::make_tuple(scene, text, importance);
	return with_scene(
		bridge, token, "Dialogue.Remember", scene, options,
		[](Fields& fields, const void* more) {
			const auto& [where, words, weight] = *static_cast<const decltype(told)*>(more);
			fields.text("text", words);
			fields.where(*where);
			if (weight >= 0) fields.real("importance", weight);
		},
		&told);
}

ai_bridge_code ai_bridge_recall(ai_bridge* bridge, uint64_t token, const ai_bridge_scene* scene, ai_bridge_text query,
	uint32_t limit, const ai_bridge_options* options) {
	const auto asked = std::make_tuple(query, limit);
	return with_scene(
		bridge, token, "Dialogue.Recall", scene, options,
		[](Fields& fields, const void* more) {
			const auto& [words, most] = *static_cast<const decltype(asked)*>(more);
			fields.text("query", words);
			fields.number("limit", most);
		},
		&asked);
}

ai_bridge_code ai_bridge_sync_npcs(
	ai_bridge* bridge, uint64_t token, const ai_bridge_npc* npcs, size_t count, const ai_bridge_options* options) {
	if (npcs == nullptr || count == 0 || count > AI_BRIDGE_MAX_NPCS) return AI_BRIDGE_INVALID;
	return guarded([&] {
		Fields fields;
		for (size_t at = 0; at < count; ++at) {
			const ai_bridge_npc& npc = npcs[at];
			const std::string entry = "npcs." + std::to_string(at) + ".";
			fields.text(entry + "map", npc.map);
			fields.text(entry + "unique_name", npc.unique_name);
			fields.text(entry + "name", npc.name);
			fields.text(entry + "sprite", npc.sprite);
			fields.number(entry + "x", npc.x);
			fields.number(entry + "y", npc.y);
			if (npc.ai_enabled >= 0) fields.number(entry + "ai_enabled", npc.ai_enabled);
		}
		return start(bridge, token, "Npcs.SyncNpcs", std::move(fields.values), options);
	});
}

} // extern "C"
