// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport.hpp"

#include "wire.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

namespace aib {
namespace {

std::string contents(const std::string& path) {
	if (path.empty()) return "";
	std::ifstream file(path, std::ios::binary);
	std::ostringstream text;
	if (!file || !(text << file.rdbuf())) throw std::runtime_error("cannot read " + path);
	if (text.str().find("-----BEGIN") == std::string::npos) throw std::runtime_error(path + " is no PEM file");
	return text.str();
}

std::shared_ptr<grpc::ChannelCredentials> credentials(const Config& config) {
	if (!config.tls_enabled) return grpc::InsecureChannelCredentials();
	grpc::SslCredentialsOptions options;
	options.pem_root_certs = contents(config.tls_ca_cert); // empty: those of the system
	options.pem_private_key = contents(config.tls_client_key);
	options.pem_cert_chain = contents(config.tls_client_cert);
	return grpc::SslCredentials(options);
}

// Equal arguments would share one connection; so the number is one of them.
grpc::ChannelArguments arguments(const Config& config, size_t number) {
	grpc::ChannelArguments args;
	const int bytes = static_cast<int>(config.max_message_size_mb) * 1024 * 1024;
	args.SetMaxReceiveMessageSize(bytes);
	args.SetMaxSendMessageSize(bytes);
	args.SetInt("aiworld.connection", static_cast<int>(number));
	args.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
	args.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, static_cast<int>(config.keepalive_ms));
	args.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5000);
	args.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
	args.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
	// gRPC's own 120 s would keep NPCs silent long after AI World is back.
	args.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 300);
	args.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1000);
	args.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 3000);
	args.SetInt(GRPC_ARG_ENABLE_RETRIES, 0); // retries are the courier's
	args.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
	if (config.compression) args.SetCompressionAlgorithm(GRPC_COMPRESS_GZIP);
	args.SetUserAgentPrefix("ai-sidecar-bridge");
	return args;
}

} // namespace

struct Transport::Parts {
	const Config& config;
	grpc::CompletionQueue queue;
	std::vector<Connection> pool;
	size_t turn = 0;
	std::thread watcher;
	Post& post;

	Parts(const Config& with, Post& to) : config(with), post(to) {
		const auto secrets = credentials(config);
		for (size_t at = 0; at < config.connection_pool_size; ++at)
			pool.emplace_back(grpc::CreateCustomChannel(config.endpoint, secrets, arguments(config, at)));
	}

	// Of those that are connected the one with the fewest calls, each in turn if there are several; another than
	// `avoid` if there is one. A connection in its backoff would fail the call at once.
	size_t best(size_t avoid) {
		size_t found = ANY_CHANNEL;
		for (size_t step = 0; step < pool.size(); ++step) {
			const size_t at = (turn + step) % pool.size();
			if (at == avoid && pool.size() > 1) continue;
			if (found == ANY_CHANNEL || cost(at) < cost(found)) found = at;
		}
		turn = (turn + 1) % pool.size();
		return found;
	}

	size_t cost(size_t at) {
		const bool ready = pool[at].channel->GetState(false) == GRPC_CHANNEL_READY;
		return pool[at].busy + (ready ? 0 : 1000000);
	}

	void watch() {
		void* tag = nullptr;
		bool ok = false;
		while (queue.Next(&tag, &ok)) {
			Wire::taken();
			static_cast<Wire*>(tag)->step(ok);
		}
	}

	void prepare(Wire& wire, const Outgoing& call) {
		grpc::ClientContext& context = wire.context;
		context.AddMetadata("x-api-key", config.api_key);
		if (!config.game_server_id.empty()) context.AddMetadata("x-server-id", config.game_server_id);
		if (!call.request_id.empty()) context.AddMetadata("x-request-id", call.request_id);
		if (call.left.count() > 0) context.set_deadline(std::chrono::system_clock::now() + call.left);
		context.set_wait_for_ready(call.wait_for_ready);
	}
};

Transport::Transport(const Config& config, Post& post) : parts_(std::make_unique<Parts>(config, post)) {
	parts_->watcher = std::thread([parts = parts_.get()] { parts->watch(); });
}

Transport::~Transport() {
	parts_->queue.Shutdown();
	parts_->watcher.join();
}

void Transport::send(Attempt& attempt, const Outgoing& call) {
	attempt.channel = parts_->best(call.avoid);
	Connection& connection = parts_->pool[attempt.channel];
	++connection.busy;
	auto wire = std::make_unique<UnaryWire>(attempt, parts_->post);
	parts_->prepare(*wire, call);
	UnaryWire& started = *wire;
	attempt.wire = std::move(wire);
	started.start(connection.stub, parts_->queue, call.path, call.body);
}

void Transport::listen(Stream& stream, const Outgoing& call) {
	stream.channel = parts_->best(call.avoid);
	Connection& connection = parts_->pool[stream.channel];
	++connection.busy;
	auto wire = std::make_unique<StreamWire>(stream, parts_->post);
	parts_->prepare(*wire, call);
	StreamWire& started = *wire;
	stream.wire = std::move(wire);
	started.start(connection.stub, parts_->queue, call.path, call.body);
}

void Transport::connect() {
	for (Connection& each : parts_->pool) {
		grpc::experimental::ChannelResetConnectionBackoff(each.channel.get());
		each.channel->GetState(true);
	}
}

void Transport::release(size_t channel) {
	if (channel < parts_->pool.size()) --parts_->pool[channel].busy;
}

std::string check_certificates(const Config& config) {
	try {
		if (!config.tls_enabled) return "";
		contents(config.tls_ca_cert);
		contents(config.tls_client_cert);
		contents(config.tls_client_key);
		return "";
	} catch (const std::runtime_error& error) {
		return error.what();
	}
}

} // namespace aib
