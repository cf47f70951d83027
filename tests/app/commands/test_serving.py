"""Server and worker as one command: addresses, health, and an end that leaves nobody behind."""

import os
import re
import signal
import socket
import time
import urllib.request
from pathlib import Path

import pytest

from tests.helpers.clocks import monday_ahead

pytestmark = pytest.mark.slow
ONE_WORKER = {"BEATPLAN_WEB_WORKERS": "1"}
"""Each one more takes 2.4 s of processor time to start; one test with all that there are suffices."""


def group(process_id):
    """Ids of living processes of the session that `process_id` leads."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue
        state, _, _, session = text.rpartition(")")[2].split()[:4]
        if int(session) == process_id and state != "Z":
            found.append(int(stat.parent.name))
    return found


def addresses(process):
    """What the command prints once it is ready."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            return "".join(lines)
    raise AssertionError((lines, process.stderr.read()))


def get(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.status, answer.read()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_on_a_free_port_and_ends_with_all_its_children(start, small_osm, tmp_path, number):
    base = ("--osm", small_osm, "--reps", 2, "--date", monday_ahead(), "--data-dir", tmp_path / "data")
    process = start(*base, "--port", 0, **({} if number == signal.SIGTERM else ONE_WORKER))
    text = addresses(process)
    found = re.findall(r"http://127\.0\.0\.1:(\d+)(/\S*)", text)
    assert {path.split("#")[0] for _, path in found} == {"/rep", "/manager", "/docs"}
    (port,) = {int(port) for port, _ in found}
    assert port > 0
    status, health = get(f"http://127.0.0.1:{port}/health")
    assert (status, b'"ok"' in health) == (200, True)
    key = re.search(r"/rep#key=(bp_\S+)", text)[1]
    me = urllib.request.Request(f"http://127.0.0.1:{port}/v1/me", headers={"Authorization": f"Bearer {key}"})
    assert get(me)[0] == 200
    if number == signal.SIGTERM:
        second = start(*base, "--port", port)
        out, err = second.communicate(timeout=60)
        assert (second.returncode, out) == (2, "")
        assert f"port {port}" in err
        assert "--port" in err
        assert "Traceback" not in err
        assert "Road network" not in err, "said before the long preparation"
    assert len(group(process.pid)) >= 4, "the command, gunicorn with its workers, and the job worker"
    begun = time.monotonic()
    process.send_signal(number)
    assert process.wait(20) == 0
    assert time.monotonic() - begun < 15
    assert group(process.pid) == []
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), 2)


def test_where_one_child_ends_all_end(start, small_osm, tmp_path):
    process = start("--osm", small_osm, "--reps", 2, "--data-dir", tmp_path / "data", "--port", 0, **ONE_WORKER)
    addresses(process)
    (worker,) = [
        child for child in group(process.pid) if b"app.commands.work" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]
    os.kill(worker, signal.SIGKILL)
    assert process.wait(20) == 1
    assert group(process.pid) == []
