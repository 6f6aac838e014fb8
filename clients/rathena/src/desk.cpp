// SPDX-License-Identifier: GPL-3.0-or-later
#include "desk.hpp"

#include <pthread.h>
#ifdef __linux__
#include <sys/resource.h>
#endif

#include <algorithm>
#include <exception>

namespace aib {
namespace {

constexpr std::chrono::seconds BEAT{20};
constexpr std::chrono::milliseconds FAREWELL{500}; // for events that wait when it ends

// The game's loop comes first where processors are few. Threads that this one starts, gRPC's too, inherit it. Elsewhere
// than on Linux the call means the whole process.
void give_way() {
#ifdef __linux__
	constexpr int LESS = 5;
	setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + LESS);
#endif
}

} // namespace

void Call::handle(Desk& desk) {
	desk.take(std::unique_ptr<Call>(this));
}

void Try::handle(Desk& desk) {
	desk.came_back(std::unique_ptr<Try>(this));
}

void Happened::handle(Desk& desk) {
	desk.happened(std::move(values), at);
	delete this;
}

void Acting::handle(Desk& desk) {
	desk.streams->act_on(std::move(kinds));
	delete this;
}

void Stop::handle(Desk& desk) {
	desk.begin_stopping();
	delete this;
}

void Part::handle(Desk& desk) {
	stream->part(desk, *this);
	delete this;
}

Desk::Desk(const Config& with, const Schema& calls, Exit& way_out)
	: config(with), schema(calls), exit(way_out), beat_at_(Clock::now() + BEAT) {
	thread_ = std::thread([this] { run(); });
}

Desk::~Desk() {
	stop();
}

void Desk::stop() {
	if (!thread_.joinable()) return;
	put(new Stop);
	thread_.join();
}

void Desk::begin_stopping() {
	stopping_ = true;
	stop_by_ = Clock::now() + (session->active() ? FAREWELL : FAREWELL * 0);
	events->hurry();
}

void Desk::run() {
	pthread_setname_np(pthread_self(), "ai-sidecar");
	give_way();
	try {
		transport = std::make_unique<Transport>(config, post_);
	} catch (const std::exception& error) {
		exit.log(AI_BRIDGE_LOG_ERROR, std::string("AI Sidecar: cannot start: ") + error.what());
	}
	if (transport == nullptr) {
		exit.counters.state = AI_BRIDGE_STATE_DISABLED;
		return;
	}
	session = std::make_unique<Session>(*this);
	courier = std::make_unique<Courier>(*this);
	events = std::make_unique<Events>(*this);
	streams = std::make_unique<Streams>(*this);
	while (!stopping_ || (!events->idle() && Clock::now() < stop_by_))
		turn(patience(Clock::now()));
	finish();
}

// What has come, and what is due.
void Desk::turn(int milliseconds) {
	for (Item* item = post_.wait(milliseconds); item != nullptr;) {
		Item* next = item->next;
		item->handle(*this);
		item = next;
	}
	const Clock::time_point now = Clock::now();
	session->tick(now);
	courier->tick(now);
	events->tick(now);
	streams->tick(now);
	if (now >= beat_at_) {
		exit.wake.beat();
		beat_at_ = now + BEAT;
	}
}

int Desk::patience(Clock::time_point now) const {
	Clock::time_point due = std::min({session->due(), courier->due(), events->due(), streams->due(), beat_at_});
	if (stopping_) due = std::min(due, stop_by_);
	const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(due - now).count();
	return static_cast<int>(std::clamp<int64_t>(left + 1, 0, 20000));
}

// gRPC gives every call back, cancelled ones at once; until then their memory is in use.
void Desk::finish() {
	courier->cancel_all();
	streams->cancel_all();
	while (!courier->idle() || !streams->idle())
		for (Item* item = post_.wait(100); item != nullptr;) {
			Item* next = item->next;
			item->handle(*this);
			item = next;
		}
	transport.reset();
}

} // namespace aib
