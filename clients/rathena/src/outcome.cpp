// SPDX-License-Identifier: GPL-3.0-or-later
#include "outcome.hpp"

#include <algorithm>

namespace aib {
namespace {

std::string text(const pb::Message& message, const char* field) {
	return message.GetReflection()->GetString(message, message.GetDescriptor()->FindFieldByName(field));
}

uint32_t milliseconds(const pb::Message& retry) {
	const pb::FieldDescriptor* field = retry.GetDescriptor()->FindFieldByName("retry_delay");
	const pb::Message& delay = retry.GetReflection()->GetMessage(retry, field);
	const pb::Descriptor* type = delay.GetDescriptor();
	const int64_t seconds = delay.GetReflection()->GetInt64(delay, type->FindFieldByName("seconds"));
	const int32_t nanos = delay.GetReflection()->GetInt32(delay, type->FindFieldByName("nanos"));
	const int64_t all = std::clamp<int64_t>(seconds, 0, 86400) * 1000 + nanos / 1000000;
	return static_cast<uint32_t>(std::max<int64_t>(all, 0));
}

bool ends_with(const std::string& text, const std::string& end) {
	return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

void read_detail(const std::string& type, const std::string& bytes, const Schema& schema, Outcome& outcome) {
	if (ends_with(type, "/google.rpc.ErrorInfo")) {
		const auto info = schema.detail("ErrorInfo");
		if (info->ParseFromString(bytes)) outcome.reason = text(*info, "reason");
	}
	if (ends_with(type, "/google.rpc.RetryInfo")) {
		const auto retry = schema.detail("RetryInfo");
		if (retry->ParseFromString(bytes)) outcome.retry_after_ms = milliseconds(*retry);
	}
}

} // namespace

ai_bridge_code code_of(int grpc_status) {
	switch (grpc_status) {
	case GRPC_OK_:
		return AI_BRIDGE_OK;
	case GRPC_CANCELLED_:
		return AI_BRIDGE_CLOSED;
	case GRPC_INVALID_ARGUMENT_:
	case GRPC_OUT_OF_RANGE_:
		return AI_BRIDGE_INVALID;
	case GRPC_DEADLINE_EXCEEDED_:
		return AI_BRIDGE_TIMEOUT;
	case GRPC_RESOURCE_EXHAUSTED_:
		return AI_BRIDGE_OVERLOADED;
	case GRPC_UNIMPLEMENTED_:
		return AI_BRIDGE_DISABLED;
	case 5:  // NOT_FOUND
	case 6:  // ALREADY_EXISTS
	case 7:  // PERMISSION_DENIED
	case 9:  // FAILED_PRECONDITION
	case 10: // ABORTED
	case GRPC_UNAUTHENTICATED_:
		return AI_BRIDGE_REFUSED;
	default:
		return AI_BRIDGE_AWAY; // UNAVAILABLE, INTERNAL, UNKNOWN, DATA_LOSS
	}
}

Outcome outcome_of(const Reply& reply, const Schema& schema) {
	Outcome outcome;
	outcome.code = code_of(reply.status);
	outcome.grpc_status = reply.status;
	outcome.message = reply.message;
	const auto status = schema.detail("Status");
	if (reply.details.empty() || !status->ParseFromString(reply.details)) return outcome;
	const pb::FieldDescriptor* field = status->GetDescriptor()->FindFieldByName("details");
	for (int at = 0; at < status->GetReflection()->FieldSize(*status, field); ++at) {
		const pb::Message& any = status->GetReflection()->GetRepeatedMessage(*status, field, at);
		read_detail(text(any, "type_url"), text(any, "value"), schema, outcome);
	}
	return outcome;
}

bool missing(ai_bridge_code code) {
	return code == AI_BRIDGE_AWAY || code == AI_BRIDGE_TIMEOUT;
}

const char* name_of(ai_bridge_code code) {
	switch (code) {
	case AI_BRIDGE_OK:
		return "ok";
	case AI_BRIDGE_REFUSED:
		return "refused";
	case AI_BRIDGE_AWAY:
		return "away";
	case AI_BRIDGE_TIMEOUT:
		return "timeout";
	case AI_BRIDGE_OVERLOADED:
		return "overloaded";
	case AI_BRIDGE_DISABLED:
		return "disabled";
	case AI_BRIDGE_INVALID:
		return "invalid";
	case AI_BRIDGE_CLOSED:
		return "closed";
	}
	return "?";
}

} // namespace aib
