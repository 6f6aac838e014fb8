// SPDX-License-Identifier: GPL-3.0-or-later
#include "wake.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace aib {
namespace {

constexpr size_t MOST = 4; // connections; a stranger on this machine learns when something is ready, no more

} // namespace

Wake::Wake() {
	listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (listener_ < 0) return;
	sockaddr_in address = {};
	address.sin_family = AF_INET;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	socklen_t size = sizeof address;
	auto* generic = reinterpret_cast<sockaddr*>(&address);
	if (bind(listener_, generic, size) == 0 && listen(listener_, static_cast<int>(MOST)) == 0 &&
		getsockname(listener_, generic, &size) == 0)
		port_ = ntohs(address.sin_port);
}

Wake::~Wake() {
	for (int each : connected_)
		close(each);
	if (listener_ >= 0) close(listener_);
}

void Wake::ring() {
	if (!rung_.exchange(true, std::memory_order_seq_cst)) beat();
}

void Wake::beat() {
	accept_all();
	for (size_t at = 0; at < connected_.size();) {
		const ssize_t sent = send(connected_[at], "", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
		// A full buffer is as good as a byte: there is something to read.
		if (sent == 1 || errno == EAGAIN || errno == EWOULDBLOCK) {
			++at;
			continue;
		}
		close(connected_[at]);
		connected_.erase(connected_.begin() + static_cast<std::ptrdiff_t>(at));
	}
}

void Wake::accept_all() {
	for (;;) {
		const int fresh = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fresh < 0) return;
		if (connected_.size() >= MOST) {
			close(fresh);
			continue;
		}
		const int on = 1;
		setsockopt(fresh, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		connected_.push_back(fresh);
	}
}

} // namespace aib
