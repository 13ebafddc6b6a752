"""Submits tasks as docs/wire-format.md tells other languages to. Prints one JSON object.

producer.py PORT QUEUE wire     submits by the wire format, waits on the feed, reads the result
producer.py PORT QUEUE legacy   submits the single-field entry of older producers
"""
import json
import sys
import time

import redis

port, queue, mode = int(sys.argv[1]), sys.argv[2], sys.argv[3]
client = redis.Redis(port=port)
base = "{" + queue + "}:"


def submit_by_wire_format():
    feed = base + "completed"
    last = client.xinfo_stream(feed)["last-generated-id"] if client.exists(feed) else "0"
    entry = client.xadd(
        base + "high",
        {"v": 1, "type": "sum", "payload": json.dumps({"numbers": [1, 2, 3], "note": "größer als π"}, ensure_ascii=False), "retries": 5, "timeout": 60},
    ).decode()
    task = "h" + entry
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for _, entries in client.xread({feed: last}, block=1000):
            for last, fields in entries:
                if task in fields[b"ids"].decode().split():
                    result = json.loads(client.get(base + "result:" + task))
                    return {"id": task, "state": fields[b"state"].decode(), "result": result}
    sys.exit("the task " + task + " did not end within 20 s")


def submit_legacy():
    body = {
        "task_id": "py-1",
        "task_type": "sum",
        "payload": {"numbers": [4, 5], "note": None},
        "priority": 10,
        "max_retries": 7,
        "retry_count": 0,
        "timeout_seconds": 3600,
        "created_at": "2024-01-01T00:00:00.000000",
    }
    return {"id": body["task_id"], "entry": client.xadd(queue, {"data": json.dumps(body)}).decode()}


print(json.dumps(submit_by_wire_format() if mode == "wire" else submit_legacy()))
