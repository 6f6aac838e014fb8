// SPDX-License-Identifier: GPL-3.0-or-later
// ai_sidecar.conf: `key: value` a line, comments after //.
#pragma once

#include "ai_bridge.h"

#include <cstdint>
#include <string>
#include <vector>

namespace aib {

struct Note {
	ai_bridge_level level;
	std::string line;
};

struct Config {
	bool enabled = false;
	std::string endpoint = "127.0.0.1:50051";
	bool tls_enabled = false;
	std::string tls_ca_cert; // paths of PEM files
	std::string tls_client_cert;
	std::string tls_client_key;
	std::string api_key;
	std::string game_server_id;
	uint32_t connection_pool_size = 16;
	uint32_t keepalive_ms = 30000;
	uint32_t timeout_ms = 5000;
	uint32_t max_retries = 3;
	uint32_t retry_delay_ms = 100;
	bool compression = false;
	uint32_t max_message_size_mb = 4;
	bool fallback_to_legacy = true;
	uint32_t fallback_after_errors = 3;
	bool enable_dialogue = true;
	bool enable_quests = true;
	bool enable_decisions = true;
	bool enable_memory = true;
	ai_bridge_level log_level = AI_BRIDGE_LOG_INFO;
	bool log_requests = false;
	uint32_t log_slow_ms = 0; // 0: nothing counts as slow
	bool enable_local_cache = true;
	uint32_t cache_ttl_seconds = 3600;
	uint32_t cache_max_entries = 10000;
};

// Reads a file; `notes` says what is wrong with it, line by line. A bad value leaves the default. False if
// there is no such file, or no key although it is enabled.
bool read_config(const std::string& path, Config& config, std::vector<Note>& notes);

// The same for the text of a file.
bool parse_config(const std::string& text, Config& config, std::vector<Note>& notes);

} // namespace aib
