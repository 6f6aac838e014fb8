// SPDX-License-Identifier: GPL-3.0-or-later
#include "session.hpp"

#include "desk.hpp"

#include <algorithm>
#include <ctime>

namespace aib {
namespace {

constexpr int PROTOCOL_VERSION = 1;
constexpr char CLIENT[] = "ai-sidecar-bridge 1.0";
constexpr std::chrono::milliseconds PATIENCE{3000};
constexpr std::chrono::seconds AFTER_REFUSAL{60};

Value value(const char* name, int64_t integer) {
	Value made;
	made.name = name;
	made.integer = integer;
	return made;
}

Value value(const char* name, std::string text) {
	Value made;
	made.name = name;
	made.type = AI_BRIDGE_BYTES;
	made.text = std::move(text);
	return made;
}

std::shared_ptr<const Peer> introduced(const pb::Message& reply) {
	const pb::Reflection* with = reply.GetReflection();
	const auto field = [](const pb::Message& of, const char* name) {
		return of.GetDescriptor()->FindFieldByName(name);
	};
	const auto text = [&](const char* name) { return with->GetString(reply, field(reply, name)); };
	auto peer = std::make_shared<Peer>();
	peer->server_id = text("server_id");
	peer->schema_name = text("schema_name");
	peer->code_page = text("code_page");
	peer->platform_version = text("platform_version");
	const pb::FieldDescriptor* features = field(reply, "features");
	for (int at = 0; at < with->FieldSize(reply, features); ++at)
		peer->features.insert(with->GetRepeatedString(reply, features, at));
	const pb::Message& limits = with->GetMessage(reply, field(reply, "limits"));
	peer->concurrent_calls = limits.GetReflection()->GetUInt32(limits, field(limits, "concurrent_calls"));
	return peer;
}

} // namespace

Session::Session(Desk& desk) : desk_(desk), breaker_(desk.config.fallback_after_errors), ask_at_(Clock::time_point{}) {
	desk_.exit.log(AI_BRIDGE_LOG_INFO, "AI Sidecar: Connecting to " + desk_.config.endpoint + " ...");
}

ai_bridge_state Session::state() const {
	return static_cast<ai_bridge_state>(desk_.exit.counters.state.load(std::memory_order_relaxed));
}

void Session::become(ai_bridge_state state) {
	desk_.exit.counters.state = state;
}

bool Session::gone() const {
	return desk_.config.fallback_to_legacy && (state() == AI_BRIDGE_STATE_AWAY || state() == AI_BRIDGE_STATE_REFUSED);
}

Clock::time_point Session::due() const {
	return asking_ || desk_.stopping() ? Clock::time_point::max() : ask_at_;
}

void Session::tick(Clock::time_point now) {
	if (asking_ || now < ask_at_ || desk_.stopping()) return;
	greet(state() == AI_BRIDGE_STATE_AWAY);
}

void Session::suspect() {
	if (active()) ask_at_ = Clock::time_point{};
}

// The first try fails at once if nobody listens, so that NPCs need not wait to know; a probe waits for the
// connection that it brings about.
void Session::greet(bool wait_for_ready) {
	asking_ = true;
	ask_at_ = Clock::time_point::max();
	if (!active()) desk_.transport->connect();
	auto call = std::make_unique<Call>();
	call->method = desk_.schema.method("Server.Handshake");
	call->values = {value("protocol_version", PROTOCOL_VERSION), value("client", CLIENT),
		value("game_server_id", desk_.config.game_server_id), value("client_time", std::time(nullptr))};
	call->deadline = call->began + std::min(PATIENCE, std::chrono::milliseconds(desk_.config.timeout_ms));
	call->done = [this](Call&, const Reply& reply) { greeted(reply); };
	desk_.courier->send_own(std::move(call), wait_for_ready);
}

void Session::greeted(const Reply& reply) {
	asking_ = false;
	if (desk_.stopping()) return;
	const Outcome outcome = outcome_of(reply, desk_.schema);
	if (outcome.code == AI_BRIDGE_OK) return accepted(reply);
	if (!missing(outcome.code) && outcome.code != AI_BRIDGE_OVERLOADED && outcome.code != AI_BRIDGE_CLOSED)
		return turned_away(outcome);
	const Clock::time_point now = Clock::now();
	if (breaker_.open())
		breaker_.probe_failed(now);
	else
		breaker_.trip(now);
	if (state() != AI_BRIDGE_STATE_AWAY) lost(outcome.message);
	ask_at_ = std::max(breaker_.probe_at(), now + std::chrono::milliseconds(outcome.retry_after_ms));
}

void Session::accepted(const Reply& reply) {
	const auto message = desk_.schema.reply(*desk_.schema.method("Server.Handshake"));
	if (!message->ParseFromString(reply.body))
		return turned_away({AI_BRIDGE_INVALID, 0, "", "no AI World answers there", 0});
	const bool was_active = active();
	const auto log = [this](const std::string& line) { desk_.exit.log(AI_BRIDGE_LOG_INFO, line); };
	const std::string before = peer_->server_id;
	peer_ = introduced(*message);
	desk_.exit.meet(peer_);
	ask_at_ = Clock::time_point::max();
	if (breaker_.open()) breaker_.half_open();
	if (was_active) return;
	desk_.courier->forget();
	desk_.transport->connect();
	if (!met_ || before != peer_->server_id) {
		log("AI Sidecar: gRPC connection established");
		log("AI Sidecar: Authenticated as " + peer_->server_id);
		log("AI Sidecar: Schema isolation active: " + peer_->schema_name);
		log("AI Sidecar integration: ACTIVE");
	}
	if (met_) {
		log("AI Sidecar: Connection restored");
		++desk_.exit.counters.reconnects;
	}
	met_ = true;
	become(AI_BRIDGE_STATE_ACTIVE);
}

// AI World is there and will not have us: no use in asking every few seconds.
void Session::turned_away(const Outcome& outcome) {
	if (state() != AI_BRIDGE_STATE_REFUSED)
		desk_.exit.log(AI_BRIDGE_LOG_ERROR,
			"AI Sidecar: refused by " + desk_.config.endpoint + ": " + repaired_utf8(outcome.message));
	become(AI_BRIDGE_STATE_REFUSED);
	ask_at_ = Clock::now() + AFTER_REFUSAL;
}

void Session::lost(const std::string& why) {
	become(AI_BRIDGE_STATE_AWAY);
	desk_.exit.log(AI_BRIDGE_LOG_WARNING,
		"AI Sidecar: Connection lost (" + repaired_utf8(why) + "); " +
			(desk_.config.fallback_to_legacy ? "NPCs run their own scripts until it is back" : "calls wait for it"));
	ask_at_ = breaker_.probe_at();
}

void Session::learn(const Outcome& outcome, bool patient) {
	if (outcome.grpc_status == GRPC_UNAUTHENTICATED_) suspect();
	if (outcome.code == AI_BRIDGE_CLOSED) return;
	if (!missing(outcome.code)) return breaker_.answered();
	// A script that gives AI World 200 ms learns nothing about AI World when they are over.
	if (outcome.code == AI_BRIDGE_TIMEOUT && !patient) return;
	if (active() && breaker_.failed(Clock::now())) lost(outcome.message);
}

} // namespace aib
