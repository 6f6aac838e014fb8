// SPDX-License-Identifier: GPL-3.0-or-later
#include "bridge.hpp"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <exception>

namespace {

constexpr size_t MAX_REQUEST_ID = 64;
constexpr uint32_t MAX_TIMEOUT_MS = 60000;

// Threads inherit the mask: a signal is the game's business, whose handler may do what no other thread may.
class NoSignals {
public:
	NoSignals() {
		sigset_t all;
		sigfillset(&all);
		pthread_sigmask(SIG_SETMASK, &all, &before_);
	}
	~NoSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
	NoSignals(const NoSignals&) = delete;
	NoSignals& operator=(const NoSignals&) = delete;

private:
	sigset_t before_;
};

void copy(char* to, size_t size, const std::string& from) {
	std::strncpy(to, from.c_str(), size - 1);
	to[size - 1] = '\0';
}

} // namespace

ai_bridge::ai_bridge(aib::Config with, ai_bridge_log_fn log_with, void* user)
	: config(std::move(with)), exit(config.log_level), log_(log_with), log_user_(user) {
	exit.counters.state = config.enabled ? AI_BRIDGE_STATE_CONNECTING : AI_BRIDGE_STATE_DISABLED;
	if (!config.enabled) return;
	const NoSignals held;
	desk_ = std::make_unique<aib::Desk>(config, schema, exit);
}

ai_bridge::~ai_bridge() {
	desk_.reset();
	log();
}

// What can be known without asking anybody.
ai_bridge_code ai_bridge::barred(const std::string& method) const {
	const auto in = [&method](const char* prefix) { return method.rfind(prefix, 0) == 0; };
	const int state = exit.counters.state.load(std::memory_order_relaxed);
	if (state == AI_BRIDGE_STATE_DISABLED) return AI_BRIDGE_DISABLED;
	const bool talk = in("Dialogue.Talk") || in("Dialogue.StreamTalk") || in("Dialogue.FetchReply");
	if (talk && !config.enable_dialogue) return AI_BRIDGE_DISABLED;
	if (in("Dialogue.Decide") && !config.enable_decisions) return AI_BRIDGE_DISABLED;
	if ((in("Dialogue.Remember") || in("Dialogue.Recall")) && !config.enable_memory) return AI_BRIDGE_DISABLED;
	if (in("Quests.") && !config.enable_quests) return AI_BRIDGE_DISABLED;
	const bool gone = state == AI_BRIDGE_STATE_AWAY || state == AI_BRIDGE_STATE_REFUSED;
	return gone && config.fallback_to_legacy ? AI_BRIDGE_AWAY : AI_BRIDGE_OK;
}

ai_bridge_code ai_bridge::start(std::unique_ptr<aib::Call> call) {
	const ai_bridge_code code = barred(call->method->name);
	if (code != AI_BRIDGE_OK) return code;
	if (outstanding_ >= MOST) return AI_BRIDGE_OVERLOADED;
	++outstanding_;
	desk_->put(call.release());
	return AI_BRIDGE_OK;
}

ai_bridge_code ai_bridge::happened(std::vector<aib::Value> values) {
	if (exit.counters.state.load(std::memory_order_relaxed) == AI_BRIDGE_STATE_DISABLED) return AI_BRIDGE_DISABLED;
	auto* event = new aib::Happened;
	event->values = std::move(values);
	event->at = std::time(nullptr);
	desk_->put(event);
	return AI_BRIDGE_OK;
}

ai_bridge_code ai_bridge::act_on(std::vector<std::string> kinds) {
	if (exit.counters.state.load(std::memory_order_relaxed) == AI_BRIDGE_STATE_DISABLED) return AI_BRIDGE_DISABLED;
	auto* acting = new aib::Acting;
	acting->kinds = std::move(kinds);
	desk_->put(acting);
	return AI_BRIDGE_OK;
}

size_t ai_bridge::drain(size_t most, ai_bridge_result_fn call, void* user) {
	exit.wake.heard();
	log();
	for (aib::Answer* each = exit.answers(); each != nullptr;) {
		aib::Answer* next = each->next;
		ready_.emplace_back(each);
		each = next;
	}
	size_t taken = 0;
	while (!ready_.empty() && (most == 0 || taken < most)) {
		const std::unique_ptr<aib::Answer> answer = std::move(ready_.front());
		ready_.pop_front();
		const ai_bridge_result& result = answer->result;
		if (result.token == 0)
			--exit.counters.unheard;
		else if (result.more == 0)
			--outstanding_;
		if (call != nullptr) call(user, &result);
		++taken;
	}
	return taken;
}

bool ai_bridge::can(const char* method) const {
	return exit.peer()->features.count(method) > 0 && barred(method) == AI_BRIDGE_OK;
}

void ai_bridge::log() {
	for (aib::Line* line = exit.lines(); line != nullptr;) {
		aib::Line* next = line->next;
		if (log_ != nullptr) log_(log_user_, line->level, line->text.c_str());
		exit.line_taken();
		delete line;
		line = next;
	}
}

namespace aib {

ai_bridge_code apply(const ai_bridge_options* options, const Config& config, Call& call) {
	call.timeout = std::chrono::milliseconds(config.timeout_ms);
	if (options == nullptr) return AI_BRIDGE_OK;
	if (options->code_page != nullptr) call.code_page = options->code_page;
	if (options->timeout_ms > 0)
		call.timeout = std::chrono::milliseconds(std::min(options->timeout_ms, MAX_TIMEOUT_MS));
	call.size = {options->columns, options->lines};
	if (options->request_id == nullptr) return AI_BRIDGE_OK;
	call.request_id = options->request_id;
	for (const char c : call.request_id)
		if (c < 0x21 || c > 0x7e) return AI_BRIDGE_INVALID; // it travels as metadata
	return call.request_id.size() > MAX_REQUEST_ID ? AI_BRIDGE_INVALID : AI_BRIDGE_OK;
}

} // namespace aib

extern "C" {

uint32_t ai_bridge_abi(void) {
	return AI_BRIDGE_ABI;
}

ai_bridge* ai_bridge_open(const char* config_path, ai_bridge_log_fn log, void* user) {
	aib::Config config;
	std::vector<aib::Note> notes;
	bool good = config_path != nullptr && aib::read_config(config_path, config, notes);
	const std::string wrong = good && config.enabled ? aib::check_certificates(config) : "";
	if (!wrong.empty()) notes.push_back({AI_BRIDGE_LOG_ERROR, "AI Sidecar: " + wrong});
	good = good && wrong.empty();
	for (const aib::Note& note : notes)
		if (log != nullptr && (note.level >= config.log_level || !good)) log(user, note.level, note.line.c_str());
	if (!good) return nullptr;
	try {
		return new ai_bridge(config, log, user);
	} catch (const std::exception& error) {
		if (log != nullptr) log(user, AI_BRIDGE_LOG_ERROR, (std::string("AI Sidecar: ") + error.what()).c_str());
		return nullptr;
	}
}

ai_bridge_code ai_bridge_act_on(ai_bridge* bridge, const char* const* kinds, size_t count) {
	if (bridge == nullptr) return AI_BRIDGE_DISABLED;
	return bridge->act_on(std::vector<std::string>(kinds, kinds + count));
}

size_t ai_bridge_drain(ai_bridge* bridge, size_t max, ai_bridge_result_fn call, void* user) {
	return bridge == nullptr ? 0 : bridge->drain(max, call, user);
}

uint16_t ai_bridge_wake_port(const ai_bridge* bridge) {
	return bridge == nullptr || !bridge->config.enabled ? uint16_t{0} : bridge->exit.wake.port();
}

void ai_bridge_close(ai_bridge* bridge) {
	delete bridge;
}

const ai_bridge_field* ai_bridge_find(const ai_bridge_result* result, const char* name) {
	for (size_t at = 0; result != nullptr && name != nullptr && at < result->field_count; ++at)
		if (std::strcmp(result->fields[at].name, name) == 0) return &result->fields[at];
	return nullptr;
}

void ai_bridge_status_of(const ai_bridge* bridge, ai_bridge_status* out) {
	if (out == nullptr) return;
	*out = ai_bridge_status{};
	if (bridge == nullptr) return;
	const aib::Counters& now = bridge->exit.counters;
	const auto peer = bridge->exit.peer();
	out->state = static_cast<ai_bridge_state>(now.state.load());
	out->run_legacy = bridge->config.fallback_to_legacy ? 1 : 0;
	copy(out->server_id, sizeof out->server_id, peer->server_id);
	copy(out->schema_name, sizeof out->schema_name, peer->schema_name);
	copy(out->code_page, sizeof out->code_page, peer->code_page);
	copy(out->platform_version, sizeof out->platform_version, peer->platform_version);
	out->calls_ok = now.ok;
	out->calls_failed = now.failed;
	out->retries = now.retries;
	out->cache_hits = now.hits;
	out->events_sent = now.sent;
	out->events_dropped = now.dropped;
	out->reconnects = now.reconnects;
	out->queued = now.queued;
	out->in_flight = now.in_flight;
	out->events_waiting = now.events;
	out->cache_entries = now.cached;
}

int32_t ai_bridge_can(const ai_bridge* bridge, const char* method) {
	return bridge != nullptr && method != nullptr && bridge->can(method) ? 1 : 0;
}

} // extern "C"
