"""Hours and days of the week of 10,000 invented spans, reckoned apart from span.go.

Each minute of a span gets the same part of the crime, as a fraction, one after the
other; nothing is rounded before the end. Writes spans.json beside itself.
"""
import json
import pathlib
from datetime import datetime, timedelta
from fractions import Fraction

state = 19


def draw(n):
    """The next of the numbers 0 to n-1, as span_test.go draws them."""
    global state
    state = state * 1103515245 + 12345 & 0x7FFFFFFF
    return state // 65536 % n


lengths = [0, 1, 7, 15, 30, 59, 60, 61, 90, 137, 480, 719, 1439, 1440, 1441, 4000, 10079, 10080, 10081, 32000]
hours, days = [Fraction(0)] * 24, [Fraction(0)] * 7
known = no_hour = no_day = 0
each = []
for row in range(10000):
    first = datetime(1969, 12, 20) + timedelta(days=draw(32768), minutes=draw(1440), seconds=draw(60))
    last = first.replace(second=0) + timedelta(minutes=lengths[draw(len(lengths))], seconds=draw(60))
    if last < first:
        last = first
    minutes = []
    at = first.replace(second=0)
    while at < last.replace(second=0):
        minutes.append(at)
        at += timedelta(minutes=1)
    minutes = minutes or [at]
    known += len(minutes) <= 60
    own = [Fraction(0)] * 24
    part = Fraction(1, len(minutes))
    if len(minutes) > 24 * 60:
        no_hour += 1
    else:
        for at in minutes:
            own[at.hour] += part
    if len(minutes) > 7 * 24 * 60:
        no_day += 1
    else:
        for at in minutes:
            days[at.weekday()] += part
    hours = [a + b for a, b in zip(hours, own)]
    if row < 100:
        each.append([float(v) for v in own])
out = {"hours": [float(v) for v in hours], "days": [float(v) for v in days], "known": known, "no_hour": no_hour, "no_day": no_day, "first": each}
pathlib.Path(__file__).with_name("spans.json").write_text(json.dumps(out, indent=0) + "\n")
