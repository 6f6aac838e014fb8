// SPDX-License-Identifier: GPL-3.0-or-later
#include "wire.hpp"

#include <cstdlib>
#include <vector>

namespace aib {
namespace {

grpc::ByteBuffer buffer(const std::string& body) {
	const grpc::Slice slice(body);
	return grpc::ByteBuffer(&slice, 1);
}

std::string text(const grpc::ByteBuffer& buffer) {
	std::vector<grpc::Slice> slices;
	std::string out;
	if (!buffer.Valid() || !buffer.Dump(&slices).ok()) return out;
	out.reserve(buffer.Length());
	for (const grpc::Slice& each : slices)
		out.append(reinterpret_cast<const char*>(each.begin()), each.size());
	return out;
}

uint32_t seconds(const grpc::ClientContext& context) {
	const auto& trailing = context.GetServerTrailingMetadata();
	const auto found = trailing.find("cache-seconds");
	if (found == trailing.end()) return 0;
	const long number = std::strtol(std::string(found->second.data(), found->second.size()).c_str(), nullptr, 10);
	return number > 0 && number <= 86400 ? static_cast<uint32_t>(number) : 0;
}

void tell(Reply& reply, const grpc::Status& status, const grpc::ClientContext& context) {
	reply.status = status.error_code();
	reply.message = status.error_message();
	reply.details = status.error_details();
	reply.cache_seconds = status.ok() ? seconds(context) : 0;
}

} // namespace

Attempt::Attempt() = default;
Attempt::~Attempt() = default;

void Attempt::cancel() {
	if (wire) wire->context.TryCancel();
}

Stream::Stream() = default;
Stream::~Stream() = default;

void Stream::cancel() {
	if (wire) wire->context.TryCancel();
}

void Stream::next() {
	static_cast<StreamWire&>(*wire).read();
}

void UnaryWire::start(
	grpc::GenericStub& stub, grpc::CompletionQueue& queue, const std::string& path, const std::string& body) {
	reader_ = stub.PrepareUnaryCall(&context, path, buffer(body), &queue);
	give();
	reader_->StartCall();
	reader_->Finish(&answer_, &status_, static_cast<Wire*>(this));
}

void UnaryWire::step(bool) {
	tell(attempt_.reply, status_, context);
	attempt_.reply.body = text(answer_);
	post_.put(&attempt_); // and with it this: nothing may be touched any more
}

void StreamWire::start(
	grpc::GenericStub& stub, grpc::CompletionQueue& queue, const std::string& path, const std::string& body) {
	request_ = buffer(body);
	stream_call_ = stub.PrepareCall(&context, path, &queue);
	give();
	stream_call_->StartCall(static_cast<Wire*>(this));
}

void StreamWire::read() {
	doing_ = Doing::READ;
	give();
	stream_call_->Read(&answer_, static_cast<Wire*>(this));
}

void StreamWire::end() {
	doing_ = Doing::FINISH;
	give();
	stream_call_->Finish(&status_, static_cast<Wire*>(this));
}

void StreamWire::step(bool ok) {
	if (doing_ != Doing::FINISH && !ok) return end();
	if (doing_ == Doing::START) {
		doing_ = Doing::WRITE;
		give();
		return stream_call_->WriteLast(request_, grpc::WriteOptions(), static_cast<Wire*>(this));
	}
	if (doing_ == Doing::WRITE) return read();
	auto* part = new Part;
	part->stream = &stream_;
	if (doing_ == Doing::READ)
		part->reply.body = text(answer_);
	else {
		part->last = true;
		tell(part->reply, status_, context);
	}
	post_.put(part);
}

} // namespace aib
