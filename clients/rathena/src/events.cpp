// SPDX-License-Identifier: GPL-3.0-or-later
#include "events.hpp"

#include "desk.hpp"

#include <algorithm>
#include <iterator>

namespace aib {
namespace {

constexpr char CALL[] = "World.ReportEvents";
constexpr char SOURCE[] = "map-server"; // of all of them: their ids are unique
constexpr std::chrono::seconds COLLECT{1};
constexpr std::chrono::seconds LONGEST{10};

bool names(const std::vector<Value>& event, const char* name) {
	return std::any_of(event.begin(), event.end(), [name](const Value& value) { return value.name == name; });
}

} // namespace

void Events::add(std::vector<Value> values, int64_t at) {
	if (!names(values, "event_id")) {
		Value id;
		id.name = "event_id";
		id.type = AI_BRIDGE_BYTES;
		id.text = fresh_id();
		values.push_back(std::move(id));
	}
	if (!names(values, "happened_at")) {
		Value moment;
		moment.name = "happened_at";
		moment.integer = at;
		values.push_back(std::move(moment));
	}
	waiting_.push_back(std::move(values));
	if (waiting_.size() > MOST) {
		waiting_.pop_front();
		++desk_.exit.counters.dropped;
	}
	const Clock::time_point now = Clock::now();
	if (failures_ == 0) send_at_ = std::min(send_at_, waiting_.size() >= batch_ ? now : now + COLLECT);
	count();
}

bool Events::ready() const {
	return sent_.empty() && !waiting_.empty() && desk_.session->active();
}

Clock::time_point Events::due() const {
	return ready() ? send_at_ : Clock::time_point::max();
}

void Events::tick(Clock::time_point now) {
	if (!ready() || now < send_at_) return;
	if (desk_.session->has(CALL)) return flush();
	desk_.exit.counters.dropped += waiting_.size(); // this AI World takes none
	waiting_.clear();
	count();
}

void Events::flush() {
	auto call = std::make_unique<Call>();
	call->method = desk_.schema.method(CALL);
	const auto request = desk_.schema.request(*call->method);
	const pb::FieldDescriptor* list = request->GetDescriptor()->FindFieldByName("events");
	request->GetReflection()->SetString(request.get(), request->GetDescriptor()->FindFieldByName("source"), SOURCE);
	const std::string& page = desk_.session->peer().code_page;
	Filler filler(desk_.pages, {page, page});
	std::string wrong;
	while (sent_.size() < batch_ && !waiting_.empty()) {
		pb::Message* event = request->GetReflection()->AddMessage(request.get(), list);
		const std::string found = filler.fill(*event, waiting_.front());
		if (found.empty())
			sent_.push_back(std::move(waiting_.front()));
		else {
			request->GetReflection()->RemoveLast(request.get(), list);
			wrong = found;
			++desk_.exit.counters.dropped;
		}
		waiting_.pop_front();
	}
	if (!wrong.empty()) desk_.exit.log(AI_BRIDGE_LOG_WARNING, "AI Sidecar: an event is left out: " + wrong);
	send_at_ = Clock::time_point::max();
	count();
	if (sent_.empty()) return;
	call->body = request->SerializeAsString();
	call->request_id = fresh_id();
	call->deadline = call->began + std::chrono::milliseconds(desk_.config.timeout_ms);
	call->done = [this](Call&, const Reply& reply) { told(reply); };
	desk_.courier->send_own(std::move(call), false);
}

// All of a batch count or none, so what failed is sent again as it was. One that AI World cannot read at all is
// found by halving.
void Events::told(const Reply& reply) {
	const Outcome outcome = outcome_of(reply, desk_.schema);
	const Clock::time_point now = Clock::now();
	const bool poison = outcome.code == AI_BRIDGE_INVALID;
	if (outcome.code != AI_BRIDGE_CLOSED) desk_.session->learn(outcome, true);
	if (outcome.code == AI_BRIDGE_OK) {
		desk_.exit.counters.sent += sent_.size();
		note_refused(reply);
		batch_ = BATCH;
		failures_ = 0;
		sent_.clear();
	} else if (poison && sent_.size() == 1) {
		desk_.exit.log(AI_BRIDGE_LOG_WARNING, "AI Sidecar: an event was refused: " + repaired_utf8(outcome.message));
		++desk_.exit.counters.dropped;
		sent_.clear();
	} else {
		if (poison)
			batch_ = std::max<size_t>(sent_.size() / 2, 1);
		else
			failures_ = std::min(failures_ + 1, 4U);
		waiting_.insert(waiting_.begin(), std::make_move_iterator(sent_.begin()), std::make_move_iterator(sent_.end()));
		sent_.clear();
	}
	const auto pause = std::min(COLLECT * (1 << failures_), LONGEST);
	if (failures_ > 0)
		send_at_ = now + std::max<Clock::duration>(pause, std::chrono::milliseconds(outcome.retry_after_ms));
	else if (!waiting_.empty())
		send_at_ = waiting_.size() >= batch_ || poison ? now : now + COLLECT;
	if (desk_.stopping() && failures_ == 0) hurry();
	count();
}

void Events::note_refused(const Reply& reply) {
	const auto message = desk_.schema.reply(*desk_.schema.method(CALL));
	const pb::FieldDescriptor* field = message->GetDescriptor()->FindFieldByName("refused");
	if (field == nullptr || !message->ParseFromString(reply.body)) return;
	const int refused = message->GetReflection()->FieldSize(*message, field);
	if (refused == 0) return;
	const pb::Message& first = message->GetReflection()->GetRepeatedMessage(*message, field, 0);
	const pb::Descriptor* type = first.GetDescriptor();
	const pb::Reflection* with = first.GetReflection();
	desk_.exit.log(AI_BRIDGE_LOG_WARNING,
		"AI Sidecar: " + std::to_string(refused) + " events were refused, the first for " +
			short_name(with->GetEnum(first, type->FindFieldByName("fault"))) + " " +
			with->GetString(first, type->FindFieldByName("field")));
}

void Events::count() {
	desk_.exit.counters.events = static_cast<uint32_t>(waiting_.size() + sent_.size());
}

} // namespace aib
