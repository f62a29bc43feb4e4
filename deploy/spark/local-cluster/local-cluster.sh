#!/usr/bin/env bash
# A standalone cluster of Spark on this machine, from the Python package: a
# master and two workers of one core each, to try what a cluster does.
#
#   deploy/spark/local-cluster/local-cluster.sh start [FOLDER]   prints the master: spark://127.0.0.1:PORT
#   deploy/spark/local-cluster/local-cluster.sh kill N [FOLDER]  SIGKILL to worker N and its executors
#   deploy/spark/local-cluster/local-cluster.sh status [FOLDER]  prints the master; exit 1 when it is down
#   deploy/spark/local-cluster/local-cluster.sh stop [FOLDER]    ends all of it
#
# FOLDER (default .cache/spark-cluster) holds pids, logs and the workers' files;
# stop removes it, but for the logs. SPARK_VENV (default .cache/spark) is where
# `pip install -r deploy/spark/requirements.txt` went. Needs Java 17 or later.
# WORKER_MEMORY=1g is what the executors of a worker may take.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
venv=${SPARK_VENV:-$root/.cache/spark}
workers=2
start_timeout=120 # seconds

die() {
  printf 'local-cluster: %s\n' "$*" >&2
  exit 1
}

# alive NAME: the process of that pid file runs and is Spark's.
alive() {
  [ -f "$folder/$1.pid" ] || return 1
  case $(tr '\0' ' ' 2>/dev/null <"/proc/$(cat "$folder/$1.pid")/cmdline") in
  *org.apache.spark.deploy*) ;;
  *) return 1 ;;
  esac
}

# launch NAME CLASS [ARGUMENT...]: a daemon of Spark in the background.
launch() {
  local name=$1
  shift
  PYSPARK_PYTHON=${PYSPARK_PYTHON:-$venv/bin/python3} SPARK_DAEMON_MEMORY=256m SPARK_LOCAL_IP=127.0.0.1 \
    nohup "$venv/bin/spark-class" "$@" >"$folder/$name.log" 2>&1 </dev/null &
  echo $! >"$folder/$name.pid"
}

# await NAME TEXT: until the log of NAME holds TEXT.
await() {
  local i
  for ((i = 0; i < start_timeout * 5; i++)); do
    grep -q "$2" "$folder/$1.log" && return
    kill -0 "$(cat "$folder/$1.pid")" 2>/dev/null || break
    sleep 0.2
  done
  tail -n 20 "$folder/$1.log" >&2
  stop
  die "$1 did not come up; the end of $folder/$1.log stands above"
}

start() {
  [ -x "$venv/bin/spark-class" ] ||
    die "no Spark in $venv; python3 -m venv $venv && $venv/bin/pip install -r deploy/spark/requirements.txt"
  command -v java >/dev/null || die "java is missing; install Java 17 or later (Debian: apt-get install default-jre-headless)"
  if alive master; then
    status
    return
  fi
  mkdir -p "$folder"
  launch master org.apache.spark.deploy.master.Master --host 127.0.0.1 --port 0 --webui-port 0
  await master 'Starting Spark master at'
  sed -n 's|.*Starting Spark master at \(spark://[^ ]*\).*|\1|p' "$folder/master.log" | head -n 1 >"$folder/url"
  local n
  for n in $(seq $workers); do
    launch "worker-$n" org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --cores 1 \
      --memory "${WORKER_MEMORY:-1g}" --webui-port 0 --work-dir "$folder/work-$n" "$(cat "$folder/url")"
  done
  for n in $(seq $workers); do await "worker-$n" 'Successfully registered with master'; done
  cat "$folder/url"
}

status() {
  alive master || { echo "local-cluster: no master runs in $folder" >&2; return 1; }
  cat "$folder/url"
}

# kill_worker N: what a machine that loses its power does.
kill_worker() {
  alive "worker-$1" || die "worker $1 does not run in $folder"
  local pid executors
  pid=$(cat "$folder/worker-$1.pid")
  executors=$(pgrep -P "$pid" -f CoarseGrainedExecutorBackend | tr '\n' ' ' || true)
  # shellcheck disable=SC2086 # none, one or several
  kill -9 "$pid" $executors
  echo "killed worker $pid, executors ${executors:-none}"
}

stop() {
  local name
  for name in $(seq -f 'worker-%g' $workers) master; do
    if alive "$name"; then
      kill "$(cat "$folder/$name.pid")"
      local i
      for ((i = 0; i < 100; i++)); do
        alive "$name" || break
        sleep 0.1
      done
      ! alive "$name" || kill -9 "$(cat "$folder/$name.pid")"
    fi
    rm -f "$folder/$name.pid"
  done
  rm -rf "$folder"/work-* "$folder/url"
}

command=${1:-help}
[ "$command" != kill ] || { worker=${2:?which worker: 1 or 2}; shift; }
folder=${2:-$root/.cache/spark-cluster}
case $folder in /*) ;; *) folder=$PWD/$folder ;; esac
case $command in
start | stop | status) "$command" ;;
kill) kill_worker "$worker" ;;
help | -h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p;}' "${BASH_SOURCE[0]}" ;;
*) die "unknown command $command; see local-cluster.sh help" ;;
esac
