// SPDX-License-Identifier: GPL-3.0-or-later
// From named values to a message.
#pragma once

#include "ai_bridge.h"
#include "codepage.hpp"

#include <google/protobuf/message.h>

#include <string>
#include <vector>

namespace aib {

// An ai_bridge_field that owns what it holds.
struct Value {
	std::string name;
	ai_bridge_type type = AI_BRIDGE_INT;
	int64_t integer = 0;
	double real = 0;
	std::string text;
};

std::vector<Value> owned(const ai_bridge_field* fields, size_t count);

// In which code page the texts of a call are, and which the server takes as raw bytes.
struct Pages {
	std::string call;
	std::string server;
};

class Filler {
public:
	Filler(CodePages& pages, Pages which) : pages_(pages), which_(std::move(which)) {}

	// Returns what is wrong, or nothing. Texts are repaired, never refused.
	std::string fill(
		google::protobuf::Message& message, const std::vector<Value>& values, const std::string& prefix = "");

private:
	std::string set(google::protobuf::Message& message, const std::string& path, const Value& value);
	std::string put(google::protobuf::Message& message, const google::protobuf::FieldDescriptor* field,
		const std::string& rest, const Value& value);
	void put_text(
		google::protobuf::Message& message, const google::protobuf::FieldDescriptor* field, const Value& value);

	CodePages& pages_;
	Pages which_;
};

// Name of an enum's value without the enum's own: EMOTION_HAPPY -> "happy".
std::string short_name(const google::protobuf::EnumValueDescriptor* value);

} // namespace aib
