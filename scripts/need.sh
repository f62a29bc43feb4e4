# shellcheck shell=bash
# For scripts that set -eu and have die MESSAGE: what they cannot do without.

# need PACKAGE COMMAND [ARGUMENT...]: a command that has to work, if necessary
# from Debian's package.
need() {
  local package=$1
  shift
  "$@" >/dev/null 2>&1 && return
  command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] ||
    die "$1 is missing; install it (Debian: apt-get install $package) and run this again"
  echo "installing $package, because $1 is missing"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null
}
