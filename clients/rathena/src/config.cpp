// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <variant>

namespace aib {
namespace {

constexpr char PREFIX[] = "ai_sidecar_";

struct Number {
	uint32_t Config::*field;
	uint32_t low;
	uint32_t high;
};
using Flag = bool Config::*;
using Words = std::string Config::*;
struct Level {};
using Kind = std::variant<Flag, Words, Number, Level>;

const std::map<std::string, Kind>& keys() {
	static const std::map<std::string, Kind> all = {
		{"enabled", &Config::enabled},
		{"endpoint", &Config::endpoint},
		{"tls_enabled", &Config::tls_enabled},
		{"tls_ca_cert", &Config::tls_ca_cert},
		{"tls_client_cert", &Config::tls_client_cert},
		{"tls_client_key", &Config::tls_client_key},
		{"api_key", &Config::api_key},
		{"game_server_id", &Config::game_server_id},
		{"connection_pool_size", Number{&Config::connection_pool_size, 1, 64}},
		// The server closes connections that ping more often than every 10 s.
		{"keepalive_ms", Number{&Config::keepalive_ms, 11000, 3600000}},
		{"timeout_ms", Number{&Config::timeout_ms, 100, 60000}},
		{"max_retries", Number{&Config::max_retries, 0, 10}},
		{"retry_delay_ms", Number{&Config::retry_delay_ms, 1, 10000}},
		{"compression", &Config::compression},
		{"max_message_size_mb", Number{&Config::max_message_size_mb, 1, 64}},
		{"fallback_to_legacy", &Config::fallback_to_legacy},
		{"fallback_after_errors", Number{&Config::fallback_after_errors, 1, 1000}},
		{"enable_dialogue", &Config::enable_dialogue},
		{"enable_quests", &Config::enable_quests},
		{"enable_decisions", &Config::enable_decisions},
		{"enable_memory", &Config::enable_memory},
		{"log_level", Level{}},
		{"log_requests", &Config::log_requests},
		{"log_slow_ms", Number{&Config::log_slow_ms, 0, 60000}},
		{"enable_local_cache", &Config::enable_local_cache},
		{"cache_ttl_seconds", Number{&Config::cache_ttl_seconds, 1, 86400}},
		{"cache_max_entries", Number{&Config::cache_max_entries, 1, 1000000}},
	};
	return all;
}

std::string trimmed(const std::string& text) {
	const char* blank = " \t\r\n\f\v";
	const size_t first = text.find_first_not_of(blank);
	if (first == std::string::npos) return "";
	return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::string lower(std::string text) {
	std::transform(text.begin(), text.end(), text.begin(),
		[](unsigned char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : static_cast<char>(c); });
	return text;
}

// Each returns what would have been right, or nothing if it was.
struct Setter {
	Config& config;
	const std::string& value;

	std::string operator()(Flag field) const {
		const std::string word = lower(value);
		if (word == "yes" || word == "on" || word == "true" || word == "1") return config.*field = true, "";
		if (word == "no" || word == "off" || word == "false" || word == "0") return config.*field = false, "";
		return "yes or no";
	}
	std::string operator()(Words field) const {
		// What is sent as metadata may hold nothing else, and a path or an address needs nothing else.
		for (unsigned char c : value)
			if (c < 0x20 || c > 0x7e) return "plain characters only";
		return config.*field = value, "";
	}
	std::string operator()(const Number& number) const {
		uint64_t found = 0;
		for (char c : value) {
			if (c < '0' || c > '9') return range(number);
			found = std::min<uint64_t>(found * 10 + static_cast<uint64_t>(c - '0'), UINT32_MAX);
		}
		if (value.empty() || found < number.low || found > number.high) return range(number);
		return config.*number.field = static_cast<uint32_t>(found), "";
	}
	std::string operator()(Level) const {
		const std::vector<std::string> names = {"debug", "info", "warning", "error"};
		const auto at = std::find(names.begin(), names.end(), lower(value));
		if (at == names.end()) return "debug, info, warning or error";
		return config.log_level = static_cast<ai_bridge_level>(at - names.begin()), "";
	}
	static std::string range(const Number& number) {
		return "a whole number from " + std::to_string(number.low) + " to " + std::to_string(number.high);
	}
};

void warn(std::vector<Note>& notes, size_t line, const std::string& what) {
	notes.push_back({AI_BRIDGE_LOG_WARNING, "AI Sidecar: ai_sidecar.conf line " + std::to_string(line) + ": " + what});
}

// "host:port // a remark" loses the remark, "http://host" does not lose its host.
std::string without_remark(const std::string& line) {
	if (trimmed(line).rfind("//", 0) == 0) return "";
	for (size_t at = line.find("//"); at != std::string::npos; at = line.find("//", at + 2))
		if (line[at - 1] == ' ' || line[at - 1] == '\t') return line.substr(0, at);
	return line;
}

void parse_line(
	const std::string& line, size_t number, Config& config, std::vector<Note>& notes, std::set<std::string>& seen) {
	const std::string text = trimmed(without_remark(line));
	if (text.empty()) return;
	const size_t colon = text.find(':');
	if (colon == std::string::npos) return warn(notes, number, "no colon; a line is `key: value`");
	const std::string name = trimmed(text.substr(0, colon)), value = trimmed(text.substr(colon + 1));
	const bool ours = name.rfind(PREFIX, 0) == 0;
	const auto known = keys().find(ours ? name.substr(sizeof PREFIX - 1) : "");
	if (known == keys().end()) return warn(notes, number, "unknown key '" + name + "' is ignored");
	if (!seen.insert(name).second) warn(notes, number, "'" + name + "' stands here again; the last one counts");
	const std::string wanted = std::visit(Setter{config, value}, known->second);
	if (wanted.empty()) return;
	// The key is the one value that may not get into a log.
	const std::string shown = known->first == "api_key" ? "it" : "'" + value + "'";
	warn(notes, number, "'" + name + "' has to be " + wanted + "; " + shown + " is ignored");
}

bool local(const std::string& endpoint) {
	return endpoint.rfind("127.", 0) == 0 || endpoint.rfind("localhost", 0) == 0 || endpoint.rfind("[::1]", 0) == 0;
}

void error(std::vector<Note>& notes, const std::string& what) {
	notes.push_back({AI_BRIDGE_LOG_ERROR, "AI Sidecar: " + what});
}

bool whole(const Config& config, std::vector<Note>& notes) {
	if (!config.enabled) return true;
	if (config.api_key.empty()) return error(notes, "ai_sidecar_api_key is missing"), false;
	if (config.endpoint.find(':') == std::string::npos || config.endpoint.find("://") != std::string::npos)
		return error(notes, "ai_sidecar_endpoint is host:port, not '" + config.endpoint + "'"), false;
	if (config.tls_client_cert.empty() != config.tls_client_key.empty())
		return error(notes, "ai_sidecar_tls_client_cert and ai_sidecar_tls_client_key go together"), false;
	if (!config.tls_enabled && !local(config.endpoint))
		notes.push_back({AI_BRIDGE_LOG_WARNING,
			"AI Sidecar: key and words travel unencrypted to " + config.endpoint +
				"; set ai_sidecar_tls_enabled, or keep to a private network"});
	return true;
}

} // namespace

bool parse_config(const std::string& text, Config& config, std::vector<Note>& notes) {
	std::istringstream lines(text.rfind("\xef\xbb\xbf", 0) == 0 ? text.substr(3) : text);
	std::set<std::string> seen;
	std::string line;
	for (size_t number = 1; std::getline(lines, line); ++number)
		parse_line(line, number, config, notes, seen);
	return whole(config, notes);
}

bool read_config(const std::string& path, Config& config, std::vector<Note>& notes) {
	std::ifstream file(path, std::ios::binary);
	if (!file) return error(notes, "cannot read " + path + ": " + std::strerror(errno)), false;
	std::ostringstream text;
	text << file.rdbuf();
	const bool good = parse_config(text.str(), config, notes);
	struct stat about = {};
	if (!config.api_key.empty() && stat(path.c_str(), &about) == 0 && (about.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		notes.push_back({AI_BRIDGE_LOG_WARNING,
			"AI Sidecar: others on this machine can read the API key in " + path + "; chmod 600 it"});
	return good;
}

} // namespace aib
