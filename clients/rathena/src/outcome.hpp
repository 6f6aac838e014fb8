// SPDX-License-Identifier: GPL-3.0-or-later
// What a gRPC status means to the game.
#pragma once

#include "ai_bridge.h"
#include "schema.hpp"
#include "transport.hpp"

#include <string>

namespace aib {

struct Outcome {
	ai_bridge_code code = AI_BRIDGE_OK;
	int32_t grpc_status = 0;
	std::string reason;
	std::string message;
	uint32_t retry_after_ms = 0;
};

// gRPC's numbers, as far as they are asked for by name.
enum GrpcStatus {
	GRPC_OK_ = 0,
	GRPC_CANCELLED_ = 1,
	GRPC_INVALID_ARGUMENT_ = 3,
	GRPC_DEADLINE_EXCEEDED_ = 4,
	GRPC_RESOURCE_EXHAUSTED_ = 8,
	GRPC_OUT_OF_RANGE_ = 11,
	GRPC_UNIMPLEMENTED_ = 12,
	GRPC_UNAVAILABLE_ = 14,
	GRPC_UNAUTHENTICATED_ = 16
};

ai_bridge_code code_of(int grpc_status);

// With the reason and the delay of the details, where there are any.
Outcome outcome_of(const Reply& reply, const Schema& schema);

// AI World was not there, or did not work.
bool missing(ai_bridge_code code);

const char* name_of(ai_bridge_code code);

} // namespace aib
