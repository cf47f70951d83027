"""One keep-alive connection that asks the same question over and over and checks every answer; a process of its own.

Reads one JSON line `{host, port, method, path, headers, body, seconds, most, expect}`, asks once, prints "ready", waits
for a line, asks until `seconds` or `most` requests are over and prints `{begin, end, latencies_s, wrong, first_wrong}`.
`expect` is `{status, etag, length}`. The standard library alone, so that many start fast.
"""

import http.client
import json
import sys
import time
from typing import Any


def ask(connection: http.client.HTTPConnection, question: dict[str, Any]) -> dict[str, Any]:
    connection.request(question["method"], question["path"], question["body"], question["headers"])
    answer = connection.getresponse()
    length = len(answer.read())
    return {"status": answer.status, "etag": answer.getheader("ETag"), "length": length}


def main() -> None:
    question = json.loads(sys.stdin.readline())
    expect, seconds, most = question["expect"], question["seconds"], question["most"]
    connection = http.client.HTTPConnection(question["host"], question["port"], timeout=30)
    ask(connection, question)
    print("ready", flush=True)
    sys.stdin.readline()
    latencies_s: list[float] = []
    wrong, first_wrong = 0, None
    begin = now = time.monotonic()
    while now < begin + seconds and len(latencies_s) < most:
        found = ask(connection, question)
        before, now = now, time.monotonic()
        latencies_s.append(now - before)
        if found != expect:
            wrong, first_wrong = wrong + 1, first_wrong or found
    told = {"begin": begin, "end": now, "latencies_s": latencies_s, "wrong": wrong, "first_wrong": first_wrong}
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
