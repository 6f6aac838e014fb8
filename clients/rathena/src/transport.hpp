// SPDX-License-Identifier: GPL-3.0-or-later
// gRPC, and nothing else knows of it: bytes out, bytes and a status in.
#pragma once

#include "config.hpp"
#include "post.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace aib {

struct Reply {
	int status = 0; // of gRPC
	std::string message;
	std::string details; // google.rpc.Status, serialised
	std::string body;
	uint32_t cache_seconds = 0; // how long AI World lets it be kept: trailing metadata `cache-seconds`
};

struct Wire; // a gRPC call

constexpr size_t ANY_CHANNEL = SIZE_MAX;

// One try of a call. When it is over it comes through the post, with `reply` set.
struct Attempt : Item {
	Attempt();
	~Attempt() override;
	void cancel();

	Reply reply;
	size_t channel = ANY_CHANNEL;
	std::unique_ptr<Wire> wire;
};

// A part of a stream, or its end (`last`: `reply` has a status and no body).
struct Stream;
struct Part : Item {
	void handle(Desk& desk) override;
	Stream* stream = nullptr;
	Reply reply;
	bool last = false;
};

// A streaming call. Whoever gets the last part may delete it.
struct Stream {
	Stream();
	virtual ~Stream();
	virtual void part(Desk& desk, Part& part) = 0;
	void next(); // after a part that is not the last: the next one, please
	void cancel();

	size_t channel = ANY_CHANNEL;
	std::unique_ptr<Wire> wire;
};

struct Outgoing {
	const std::string& path;
	const std::string& body;
	const std::string& request_id;
	std::chrono::milliseconds left{0}; // until the deadline; 0: none
	bool wait_for_ready = false;
	size_t avoid = ANY_CHANNEL; // where the last try failed
};

// By one thread, the desk's.
class Transport {
public:
	// Throws std::runtime_error if certificates cannot be read.
	Transport(const Config& config, Post& post);
	~Transport(); // after everything that was sent has come back

	void send(Attempt& attempt, const Outgoing& call);
	void listen(Stream& stream, const Outgoing& call);

	// Opens the connections of the pool that are not, without waiting for the end of a backoff.
	void connect();
	void release(size_t channel);

private:
	struct Parts;
	std::unique_ptr<Parts> parts_;
};

// What went wrong with certificates, or nothing. For the game's thread, before anything starts.
std::string check_certificates(const Config& config);

} // namespace aib
