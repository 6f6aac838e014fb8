// SPDX-License-Identifier: GPL-3.0-or-later
// gRPC's side of a call: what the thread at the completion queue does with it.
#pragma once

#include "transport.hpp"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <string>

namespace aib {

struct Connection {
	explicit Connection(std::shared_ptr<grpc::Channel> with) : channel(std::move(with)), stub(channel) {}
	std::shared_ptr<grpc::Channel> channel;
	grpc::GenericStub stub;
	size_t busy = 0;
};

struct Wire {
	virtual ~Wire() = default;
	// An operation ended. In the thread of the completion queue.
	virtual void step(bool ok) = 0;

	grpc::ClientContext context;

	// gRPC hands calls from thread to thread in ways that ThreadSanitizer cannot see when gRPC is not built with it;
	// this pair says it in words that it can. Before anything of a wire is looked at, its vtable included.
	static void give() { given_.fetch_add(1, std::memory_order_release); }
	static void taken() { given_.load(std::memory_order_acquire); }

private:
	inline static std::atomic<uint32_t> given_{0};
};

class UnaryWire : public Wire {
public:
	UnaryWire(Attempt& attempt, Post& post) : attempt_(attempt), post_(post) {}
	void start(grpc::GenericStub& stub, grpc::CompletionQueue& queue, const std::string& path, const std::string& body);
	void step(bool ok) override;

private:
	Attempt& attempt_;
	Post& post_;
	grpc::ByteBuffer answer_;
	grpc::Status status_;
	std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader_;
};

// Start, send the one request, then read on demand until there is no more; then the status.
class StreamWire : public Wire {
public:
	StreamWire(Stream& stream, Post& post) : stream_(stream), post_(post) {}
	void start(grpc::GenericStub& stub, grpc::CompletionQueue& queue, const std::string& path, const std::string& body);
	void step(bool ok) override;
	void read();

private:
	enum class Doing { START, WRITE, READ, FINISH };
	void end();

	Stream& stream_;
	Post& post_;
	Doing doing_ = Doing::START;
	grpc::ByteBuffer request_;
	grpc::ByteBuffer answer_;
	grpc::Status status_;
	std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream_call_;
};

} // namespace aib
