// SPDX-License-Identifier: GPL-3.0-or-later
// The parts that need no server: configuration, cache, breaker.
#include "breaker.hpp"
#include "cache.hpp"
#include "check.hpp"
#include "config.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

using namespace aib;

namespace {

struct Read {
	Config config;
	std::vector<Note> notes;
	bool good;

	explicit Read(const std::string& text) { good = parse_config(text, config, notes); }
	bool says(const std::string& words) const {
		return std::any_of(
			notes.begin(), notes.end(), [&](const Note& note) { return note.line.find(words) != std::string::npos; });
	}
};

} // namespace

TEST(config, "Every key is read") {
	const Read read(
		"ai_sidecar_enabled: yes\nai_sidecar_endpoint: 127.0.0.1:4000\nai_sidecar_tls_enabled: on\n"
		"ai_sidecar_tls_ca_cert: ca.pem\nai_sidecar_tls_client_cert: c.pem\nai_sidecar_tls_client_key: k.pem\n"
		"ai_sidecar_api_key: sk-1\nai_sidecar_game_server_id: server-1\nai_sidecar_connection_pool_size: 2\n"
		"ai_sidecar_keepalive_ms: 12000\nai_sidecar_timeout_ms: 700\nai_sidecar_max_retries: 1\n"
		"ai_sidecar_retry_delay_ms: 7\nai_sidecar_compression: yes\nai_sidecar_max_message_size_mb: 1\n"
		"ai_sidecar_fallback_to_legacy: no\nai_sidecar_fallback_after_errors: 9\nai_sidecar_enable_dialogue: no\n"
		"ai_sidecar_enable_quests: no\nai_sidecar_enable_decisions: no\nai_sidecar_enable_memory: no\n"
		"ai_sidecar_log_level: warning\nai_sidecar_log_requests: yes\nai_sidecar_log_slow_ms: 5\n"
		"ai_sidecar_enable_local_cache: no\nai_sidecar_cache_ttl_seconds: 60\nai_sidecar_cache_max_entries: 5\n");
	const Config& c = read.config;
	CHECK(read.good && read.notes.empty());
	CHECK(c.enabled && c.tls_enabled && c.compression && c.log_requests && !c.fallback_to_legacy);
	CHECK(!c.enable_dialogue && !c.enable_quests && !c.enable_decisions && !c.enable_memory && !c.enable_local_cache);
	CHECK_EQUAL(c.endpoint + c.tls_ca_cert + c.tls_client_cert + c.tls_client_key, "127.0.0.1:4000ca.pemc.pemk.pem");
	CHECK_EQUAL(c.api_key + c.game_server_id, "sk-1server-1");
	CHECK_EQUAL(c.connection_pool_size, 2U);
	CHECK_EQUAL(c.keepalive_ms, 12000U);
	CHECK_EQUAL(c.timeout_ms, 700U);
	CHECK_EQUAL(c.max_retries, 1U);
	CHECK_EQUAL(c.retry_delay_ms, 7U);
	CHECK_EQUAL(c.max_message_size_mb, 1U);
	CHECK_EQUAL(c.fallback_after_errors, 9U);
	CHECK_EQUAL(c.log_slow_ms, 5U);
	CHECK_EQUAL(c.cache_ttl_seconds, 60U);
	CHECK_EQUAL(c.cache_max_entries, 5U);
	CHECK_EQUAL(c.log_level, AI_BRIDGE_LOG_WARNING);
}

TEST(config, "What is not there keeps the documented default") {
	const Config c = Read("").config;
	CHECK(!c.enabled && !c.tls_enabled && !c.compression && c.fallback_to_legacy && c.enable_local_cache);
	CHECK_EQUAL(c.connection_pool_size, 16U);
	CHECK_EQUAL(c.keepalive_ms, 30000U);
	CHECK_EQUAL(c.timeout_ms, 5000U);
	CHECK_EQUAL(c.max_retries, 3U);
	CHECK_EQUAL(c.retry_delay_ms, 100U);
	CHECK_EQUAL(c.fallback_after_errors, 3U);
	CHECK_EQUAL(c.cache_ttl_seconds, 3600U);
	CHECK_EQUAL(c.cache_max_entries, 10000U);
}

TEST(config, "An unknown key is named with its line, and the rest counts") {
	const Read read("// a remark\nai_sidecar_timout_ms: 700\nai_sidecar_timeout_ms: 800 // ms\n");
	CHECK(read.says("line 2: unknown key 'ai_sidecar_timout_ms'"));
	CHECK_EQUAL(read.config.timeout_ms, 800U);
}

TEST(config, "A bad value is named with its line and what would be right") {
	const Read read(
		"ai_sidecar_enabled: maybe\nai_sidecar_timeout_ms: 5s\nai_sidecar_timeout_ms: 99999999999999999999\n"
		"ai_sidecar_log_level: loud\nno colon\n");
	CHECK(read.says("line 1: 'ai_sidecar_enabled' has to be yes or no; 'maybe' is ignored"));
	CHECK(read.says("line 2: 'ai_sidecar_timeout_ms' has to be a whole number from 100 to 60000; '5s' is ignored"));
	CHECK(read.says("line 3: 'ai_sidecar_timeout_ms' stands here again"));
	CHECK(read.says("line 4: 'ai_sidecar_log_level' has to be debug, info, warning or error"));
	CHECK(read.says("line 5: no colon"));
	CHECK_EQUAL(read.config.timeout_ms, 5000U);
}

TEST(config, "The key of the API is in no message") {
	const Read read("ai_sidecar_enabled: yes\nai_sidecar_endpoint: example.org:1\nai_sidecar_api_key: sk-gehe\x01im\n");
	CHECK(!read.good && read.says("ai_sidecar_api_key"));
	CHECK(!read.says("sk-gehe"));
}

TEST(config, "Enabled without a key, an address or half a certificate is an error") {
	const std::string on = "ai_sidecar_enabled: yes\n", key = "ai_sidecar_api_key: sk-1\n";
	CHECK(!Read(on).good && Read(on).says("ai_sidecar_api_key is missing"));
	CHECK(!Read(on + key + "ai_sidecar_endpoint: http://a:1\n").good);
	CHECK(!Read(on + key + "ai_sidecar_tls_client_cert: a.pem\n").good);
	CHECK(Read(on + key).good);
}

TEST(config, "A remark ends a value; two slashes inside a value do not") {
	const Read read("ai_sidecar_api_key: a//b // the key\r\n\xef\xbb\xbf");
	CHECK_EQUAL(read.config.api_key, "a//b");
}

TEST(config, "An unencrypted way over a network is warned of, one on this machine is not") {
	const std::string on = "ai_sidecar_enabled: yes\nai_sidecar_api_key: sk-1\nai_sidecar_endpoint: ";
	CHECK(Read(on + "10.0.0.5:50051\n").says("unencrypted"));
	CHECK(!Read(on + "127.0.0.1:50051\n").says("unencrypted"));
	CHECK(!Read(on + "10.0.0.5:50051\nai_sidecar_tls_enabled: yes\n").says("unencrypted"));
}

TEST(config, "A file that others can read is warned of") {
	char path[] = "/tmp/ai_bridge_XXXXXX";
	close(mkstemp(path));
	std::ofstream(path) << "ai_sidecar_api_key: sk-1\n";
	const auto warned = [&path](mode_t mode) {
		Config config;
		std::vector<Note> notes;
		CHECK(chmod(path, mode) == 0 && read_config(path, config, notes));
		return !notes.empty() && notes[0].line.find("chmod 600") != std::string::npos;
	};
	const bool open = warned(0644), shut = warned(0600);
	unlink(path);
	CHECK(open && !shut);
}

TEST(cache, "An entry lives as long as AI World says, and never longer than configured") {
	Cache cache(10, std::chrono::seconds(60));
	const Clock::time_point start{};
	cache.put("short", "a", std::chrono::seconds(5), start);
	cache.put("long", "b", std::chrono::seconds(3600), start);
	CHECK(cache.get("short", start + std::chrono::seconds(4)) != nullptr);
	CHECK(cache.get("short", start + std::chrono::seconds(5)) == nullptr);
	CHECK_EQUAL(*cache.get("long", start + std::chrono::seconds(59)), "b");
	CHECK(cache.get("long", start + std::chrono::seconds(60)) == nullptr);
	CHECK_EQUAL(cache.size(), 0U);
}

TEST(cache, "The one that was not used for longest goes first") {
	Cache cache(2, std::chrono::seconds(60));
	const Clock::time_point now{};
	const std::chrono::seconds keep(9);
	cache.put("one", "1", keep, now);
	cache.put("two", "2", keep, now);
	CHECK(cache.get("one", now) != nullptr);
	cache.put("three", "3", keep, now);
	CHECK(cache.get("two", now) == nullptr && cache.get("one", now) != nullptr);
	cache.put("one", "new", keep, now);
	CHECK_EQUAL(*cache.get("one", now), "new");
	CHECK_EQUAL(cache.size(), 2U);
}

TEST(breaker, "It opens after so many failures in a row, and an answer starts the count anew") {
	Breaker breaker(3);
	const Clock::time_point now{};
	CHECK(!breaker.failed(now) && !breaker.failed(now));
	breaker.answered();
	CHECK(!breaker.failed(now) && !breaker.failed(now) && breaker.failed(now));
	CHECK(breaker.open());
}

TEST(breaker, "After a probe one failure is enough, and the next probe is later; never later than 10 s") {
	Breaker breaker(3);
	Clock::time_point now{};
	breaker.trip(now);
	CHECK(breaker.probe_at() == now + std::chrono::milliseconds(500));
	breaker.half_open();
	CHECK(!breaker.open() && breaker.failed(now));
	CHECK(breaker.probe_at() == now + std::chrono::milliseconds(1000));
	for (int at = 0; at < 20; ++at)
		breaker.probe_failed(now);
	CHECK(breaker.probe_at() == now + std::chrono::seconds(10));
	breaker.half_open();
	breaker.answered();
	CHECK(!breaker.failed(now));
	breaker.trip(now);
	CHECK(breaker.probe_at() == now + std::chrono::milliseconds(500));
}
