// SPDX-License-Identifier: GPL-3.0-or-later
// What the bridge costs the game's thread and adds to a call. bridge_bench CONF ENDPOINT KEY ROUNDS; JSON on stdout.
#include "game.hpp"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <iostream>

using namespace game;
using Times = std::vector<double>; // milliseconds

namespace {

double since(Clock::time_point began) {
	return std::chrono::duration<double, std::milli>(Clock::now() - began).count();
}

double part(Times times, double share) {
	std::sort(times.begin(), times.end());
	return times.at(static_cast<size_t>(share * static_cast<double>(times.size() - 1)));
}

void show(const char* what, const Times& times, bool last = false) {
	std::cout << "\"" << what << "\": {\"p50\": " << part(times, 0.5) << ", \"p99\": " << part(times, 0.99)
			  << ", \"max\": " << part(times, 1.0) << ", \"number\": " << times.size() << "}" << (last ? "" : ", ");
}

void submit(Game& game, uint64_t token) {
	static const Scene scene(170000);
	static const ai_bridge_options options = {nullptr, 20000, 0, 0, "nothing-of-that-name"};
	CHECK_EQUAL(ai_bridge_fetch_reply(game.bridge, token, &scene.scene, 0, &options), AI_BRIDGE_OK);
}

// The same call straight through gRPC, which holds up its caller: an answer of nothing, NOT_FOUND.
class Direct {
public:
	Direct(const std::string& endpoint, const std::string& key)
		: stub_(grpc::CreateChannel(endpoint, grpc::InsecureChannelCredentials())), key_(key) {}

	double ask() {
		// request_id, npc, player.char_id and name, as protobuf writes them
		static const std::string body = "\x0a\x14nothing-of-that-name\x12\x15prontera/Brannoc#town"
										"\x1a\x0b\x08\x90\xb0\x0a\x12\x05"
										"Aline";
		grpc::ClientContext context;
		context.AddMetadata("x-api-key", key_);
		const grpc::Slice slice(body);
		grpc::ByteBuffer request(&slice, 1), reply;
		grpc::CompletionQueue queue;
		grpc::Status status;
		const auto began = Clock::now();
		const auto call = stub_.PrepareUnaryCall(&context, "/aiworld.v1.Dialogue/FetchReply", request, &queue);
		call->StartCall();
		call->Finish(&reply, &status, nullptr);
		void* tag = nullptr;
		bool ok = false;
		queue.Next(&tag, &ok);
		CHECK_EQUAL(status.error_code(), grpc::StatusCode::NOT_FOUND);
		return since(began);
	}

private:
	grpc::GenericStub stub_;
	std::string key_;
};

// Gaps between the turns of a loop with a timer of 20 ms, as a map-server's; `begin` does the work of a turn.
Times gaps(Game& game, int turns, const std::function<void(int)>& begin) {
	Times found;
	auto due = Clock::now();
	for (int turn = 0; turn < turns; ++turn) {
		const auto began = Clock::now();
		begin(turn);
		due += std::chrono::milliseconds(20);
		while (Clock::now() < due)
			game.turn(static_cast<int>(std::max(0.0, -since(due))));
		found.push_back(since(began));
	}
	return found;
}

} // namespace

int main(int count, char** words) {
	if (count != 5) return 2;
	const int rounds = std::atoi(words[4]);
	Game game(words[1]);
	CHECK(game.until([&] { return game.active(); }));
	Direct direct(words[2], words[3]);
	uint64_t token = 0;
	const auto wait = [&] { CHECK(game.until([&] { return game.results.size() == token; }, 60)); };
	Times straight, bridged, single, idle, burst;
	for (int at = 0; at < 50; ++at)
		direct.ask(), submit(game, ++token);
	wait();
	for (int at = 0; at < rounds; ++at) { // in turn, so that both meet the same machine
		straight.push_back(direct.ask());
		const auto began = Clock::now();
		submit(game, ++token);
		while (game.results.size() < token)
			game.turn(1000);
		bridged.push_back(since(began));
	}
	idle = gaps(game, rounds / 4, [](int) {});
	burst = gaps(game, rounds / 4, [&](int turn) {
		for (int at = 0; turn % 50 == 0 && at < 100; ++at) {
			const auto began = Clock::now();
			submit(game, ++token);
			single.push_back(since(began));
		}
	});
	wait();
	std::cout << "{";
	show("direct call", straight), show("call through the bridge", bridged);
	show("submit, 100 in one tick", single), show("tick, idle", idle);
	show("tick, 100 calls begun in each 50th", burst, true);
	std::cout << "}" << std::endl;
	return 0;
}
