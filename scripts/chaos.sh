#!/usr/bin/env bash
# The long forms of the tests of docs/reliability.md, one after the other, and
# at the end a table: goal, figure, time. It needs Go and no other program; the
# full disk of G8 needs root, and is left out without.
#
#   scripts/chaos.sh [GOALS]   GOALS: a regular expression, such as 'G1|G5'
#
# A test that fails prints all that it said, with the seed that repeats it
# (HARNESS_SEED, POWER_SEED).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
goals=${1:-.}
began=$SECONDS failed=0 table=""

# run GOAL TEST PACKAGE-FOLDER [go test flags]
run() {
  local goal=$1 test=$2 folder=$3 start=$SECONDS out figures
  shift 3
  grep -qxE "$goals" <<<"$goal" || [ "$goals" = . ] || return 0
  echo "== $goal: $test"
  if out=$(cd "$folder" && go test -mod=mod -count 1 -timeout 30m -v -run "^($test)\$" "$@" . 2>&1); then
    # What the tests logged: figures, and seeds, which stay out of the table.
    figures=$(sed -nE 's/^ +[a-z_]+_test\.go:[0-9]+: //p' <<<"$out")
    sed 's/^/   /' <<<"${figures:-passed}"
    grep -E '^ *--- SKIP' <<<"$out" || true
    figures=$(grep -vE '_SEED=|^$' <<<"$figures" || echo "passed")
  else
    failed=1 figures="FAILED"
    echo "$out"
  fi
  while IFS= read -r line; do
    table+=$(printf '%-4s %5s  %s' "$goal" "$((SECONDS - start))s" "$line")$'\n'
  done <<<"$figures"
}

for _ in 1 2 3; do # three seeds, each printed
  HARNESS_KILLS=${HARNESS_KILLS:-1400} run G1 'TestKilledAtAnyMoment|TestBurstsLoseNoRow' internal/harness
done
run G2 TestDeathAtEveryNamedPoint internal/harness
HARNESS_MUTANTS=${HARNESS_MUTANTS:-99} run G3 TestMutantsAreFound internal/harness
POWER_CUTS=${POWER_CUTS:-1000} run G4 TestPowerCutAtEveryCall internal/powercut
HARNESS_BROKER_KILLS=${HARNESS_BROKER_KILLS:-60} run G5 TestBrokerKilledAndRestarted internal/harness
run G6 TestBrokerAwayForTenMinutes internal/harness
SIMULATED_HOURS=${SIMULATED_HOURS:-24} run G7 TestSimulatedDay internal/harness
HARNESS_DISK_STEP=1 run G8 'TestDiskFailsFromEveryCallOn|TestFileLimitOfTheSystem|TestAFullDiskOfTheSystem' internal/harness
HARNESS_LOAD_CONNS=256 HARNESS_LOAD_SECONDS=${HARNESS_LOAD_SECONDS:-60} run G10 TestModelsAreReplacedUnderLoad internal/harness
HARNESS_SLOW=${HARNESS_SLOW:-5000} run G11 TestSlowClientsAreCut internal/harness
run G12 'TestMemoryBombs.*' internal/harness
HARNESS_KILLS=${HARNESS_RACE_KILLS:-100} run G13 'TestKilledAtAnyMoment|TestDeathAtEveryNamedPoint|TestBrokerKilledAndRestarted|TestModelsAreReplacedUnderLoad' internal/harness -race
HARNESS_TERMS=${HARNESS_TERMS:-100} run G14 'TestTermAtAnyMoment|TestTermOfABusyAPI' internal/harness
run G15 'Test.*BadInput.*' internal/arch

echo
echo "goal  time  figure   ($(go env GOVERSION), $(nproc) cores, $(date -u +%F), load $(cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo '?'))"
printf '%s' "$table"
took=$((SECONDS - began))
if [ "$failed" = 0 ]; then
  echo "chaos: ok in $((took / 60)) min $((took % 60)) s (G9 is make fuzz)"
else
  echo "chaos: failed after $((took / 60)) min $((took % 60)) s" >&2
  exit 1
fi
