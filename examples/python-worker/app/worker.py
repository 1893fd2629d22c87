"""Does one job after the other: each is a row that nobody else holds, and is done once."""

import signal
from pathlib import Path
from threading import Event

from database import connect

asked_to_end = Event()
signal.signal(signal.SIGTERM, lambda *_: asked_to_end.set())


def do_next_job(database):
    """Does a job; whether there was one. Where it fails, its row is free again."""
    with database, database.cursor() as rows:
        rows.execute("SELECT id, text FROM jobs WHERE done_at IS NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED")
        job = rows.fetchone()
        if job is None:
            return False
        print(f"job {job[0]} is done: {job[1]}")
        rows.execute("UPDATE jobs SET done_at = now() WHERE id = %s", [job[0]])
        return True


database = connect()
while not asked_to_end.is_set():
    Path("/tmp/alive").touch()
    if not do_next_job(database):
        asked_to_end.wait(1)
