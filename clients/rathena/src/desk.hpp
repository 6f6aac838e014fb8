// SPDX-License-Identifier: GPL-3.0-or-later
// The one thread that knows everything: who waits, what is on its way, whether AI World is there. Others only put
// things into its post, so nothing in here needs a lock.
#pragma once

#include "config.hpp"
#include "courier.hpp"
#include "events.hpp"
#include "exit.hpp"
#include "post.hpp"
#include "schema.hpp"
#include "session.hpp"
#include "streams.hpp"
#include "transport.hpp"

#include <memory>
#include <thread>

namespace aib {

class Desk {
public:
	Desk(const Config& config, const Schema& schema, Exit& exit);
	~Desk();
	Desk(const Desk&) = delete;
	Desk& operator=(const Desk&) = delete;

	// From any thread. Owns the item.
	void put(Item* item) { post_.put(item); }

	// Ends the thread; what is in flight is cancelled. From the game's thread.
	void stop();

	// For what comes through the post, in the desk's thread.
	void take(std::unique_ptr<Call> call) { courier->take(std::move(call)); }
	void came_back(std::unique_ptr<Try> attempt) { courier->came_back(std::move(attempt)); }
	void happened(std::vector<Value> values, int64_t at) { events->add(std::move(values), at); }
	void begin_stopping();
	bool stopping() const { return stopping_; }

	const Config& config;
	const Schema& schema;
	Exit& exit;
	CodePages pages;
	std::unique_ptr<Transport> transport;
	std::unique_ptr<Session> session;
	std::unique_ptr<Courier> courier;
	std::unique_ptr<Events> events;
	std::unique_ptr<Streams> streams;

private:
	void run();
	void turn(int milliseconds);
	int patience(Clock::time_point now) const;
	void finish();

	Post post_;
	bool stopping_ = false;
	Clock::time_point stop_by_;
	Clock::time_point beat_at_;
	std::thread thread_;
};

} // namespace aib
