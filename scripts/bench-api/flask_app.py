"""The api's answers from a dict, as Flask serves it."""

import json
import os

from flask import Flask, abort

with open(os.environ["ANSWERS"]) as f:
    ANSWERS = {path: json.loads(body) for path, body in json.load(f).items()}

app = Flask(__name__)


@app.get("/model<int:n>/<crime_id>/cluster")
def cluster(n, crime_id):
    try:
        return ANSWERS[f"/model{n}/{crime_id}/cluster"]
    except KeyError:
        abort(404)
