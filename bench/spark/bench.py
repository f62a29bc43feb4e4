"""Core-seconds of Spark and of native on more and more rows: a table, the
straight lines through it, and a plot.

    bench.py HOTSPOT SPARK_SUBMIT CITY.csv FOLDER PLOT.svg [ROWS,ROWS,…]

The rows are the city's, tile after tile; each tile lies a meter east of the
one before, so that its places are others. Both start from the file and end
with centroids, sizes and counts. Core-seconds are those of all processes of a
run, read from /proc while they live or from the system when they have ended,
whichever is more; wall time is printed beside it.
"""

import csv
import json
import math
import os
import subprocess
import sys
import tempfile
import time

TICK = os.sysconf("SC_CLK_TCK")
CORES = (2, 32, 1000)  # of the clusters that the model is drawn for


def tiled(city, rows, name):
    """A file of so many rows. It is kept."""
    if os.path.exists(name):
        return
    with open(city, newline="") as f:
        header, *base = csv.reader(f)
    lon = header.index("GEO_LON")
    with open(name + ".part", "w", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(header)
        for i in range(rows):
            tile, at = divmod(i, len(base))
            row = base[at]
            if tile and row[lon]:
                row = row[:lon] + [f"{float(row[lon]) + tile * 1.2e-5:.8f}"] + row[lon + 1:]
            out.writerow(row)
    os.replace(name + ".part", name)


def measured(command):
    """Runs a command in a session of its own: wall and core seconds, peak MB."""
    begun, spent, peak, before = time.monotonic(), {}, 0, os.times()
    said = tempfile.TemporaryFile("w+")
    run = subprocess.Popen(command, start_new_session=True, stdout=said, stderr=subprocess.STDOUT)
    while run.poll() is None:
        memory = 0
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/stat") as f:
                    fields = f.read().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == run.pid:  # the session
                spent[pid] = (int(fields[11]) + int(fields[12])) / TICK
                memory += int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
        peak = max(peak, memory)
        time.sleep(0.1)
    if run.returncode:
        said.seek(0)
        sys.exit(f"{command}: exit {run.returncode}\n{said.read()[-3000:]}")
    after = os.times()  # exact for what was waited for; what is read above misses the last moments
    waited = after.children_user + after.children_system - before.children_user - before.children_system
    return time.monotonic() - begun, max(sum(spent.values()), waited), peak / 1e6


def line(points):
    """a + b·x through points by least squares of the relative error."""
    w = [1 / y**2 for _, y in points]
    n, sx, sy = sum(w), sum(v * x for v, (x, _) in zip(w, points)), sum(v * y for v, (_, y) in zip(w, points))
    sxx, sxy = sum(v * x * x for v, (x, _) in zip(w, points)), sum(v * x * y for v, (x, y) in zip(w, points))
    b = (n * sxy - sx * sy) / (n * sxx - sx * sx)
    return (sy - b * sx) / n, b


def plot(name, found, lines):
    """Both axes by powers of ten; the measured points and the lines' model."""
    width, height, left, top = 720, 420, 70, 20
    (x0, x1), (y0, y1) = (3, 10), (-2, 6)

    def px(v):
        return left + (math.log10(v) - x0) / (x1 - x0) * (width - left - 20)

    def py(v):
        return height - 50 - (math.log10(v) - y0) / (y1 - y0) * (height - 50 - top)

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
           f'<rect width="{width}" height="{height}" fill="white"/>']
    for e in range(x0, x1 + 1):
        out.append(f'<path d="M{px(10**e):.0f} {top}V{height - 50}" stroke="#ddd"/><text x="{px(10**e):.0f}" y="{height - 34}" text-anchor="middle">10<tspan dy="-5" font-size="9">{e}</tspan></text>')
    for e in range(y0, y1 + 1):
        out.append(f'<path d="M{left} {py(10.0**e):.0f}H{width - 20}" stroke="#ddd"/><text x="{left - 8}" y="{py(10.0**e) + 4:.0f}" text-anchor="end">{10.0**e:g}</text>')
    out.append(f'<text x="{width / 2}" y="{height - 10}" text-anchor="middle">rows</text>'
               f'<text transform="translate(16 {height / 2}) rotate(-90)" text-anchor="middle">core-seconds</text>')
    for i, (engine, color) in enumerate((("native", "#1b7837"), ("spark", "#b2182b"))):
        a, b = lines[engine]
        points = " ".join(f"{px(10**(x0 + s / 20)):.1f},{py(max(a + b * 10**(x0 + s / 20), 10.0**y0)):.1f}" for s in range(20 * (x1 - x0) + 1))
        out.append(f'<polyline points="{points}" fill="none" stroke="{color}" stroke-dasharray="5 4"/>')
        out += [f'<circle cx="{px(r["rows"]):.1f}" cy="{py(r["cpu"]):.1f}" r="4" fill="{color}"/>' for r in found if r["engine"] == engine]
        out.append(f'<text x="{left + 14}" y="{top + 20 + 18 * i}" fill="{color}">{engine}: measured (dots), {a:.2f} + {b * 1e6:.2f} per million rows (model, dashed)</text>')
    with open(name, "w") as f:
        f.write("\n".join(out) + "\n</svg>\n")


def main(hotspot, submit, city, folder, svg, sizes="5000,50000,394736,1000000,4000000"):
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "deploy", "spark", "train.py")
    start = os.path.join(folder, "start.json")
    with open(start, "w") as f:
        json.dump([[[-2, 1], [3, 3], [-5, -6], [2, -6], [20, 10]]], f)
    os.environ.setdefault("PYSPARK_PYTHON", os.path.join(os.path.dirname(submit), "python3"))
    found = []
    print("| rows | engine | core-seconds | wall, s | memory, MB |\n|---|---|---|---|---|")
    for rows in map(int, sizes.split(",")):
        name = os.path.join(folder, f"tiled-{rows}.csv")
        tiled(city, rows, name)
        for engine, command in (
            ("native", [hotspot, "train", "--json", name]),
            ("spark", [submit, "--master", "local[2]", "--driver-memory", "2g", "--conf", "spark.ui.enabled=false", script,
                       "--input", name, "--start", start, "--output", os.path.join(folder, "result.json")]),
        ):
            wall, cpu, peak = measured(command)
            found.append({"rows": rows, "engine": engine, "cpu": cpu})
            print(f"| {rows:,} | {engine} | {cpu:.2f} | {wall:.1f} | {peak:.0f} |", flush=True)
    lines = {e: line([(r["rows"], r["cpu"]) for r in found if r["engine"] == e]) for e in ("native", "spark")}
    for engine, (a, b) in lines.items():
        print(f"{engine}: {a:.2f} core-seconds and {b * 1e6:.2f} for each million rows")
    (na, nb), (sa, sb) = lines["native"], lines["spark"]
    print("The model, not measured: a + b·rows / cores for Spark with every core busy, native on one core, seconds")
    print("| rows | native | " + " | ".join(f"Spark, {c} cores" for c in CORES) + " |\n|---" * 1 + "|---" * (len(CORES) + 1) + "|")
    for e in range(6, 11):
        print(f"| 1e{e} | {na + nb * 10**e:,.0f} | " + " | ".join(f"{sa / 2 + sb * 10**e / c:,.0f}" for c in CORES) + " |")
    for c in CORES:
        if nb > sb / c:
            print(f"with {c} cores Spark takes less time than native from {(sa / 2 - na) / (nb - sb / c):,.0f} rows on")
    plot(svg, found, lines)


if __name__ == "__main__":
    main(*sys.argv[1:])
