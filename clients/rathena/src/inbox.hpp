// SPDX-License-Identifier: GPL-3.0-or-later
// A queue that any thread may put into without a lock, and one takes out of.
#pragma once

#include <atomic>

namespace aib {

class Desk;

// Something for the desk to do. Whoever takes it out of the inbox calls `handle`, and `handle` owns it.
struct Item {
	Item* next = nullptr;
	virtual void handle(Desk& desk) = 0;
	// Instead of `handle`, when there is no desk any more.
	virtual void discard() { delete this; }

protected:
	virtual ~Item() = default;
};

// Treiber's stack, emptied as a whole, so that nothing can be taken twice (no ABA).
template <class T> class Inbox {
public:
	// True if it was empty: the taker may sleep.
	bool put(T* item) {
		T* head = head_.load(std::memory_order_relaxed);
		do
			item->next = head;
		while (!head_.compare_exchange_weak(head, item, std::memory_order_seq_cst, std::memory_order_relaxed));
		return head == nullptr;
	}

	// All there are, the oldest first, linked by `next`; nullptr if there are none.
	T* take() {
		T* last = head_.exchange(nullptr, std::memory_order_seq_cst);
		T* first = nullptr;
		while (last != nullptr) {
			T* before = last->next;
			last->next = first;
			first = last;
			last = before;
		}
		return first;
	}

	bool empty() const { return head_.load(std::memory_order_seq_cst) == nullptr; }

private:
	std::atomic<T*> head_{nullptr};
};

} // namespace aib
