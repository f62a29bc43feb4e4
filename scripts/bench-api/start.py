"""From the start of an api's process to its first answer, and to its last batch.

    start.py API FOLDER PORT RUNS

API is the program, FOLDER a folder of batches and models. Prints one line a
run: milliseconds from the start of the process until the port takes a
connection, until a crime of the newest batch is answered by the newest model,
until every batch is read, and the resident memory then (VmRSS and VmHWM, MB).
"""

import csv
import glob
import json
import os
import socket
import subprocess
import sys
import time


def ask(port, path):
    """The status and body of one GET; 0 while nobody listens."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as s:
            s.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            data = b""
            while part := s.recv(65536):
                data += part
    except OSError:
        return 0, b""
    head, _, body = data.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def memory(pid, what):
    with open(f"/proc/{pid}/status") as f:
        for line in f:
            if line.startswith(what):
                return int(line.split()[1]) / 1024
    return 0.0


def main():
    api, folder, port, runs = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    newest = sorted(glob.glob(os.path.join(folder, "batch-??????.csv")))[-1]
    with open(newest, newline="") as f:
        crime = list(csv.DictReader(f))[-1]["INCIDENT_ID"]
    number = int(os.path.basename(newest)[6:12])
    print("run  listens_ms  first_ms  all_ms  rss_mb  peak_mb")
    for run in range(1, runs + 1):
        start = time.perf_counter()
        process = subprocess.Popen(
            [api, "--dir", folder, "--listen", f"127.0.0.1:{port}", "--web", "", "--log-level", "error"])
        listens = first = None
        try:
            while True:
                status, _ = ask(port, f"/model{number}/{crime}/cluster")
                now = (time.perf_counter() - start) * 1000
                if status and listens is None:
                    listens = now
                if status == 200 and first is None:
                    first = now
                if first is not None:
                    status, body = ask(port, "/readyz")
                    if status == 200 and not json.loads(body).get("unread_batches"):
                        break
                if process.poll() is not None:
                    sys.exit(f"start.py: the api ended with {process.returncode}")
                if now > 60_000:
                    sys.exit("start.py: no answer within a minute")
                time.sleep(0.001)
            done = (time.perf_counter() - start) * 1000
            time.sleep(1)
            print(f"{run:3}  {listens:10.0f}  {first:8.0f}  {done:6.0f}  {memory(process.pid, 'VmRSS'):6.0f}  {memory(process.pid, 'VmHWM'):7.0f}", flush=True)
        finally:
            process.terminate()
            process.wait()


main()
