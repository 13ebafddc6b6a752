"""Submits tasks as docs/wire-format.md tells other languages to. Prints one JSON object.

producer.py PORT QUEUE wire     submits by the wire format, waits on the feed, reads the result
producer.py PORT QUEUE many     submits 300 plain tasks, waits on the feed, reads all results
producer.py PORT QUEUE legacy   submits the single-field entry of older producers
"""
import json
import re
import sys
import time

import redis

port, queue, mode = int(sys.argv[1]), sys.argv[2], sys.argv[3]
client = redis.Redis(port=port)
base = "{" + queue + "}:"


def stored_result(task):
    own = client.get(base + "result:" + task)
    plain, member = re.fullmatch(r"[rchnl](\d+)-\d+", task), re.fullmatch(r"(.+)\.(\d+)", task)
    if own is None and plain:
        own = client.hget(f"{base}pack:{int(plain[1]) // 128}", task)
    elif own is None and member:
        own = client.hget(f"{base}pack:{member[1]}.{int(member[2]) // 128}", task)
    return json.loads(own)


def submit_and_wait(entries):
    """Submits (stream, letter, fields) entries; returns what the feed says each task's state is."""
    feed = base + "completed"
    last = client.xinfo_stream(feed)["last-generated-id"] if client.exists(feed) else "0"
    pipeline = client.pipeline(transaction=False)
    for stream, _, fields in entries:
        pipeline.xadd(stream, fields)
    waiting = {letter + entry.decode() for (_, letter, _), entry in zip(entries, pipeline.execute())}
    states = {}
    deadline = time.monotonic() + 20
    while len(states) < len(waiting) and time.monotonic() < deadline:
        for _, ended in client.xread({feed: last}, block=1000):
            for last, fields in ended:
                for task in waiting.intersection(fields[b"ids"].decode().split()):
                    states[task] = fields[b"state"].decode()
    if len(states) < len(waiting):
        sys.exit(f"{len(waiting) - len(states)} tasks did not end within 20 s")
    return states


def submit_by_wire_format():
    payload = json.dumps({"numbers": [1, 2, 3], "note": "größer als π"}, ensure_ascii=False)
    states = submit_and_wait([(base + "high", "h", {"v": 1, "type": "sum", "payload": payload, "retries": 5, "timeout": 60})])
    (task, state), = states.items()
    return {"id": task, "state": state, "result": stored_result(task)}


def submit_many():
    states = submit_and_wait([(queue, "n", {"v": 1, "type": "sum", "payload": json.dumps({"numbers": [i], "note": None})}) for i in range(300)])
    return {"results": sorted(int(stored_result(task)["result"]) for task in states)}


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


print(json.dumps({"wire": submit_by_wire_format, "many": submit_many, "legacy": submit_legacy}[mode]()))
