"""The figures of bench-growth.sh as a drawing: growth.py TABLE > SVG.

Three panels over the number of rows, both axes logarithmic: wall time, disk,
peak memory. A line through time and disk that rises by ten per ten is linear
growth; memory should be level. Standard library only.
"""

import math
import sys

W, H, GAP, LEFT, TOP, BOTTOM = 260, 220, 70, 60, 40, 50
COLORS = {"producer": "#0072b2", "consumer": "#d55e00", "consumer, again": "#009e73"}
PANELS = [("wall time, s", 2), ("disk, MB", 5), ("peak memory, MB", 4)]


def decades(values):
    return math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))


def panel(out, x0, title, column, table):
    lo_x, hi_x = decades([r[0] for r in table])
    lo, hi = decades([r[column] for r in table])
    hi = max(hi, lo + 1)
    px = lambda v: x0 + (math.log10(v) - lo_x) / max(1, hi_x - lo_x) * W
    py = lambda v: TOP + H - (math.log10(v) - lo) / (hi - lo) * H
    out.append(f'<text x="{x0}" y="{TOP - 14}" font-weight="600">{title}</text>')
    for e in range(lo, hi + 1):
        y = py(10**e)
        out.append(f'<path d="M{x0} {y:.1f}h{W}" stroke="#ddd"/><text x="{x0 - 8}" y="{y + 4:.1f}" text-anchor="end">{10**e:,g}</text>')
    for e in range(lo_x, hi_x + 1):
        x = px(10**e)
        out.append(f'<path d="M{x:.1f} {TOP}v{H}" stroke="#eee"/><text x="{x:.1f}" y="{TOP + H + 18}" text-anchor="middle">10{"⁰¹²³⁴⁵⁶⁷⁸⁹"[e]}</text>')
    out.append(f'<text x="{x0 + W / 2}" y="{TOP + H + 38}" text-anchor="middle">rows</text>')
    for role, color in COLORS.items():
        points = [(px(r[0]), py(r[column])) for r in table if r[1] == role]
        if title.startswith("disk") and role.endswith("again"):
            continue
        out.append('<path fill="none" stroke-width="2" stroke="%s" d="M%s"/>' % (color, "L".join(f"{x:.1f} {y:.1f}" for x, y in points)))
        out.extend(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{color}"/>' for x, y in points)


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        cells = [line.rstrip("\n").split("\t") for line in f]
    table = [(float(c[0]), c[1], *(max(float(v), 0.01) for v in c[2:])) for c in cells]
    width = LEFT + 3 * W + 2 * GAP + 20
    height = TOP + H + BOTTOM + 24
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" font-size="12" fill="#333">',
           '<rect width="100%" height="100%" fill="#fff"/>']
    for i, (title, column) in enumerate(PANELS):
        panel(out, LEFT + i * (W + GAP), title, column, table)
    for i, (role, color) in enumerate(COLORS.items()):
        x = LEFT + i * 150
        out.append(f'<circle cx="{x}" cy="{height - 14}" r="5" fill="{color}"/><text x="{x + 10}" y="{height - 10}">{role}</text>')
    print("\n".join([*out, "</svg>"]))


main()
