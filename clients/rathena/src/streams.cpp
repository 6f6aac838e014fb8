// SPDX-License-Identifier: GPL-3.0-or-later
#include "streams.hpp"

#include "desk.hpp"

#include <algorithm>
#include <optional>

namespace aib {
namespace {

constexpr char WORLD[] = "World.StreamWorldEvents";
constexpr uint32_t BEHIND = 1000; // world events that the game has not taken
constexpr std::chrono::milliseconds LOOK{100};

} // namespace

// One part is held back until it is known whether it is the last.
struct Streams::Talk : Stream {
	Talk(Streams& all, std::unique_ptr<Call> asked) : streams(all), call(std::move(asked)) {}

	void part(Desk& desk, Part& part) override {
		const Outcome outcome = outcome_of(part.reply, desk.schema);
		const bool good = outcome.code == AI_BRIDGE_OK;
		if (desk.stopping())
			held.reset();
		else if (held)
			desk.courier->answer(*call, {}, &*held, false, !part.last || !good);
		if (!part.last) {
			held = part.reply.body;
			return next();
		}
		if (!desk.stopping()) {
			desk.session->learn(outcome, true);
			if (!good || !held) desk.courier->answer(*call, outcome, nullptr, false);
		}
		streams.over(this);
	}

	Streams& streams;
	std::unique_ptr<Call> call;
	std::optional<std::string> held;
};

struct Streams::World : Stream {
	explicit World(Streams& all) : streams(all) {}

	void part(Desk& desk, Part& part) override {
		if (part.last) {
			const Reply reply = part.reply;
			Streams& all = streams;
			all.over(this);
			return all.world_ended(reply);
		}
		if (!desk.stopping()) streams.world_part(part.reply);
		streams.hold_ = desk.exit.counters.unheard.load() >= BEHIND;
		if (!streams.hold_) next();
	}

	Streams& streams;
};

void Streams::start(std::unique_ptr<Call> call) {
	if (!desk_.courier->build(*call)) return;
	++call->tries;
	auto* talk = new Talk(*this, std::move(call));
	const Call& asked = *talk->call;
	running_.insert(talk);
	desk_.transport->listen(
		*talk, {asked.method->path, asked.body, asked.request_id, asked.timeout, false, ANY_CHANNEL});
}

void Streams::act_on(std::vector<std::string> kinds) {
	acts_ = std::move(kinds);
	if (world_ != nullptr) world_->cancel();
}

void Streams::open_world() {
	const Method* method = desk_.schema.method(WORLD);
	const auto request = desk_.schema.request(*method);
	const pb::FieldDescriptor* field = request->GetDescriptor()->FindFieldByName("cursor");
	request->GetReflection()->SetString(request.get(), field, cursor_);
	if (acts_) {
		const pb::FieldDescriptor* acts = request->GetDescriptor()->FindFieldByName("acts");
		pb::Message* told = request->GetReflection()->MutableMessage(request.get(), acts);
		const pb::FieldDescriptor* kinds = told->GetDescriptor()->FindFieldByName("kinds");
		for (const std::string& kind : *acts_)
			told->GetReflection()->AddString(told, kinds, kind);
	}
	world_ = new World(*this);
	running_.insert(world_);
	const std::string body = request->SerializeAsString(), id = fresh_id();
	desk_.transport->listen(*world_, {method->path, body, id, std::chrono::milliseconds(0), false, ANY_CHANNEL});
}

void Streams::world_part(const Reply& reply) {
	const Method* method = desk_.schema.method(WORLD);
	const auto message = desk_.schema.reply(*method);
	if (!message->ParseFromString(reply.body)) return;
	failures_ = 0;
	const pb::Descriptor* type = message->GetDescriptor();
	const pb::Reflection* with = message->GetReflection();
	cursor_ = with->GetString(*message, type->FindFieldByName("cursor"));
	if (!with->HasField(*message, type->FindFieldByName("event"))) return; // a heartbeat
	auto answer = std::make_unique<Answer>();
	answer->result.method = answer->keep(method->name).data;
	answer->result.reason = answer->result.message = {"", 0};
	const std::string& page = desk_.session->peer().code_page;
	Reader(desk_.pages, {page, page}).read(*message, {}, *answer);
	++desk_.exit.counters.unheard;
	desk_.exit.answer(std::move(answer));
}

void Streams::world_ended(const Reply& reply) {
	world_ = nullptr;
	hold_ = false;
	if (desk_.stopping()) return;
	const Outcome outcome = outcome_of(reply, desk_.schema);
	if (outcome.code == AI_BRIDGE_INVALID) cursor_.clear(); // of another time, or of another AI World
	if (outcome.code == AI_BRIDGE_AWAY) desk_.session->suspect();
	const auto pause = std::max(
		std::chrono::milliseconds(outcome.retry_after_ms), std::chrono::milliseconds(500 << std::min(failures_++, 4U)));
	open_at_ = Clock::now() + pause;
}

void Streams::over(Stream* stream) {
	running_.erase(stream);
	desk_.transport->release(stream->channel);
	delete stream;
}

void Streams::tick(Clock::time_point now) {
	if (desk_.stopping()) return;
	if (hold_ && world_ != nullptr && desk_.exit.counters.unheard.load() < BEHIND / 2) {
		hold_ = false;
		world_->next();
	}
	if (world_ != nullptr || now < open_at_) return;
	if (desk_.session->active() && desk_.session->has(WORLD)) open_world();
}

Clock::time_point Streams::due() const {
	if (hold_) return Clock::now() + LOOK;
	const bool wanted = world_ == nullptr && desk_.session->active() && desk_.session->has(WORLD);
	return wanted ? open_at_ : Clock::time_point::max();
}

void Streams::cancel_all() {
	for (Stream* each : running_)
		each->cancel();
	// A stream that is held asks for nothing and would never learn that it is over.
	if (hold_ && world_ != nullptr) world_->next();
	hold_ = false;
}

} // namespace aib
