#!/usr/bin/env bash
# The long forms of the tests of docs/reliability.md, each with its figure.
#
#   scripts/chaos.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
failed=0
# run GOAL TEST PACKAGE-FOLDER [go test flags]
run() {
  local goal=$1 test=$2 folder=$3
  shift 3
  echo "== $goal: $test"
  if ! out=$(cd "$folder" && go test -mod=mod -count 1 -timeout 20m -v -run "^($test)\$" "$@" . 2>&1); then
    failed=1
    echo "$out"
    return
  fi
  grep -E '^ +[a-z_]+_test\.go:|^ok' <<<"$out" | sed 's/^ *[a-z_]*_test\.go:[0-9]*: /   /' || true
}
HARNESS_KILLS=${HARNESS_KILLS:-1400} run G1 'TestKilledAtAnyMoment|TestBurstsLoseNoRow' internal/harness
run G2 TestDeathAtEveryNamedPoint internal/harness
POWER_CUTS=${POWER_CUTS:-1000} run G4 TestPowerCutAtEveryCall internal/powercut
HARNESS_BROKER_KILLS=${HARNESS_BROKER_KILLS:-60} run G5 TestBrokerKilledAndRestarted internal/harness
run G6 TestBrokerAwayForTenMinutes internal/harness
SIMULATED_HOURS=${SIMULATED_HOURS:-24} run G7 TestSimulatedDay internal/harness
HARNESS_DISK_STEP=1 run G8 'TestDiskFailsFromEveryCallOn|TestFileLimitOfTheSystem' internal/harness
HARNESS_TERMS=${HARNESS_TERMS:-100} run G14 'TestTermAtAnyMoment|TestTermOfABusyAPI' internal/harness
HARNESS_KILLS=100 run G13 'TestKilledAtAnyMoment|TestDeathAtEveryNamedPoint' internal/harness -race
HARNESS_MUTANTS=${HARNESS_MUTANTS:-99} run G3 TestMutantsAreFound internal/harness
[ "$failed" = 0 ] && echo "chaos: ok" && exit 0
echo "chaos: failed" >&2
exit 1
