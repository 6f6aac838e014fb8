// SPDX-License-Identifier: GPL-3.0-or-later
// The calls of AI World and their messages, from the descriptors that protoc made of grpc_api/protos. A new call
// in the protos is a new call here, without code.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/message.h>

#include <memory>
#include <string>

namespace aib {

namespace pb = google::protobuf;

struct Method {
	const pb::MethodDescriptor* descriptor;
	std::string name; // "Dialogue.Talk"
	std::string path; // "/aiworld.v1.Dialogue/Talk"
};

class Schema {
public:
	Schema();
	~Schema();
	Schema(const Schema&) = delete;
	Schema& operator=(const Schema&) = delete;

	// nullptr if there is no such call. Any thread.
	const Method* method(const std::string& name) const;

	std::unique_ptr<pb::Message> request(const Method& method) const;
	std::unique_ptr<pb::Message> reply(const Method& method) const;

	// A message of protos/details.proto.
	std::unique_ptr<pb::Message> detail(const std::string& name) const;

private:
	std::unique_ptr<pb::Message> made(const pb::Descriptor* descriptor) const;

	struct Methods;
	pb::DescriptorPool pool_;
	std::unique_ptr<pb::DynamicMessageFactory> factory_;
	std::unique_ptr<Methods> methods_;
};

} // namespace aib
