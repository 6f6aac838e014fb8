// SPDX-License-Identifier: GPL-3.0-or-later
#include "courier.hpp"

#include "desk.hpp"

#include <algorithm>
#include <random>

namespace aib {
namespace {

constexpr size_t CALLS_PER_CONNECTION = 16;
constexpr std::chrono::milliseconds SWEEP{25};

std::chrono::milliseconds since(Clock::time_point began, Clock::time_point now) {
	return std::chrono::duration_cast<std::chrono::milliseconds>(now - began);
}

Outcome away(const char* why) {
	return {AI_BRIDGE_AWAY, GRPC_UNAVAILABLE_, "", why, 0};
}

Outcome late() {
	return {AI_BRIDGE_TIMEOUT, GRPC_DEADLINE_EXCEEDED_, "", "no answer in time", 0};
}

} // namespace

std::string fresh_id() {
	static thread_local std::mt19937_64 random{[] {
		std::random_device device;
		return (static_cast<uint64_t>(device()) << 32) ^ device();
	}()};
	const char* digits = "0123456789abcdef";
	std::string id(32, '0');
	for (size_t half = 0; half < 2; ++half) {
		uint64_t number = random();
		for (size_t at = 0; at < 16; ++at, number >>= 4)
			id[half * 16 + at] = digits[number & 15];
	}
	return id;
}

Courier::Courier(Desk& desk)
	: desk_(desk), cache_(desk.config.cache_max_entries, std::chrono::seconds(desk.config.cache_ttl_seconds)) {}

size_t Courier::room() const {
	size_t most = desk_.config.connection_pool_size * CALLS_PER_CONNECTION;
	const size_t theirs = desk_.session->peer().concurrent_calls; // two of them for events and handshakes
	if (theirs > 0) most = std::min(most, std::max<size_t>(theirs, 3) - 2);
	const size_t used = flying_.size() + desk_.streams->running();
	return used < most ? most - used : 0;
}

void Courier::take(std::unique_ptr<Call> call) {
	call->deadline = call->began + call->timeout;
	if (desk_.session->gone()) return answer(*call, away("AI World is away"), nullptr, false);
	if (call->method->descriptor->server_streaming()) {
		if (!desk_.session->active()) return answer(*call, away("not connected yet"), nullptr, false);
		if (room() == 0)
			return answer(
				*call, {AI_BRIDGE_OVERLOADED, GRPC_RESOURCE_EXHAUSTED_, "", "too many calls", 500}, nullptr, false);
		return desk_.streams->start(std::move(call));
	}
	waiting_.push_back(std::move(call));
	count();
}

void Courier::send_own(std::unique_ptr<Call> call, bool wait_for_ready) {
	if (call->body.empty() && !build(*call)) return;
	send(std::move(call), wait_for_ready, Clock::now());
}

// The texts are transcoded and repaired here, off the game's thread.
bool Courier::build(Call& call) {
	const Peer& peer = desk_.session->peer();
	if (call.code_page.empty()) call.code_page = peer.code_page.empty() ? "utf-8" : peer.code_page;
	const auto message = desk_.schema.request(*call.method);
	Filler filler(desk_.pages, {call.code_page, peer.code_page});
	const std::string wrong = filler.fill(*message, call.values);
	if (!wrong.empty()) {
		desk_.exit.log(AI_BRIDGE_LOG_WARNING, "AI Sidecar: " + call.method->name + ": " + wrong);
		answer(call, {AI_BRIDGE_INVALID, GRPC_INVALID_ARGUMENT_, "", wrong, 0}, nullptr, false);
		return false;
	}
	if (desk_.config.enable_local_cache && call.request_id.empty())
		call.cache_key = call.method->name + '\n' + message->SerializeAsString();
	const pb::FieldDescriptor* field = message->GetDescriptor()->FindFieldByName("request_id");
	if (call.request_id.empty() && field != nullptr)
		call.request_id = message->GetReflection()->GetString(*message, field);
	if (call.request_id.empty()) call.request_id = fresh_id();
	if (field != nullptr) message->GetReflection()->SetString(message.get(), field, call.request_id);
	call.body = message->SerializeAsString();
	call.values.clear();
	return true;
}

bool Courier::from_cache(Call& call, Clock::time_point now) {
	const std::string* kept = call.cache_key.empty() ? nullptr : cache_.get(call.cache_key, now);
	if (kept == nullptr) return false;
	++desk_.exit.counters.hits;
	answer(call, {}, kept, true);
	return true;
}

void Courier::pump(Clock::time_point now) {
	if (!desk_.session->active() || desk_.stopping()) return;
	for (size_t left = room(); left > 0 && !waiting_.empty();) {
		std::unique_ptr<Call> call = std::move(waiting_.front());
		waiting_.pop_front();
		if (call->deadline <= now) {
			answer(*call, late(), nullptr, false);
			continue;
		}
		if (call->body.empty() && (!build(*call) || from_cache(*call, now))) continue;
		if (!desk_.session->has(call->method->name)) {
			answer(*call, {AI_BRIDGE_DISABLED, GRPC_UNIMPLEMENTED_, "", "this AI World does not have that", 0}, nullptr,
				false);
			continue;
		}
		send(std::move(call), false, now);
		--left;
	}
	count();
}

void Courier::send(std::unique_ptr<Call> call, bool wait_for_ready, Clock::time_point now) {
	++call->tries;
	auto* attempt = new Try;
	attempt->call = std::move(call);
	flying_.insert(attempt);
	Call& sent = *attempt->call;
	const auto left = std::max(since(now, sent.deadline), std::chrono::milliseconds(1));
	desk_.transport->send(
		*attempt, {sent.method->path, sent.body, sent.request_id, left, wait_for_ready, sent.failed_on});
}

void Courier::came_back(std::unique_ptr<Try> attempt) {
	flying_.erase(attempt.get());
	desk_.transport->release(attempt->channel);
	std::unique_ptr<Call> call = std::move(attempt->call);
	call->failed_on = attempt->reply.status == GRPC_UNAVAILABLE_ ? attempt->channel : ANY_CHANNEL;
	if (call->done) return call->done(*call, attempt->reply);
	if (desk_.stopping()) return;
	const Clock::time_point now = Clock::now();
	const Outcome outcome = outcome_of(attempt->reply, desk_.schema);
	if (try_again(call, outcome, now)) return;
	desk_.session->learn(outcome, call->timeout >= std::chrono::milliseconds(desk_.config.timeout_ms));
	settle(*call, attempt->reply, outcome, now);
}

// Only what surely may be repeated: AI World was not there. The request id stays, so what did arrive counts once.
bool Courier::try_again(std::unique_ptr<Call>& call, const Outcome& outcome, Clock::time_point now) {
	if (outcome.grpc_status != GRPC_UNAVAILABLE_ || call->tries > desk_.config.max_retries) return false;
	if (desk_.session->gone()) return false;
	jitter_ ^= jitter_ << 13, jitter_ ^= jitter_ >> 17, jitter_ ^= jitter_ << 5; // xorshift, Marsaglia 2003
	const double share = 0.5 + 0.5 * static_cast<double>(jitter_) / UINT32_MAX;
	const double delay = share * desk_.config.retry_delay_ms * (1U << std::min(call->tries - 1, 10U));
	const auto wait = std::chrono::milliseconds(std::max<int64_t>(static_cast<int64_t>(delay), outcome.retry_after_ms));
	if (now + wait >= call->deadline) return false;
	++desk_.exit.counters.retries;
	later_.emplace(now + wait, std::move(call));
	return true;
}

void Courier::settle(Call& call, const Reply& reply, const Outcome& outcome, Clock::time_point now) {
	if (outcome.code != AI_BRIDGE_OK) return answer(call, outcome, nullptr, false);
	if (reply.cache_seconds > 0 && !call.cache_key.empty())
		cache_.put(call.cache_key, reply.body, std::chrono::seconds(reply.cache_seconds), now);
	count();
	answer(call, outcome, &reply.body, false);
}

void Courier::answer(Call& call, const Outcome& outcome, const std::string* body, bool cached, bool more) {
	if (call.done) {
		Reply reply;
		reply.status = outcome.grpc_status;
		reply.message = outcome.message;
		return call.done(call, reply);
	}
	auto made = std::make_unique<Answer>();
	ai_bridge_result& result = made->result;
	const auto took = static_cast<uint32_t>(since(call.began, Clock::now()).count());
	result.token = call.token;
	result.code = outcome.code;
	result.run_legacy = outcome.code != AI_BRIDGE_OK && desk_.config.fallback_to_legacy ? 1 : 0;
	result.grpc_status = outcome.grpc_status;
	result.method = made->keep(call.method->name).data;
	result.reason = made->keep(outcome.reason);
	result.message = made->keep(repaired_utf8(outcome.message));
	result.retry_after_ms = outcome.retry_after_ms;
	result.attempts = call.tries;
	result.took_ms = took;
	result.cached = cached ? 1 : 0;
	result.more = more ? 1 : 0;
	if (body != nullptr) {
		const auto message = desk_.schema.reply(*call.method);
		message->ParseFromString(*body);
		Reader(desk_.pages, {call.code_page, desk_.session->peer().code_page}).read(*message, call.size, *made);
	}
	if (!call.request_id.empty()) made->add("request_id", AI_BRIDGE_BYTES, call.request_id);
	if (!more) {
		++(outcome.code == AI_BRIDGE_OK ? desk_.exit.counters.ok : desk_.exit.counters.failed);
		report(call, outcome, took);
	}
	desk_.exit.answer(std::move(made));
}

// Never what was said, and never to whom.
void Courier::report(const Call& call, const Outcome& outcome, uint32_t took) {
	const bool slow = desk_.config.log_slow_ms > 0 && took >= desk_.config.log_slow_ms;
	if (!slow && !desk_.config.log_requests) return;
	desk_.exit.log(slow ? AI_BRIDGE_LOG_WARNING : AI_BRIDGE_LOG_INFO,
		"AI Sidecar: " + std::string(slow ? "slow: " : "") + call.method->name + " " + name_of(outcome.code) +
			(outcome.reason.empty() ? "" : " (" + outcome.reason + ")") + " in " + std::to_string(took) + " ms, " +
			std::to_string(call.tries) + (call.tries == 1 ? " try, " : " tries, ") + call.request_id);
}

void Courier::tick(Clock::time_point now) {
	while (!later_.empty() && later_.begin()->first <= now) {
		waiting_.push_front(std::move(later_.begin()->second));
		later_.erase(later_.begin());
	}
	if (desk_.session->gone()) refuse_all();
	pump(now);
	if (now >= sweep_at_) sweep(now);
}

Clock::time_point Courier::due() const {
	const Clock::time_point again = later_.empty() ? Clock::time_point::max() : later_.begin()->first;
	return waiting_.empty() ? again : std::min(again, sweep_at_);
}

// Those whose time is over before there was room for them.
void Courier::sweep(Clock::time_point now) {
	sweep_at_ = now + SWEEP;
	const auto over = [&](std::unique_ptr<Call>& call) {
		if (call->deadline > now) return false;
		answer(*call, late(), nullptr, false);
		return true;
	};
	waiting_.erase(std::remove_if(waiting_.begin(), waiting_.end(), over), waiting_.end());
	count();
}

void Courier::refuse_all() {
	while (!waiting_.empty()) {
		answer(*waiting_.front(), away("AI World is away"), nullptr, false);
		waiting_.pop_front();
	}
	for (auto& [when, call] : later_)
		answer(*call, away("AI World is away"), nullptr, false);
	later_.clear();
	count();
}

void Courier::cancel_all() {
	waiting_.clear();
	later_.clear();
	for (Try* each : flying_)
		each->cancel();
}

void Courier::count() {
	desk_.exit.counters.queued = static_cast<uint32_t>(waiting_.size() + later_.size());
	desk_.exit.counters.in_flight = static_cast<uint32_t>(flying_.size() + desk_.streams->running());
	desk_.exit.counters.cached = static_cast<uint32_t>(cache_.size());
}

} // namespace aib
