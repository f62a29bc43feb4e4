"""The api beside a bare net/http handler, FastAPI and Flask, each in turn.

    run.py BIN FOLDER PORT ROUNDS SECONDS

BIN holds api and bare, FOLDER batches and models; the servers take the ports
from PORT on. All serve the same answers: those of the api about 1,000 crimes.
Prints a line for each measurement, then a table of the medians.
"""

import csv
import glob
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

CONNECTIONS = (1, 16, 64)
CRIMES = 1000
HERE = os.path.dirname(os.path.abspath(__file__))
TICK = os.sysconf("SC_CLK_TCK")


def tree(pid):
    """pid and its children, theirs included."""
    pids = [pid]
    for p in pids:
        for task in glob.glob(f"/proc/{p}/task/*/children"):
            with open(task) as f:
                pids += map(int, f.read().split())
    return pids


def cpu(pid):
    """CPU seconds of a tree, user and system."""
    total = 0
    for p in tree(pid):
        with open(f"/proc/{p}/stat") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def memory(pid):
    """Resident MB of a tree; what processes share counts once."""
    total = 0
    for p in tree(pid):
        with open(f"/proc/{p}/smaps_rollup") as f:
            total += sum(int(line.split()[1]) for line in f if line.startswith("Pss:"))
    return total / 1024


def get(url):
    with urllib.request.urlopen(url, timeout=5) as r:
        return r.read().decode()


def wait(url):
    for _ in range(300):
        try:
            return get(url)
        except OSError:
            time.sleep(0.05)
    sys.exit(f"run.py: nobody answers {url}")


def wrk(port, connections, seconds, paths):
    out = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", f"{HERE}/ask.lua", f"http://127.0.0.1:{port}"],
        env={**os.environ, "PATHS": paths}, capture_output=True, text=True, check=True).stdout
    line = next(line for line in out.splitlines() if line.startswith("RESULT"))
    return [int(v) for v in line.split()[1:]]


def main():
    bin, folder, port, rounds, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])
    work = tempfile.mkdtemp(prefix="bench-api.")
    answers, paths = f"{work}/answers.json", f"{work}/paths"
    python = os.path.dirname(sys.executable)
    env = {**os.environ, "ANSWERS": answers, "PYTHONPATH": HERE}
    api = [f"{bin}/api", "--dir", folder, "--web", "", "--log-format", "json", "--listen"]
    at = {name: f"127.0.0.1:{port + i}" for i, name in enumerate(
        ("bare net/http", "hotspot, all on", "hotspot, no access log", "FastAPI, uvicorn, 2 workers", "Flask, gunicorn, 2 workers"))}
    commands = dict(zip(at, (
        [f"{bin}/bare", at["bare net/http"], answers],
        [*api, at["hotspot, all on"], "--access-log"],
        [*api, at["hotspot, no access log"]],
        [f"{python}/uvicorn", "fastapi_app:app", "--workers", "2", "--no-access-log", "--log-level", "warning", "--port", str(port + 3)],
        [f"{python}/gunicorn", "flask_app:app", "--workers", "2", "--threads", "8", "--log-level", "warning", "--bind", at["Flask, gunicorn, 2 workers"]],
    )))
    servers = {}
    try:
        # Without the batches' end nothing is left to load when it is asked.
        name = "hotspot, all on"
        servers[name] = subprocess.Popen(commands[name], stderr=subprocess.DEVNULL)
        wait(f"http://{at[name]}/readyz")
        while "unread_batches" in get(f"http://{at[name]}/readyz"):
            time.sleep(0.05)
        crimes = []
        for file in sorted(glob.glob(f"{folder}/batch-??????.csv"))[:3]:
            with open(file, newline="") as f:
                crimes += [row["INCIDENT_ID"] for row in csv.DictReader(f)]
        asked = [f"/model{i % 3 + 1}/{crime}/cluster" for i, crime in enumerate(crimes[:: max(1, len(crimes) // CRIMES)])]
        bodies = {path: get(f"http://{at[name]}{path}") for path in asked}
        with open(answers, "w") as f:
            json.dump(bodies, f)
        with open(paths, "w") as f:
            f.writelines(f"{path}\n" for path in bodies)
        for name, command in commands.items():
            if name not in servers:
                servers[name] = subprocess.Popen(command, env=env, cwd=HERE, stderr=subprocess.DEVNULL)
            for path in list(bodies)[:20]:  # of each worker, and no other answer
                if json.loads(wait(f"http://{at[name]}{path}")) != json.loads(bodies[path]):
                    sys.exit(f"run.py: {name} answers {path} otherwise")
        found = {}
        for round in range(0, rounds + 1):
            for connections in CONNECTIONS:
                for name, process in servers.items():
                    before, start = cpu(process.pid), time.perf_counter()
                    n, us, errors, p50, p99 = wrk(at[name].rsplit(":", 1)[1], connections, seconds if round else 1, paths)
                    used = cpu(process.pid) - before
                    if round == 0:  # to warm up
                        continue
                    f = dict(rps=n / us * 1e6, p50=p50 / 1000, p99=p99 / 1000, cpu=used / n * 1e6, mb=memory(process.pid))
                    found.setdefault((name, connections), []).append(f)
                    print(f"round {round}  {connections:2} connections  {name:28}  {f['rps']:8.0f} requests/s  p50 {f['p50']:7.3f} ms  "
                          f"p99 {f['p99']:7.3f} ms  {f['cpu']:7.2f} us CPU/request  {f['mb']:6.1f} MB  {errors} errors", flush=True)
        print("\n| connections | server | requests/s | of bare | p99, ms | times bare | CPU a request, µs | memory, MB |")
        print("|---|---|---|---|---|---|---|---|")
        for connections in CONNECTIONS:
            bare = found["bare net/http", connections]
            for name in at:
                all = found[name, connections]
                median = {k: statistics.median(f[k] for f in all) for k in all[0]}
                # Ratios are of each round's pair, so that a slow round counts for both.
                rate = statistics.median(a["rps"] / b["rps"] for a, b in zip(all, bare))
                late = statistics.median(a["p99"] / b["p99"] for a, b in zip(all, bare))
                print(f"| {connections} | {name} | {median['rps']:,.0f} | {100 * rate:.0f} % | {median['p99']:.2f} | {late:.1f} | {median['cpu']:.1f} | {median['mb']:.0f} |")
    finally:
        for process in servers.values():
            process.terminate()
        for process in servers.values():
            process.wait()


main()
