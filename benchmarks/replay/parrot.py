"""A language model that obeys whoever speaks: it says every player's secret that it is told, at
once. Questions about ravens take it a second. python -m benchmarks.replay.parrot --port N"""

from __future__ import annotations

import argparse
import hashlib
import re
import threading

from tests.llm_endpoint import Exchange, LLMEndpoint, answer

SECRET = re.compile(r"Zyxa\d{4}q")
SLOW = 1.0


async def behave(exchange: Exchange) -> None:
    messages = exchange.request.body["messages"]
    told = " ".join(message["content"] for message in messages)
    asked = messages[-1]["content"]
    number = int(hashlib.sha256(asked.encode()).hexdigest()[:6], 16)
    words = " ".join(sorted(set(SECRET.findall(told))))
    text = f"That is what people say on road {number}. {words}".strip()
    await answer(text, delay=SLOW if "ravens" in asked else 0.0)(exchange)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    with LLMEndpoint(port=parser.parse_args().port, default=behave) as llm:
        print(llm.base_url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
