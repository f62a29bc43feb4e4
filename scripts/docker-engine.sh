# shellcheck shell=bash
# For scripts/test-docker.sh, with the names that it sets: a docker engine of its
# own, docker compose, and the images that stand in for those of
# docker-compose.yml where none can be pulled. All is made once and kept in $cache.

# start_engine: dockerd in a network namespace that has no way out. No port and
# no firewall rule of this machine is touched.
start_engine() {
  [ "$(uname)" = Linux ] && [ "$(id -u)" = 0 ] || not_run "no docker engine answers, and only root on Linux can start one"
  command -v apt-get >/dev/null || command -v dockerd >/dev/null || not_run "no docker engine answers, and there is no apt-get to install one"
  install dockerd docker.io || not_run "docker.io could not be installed"
  install debootstrap debootstrap || not_run "debootstrap could not be installed"
  install prometheus prometheus || not_run "prometheus could not be installed"
  mkdir -p "$cache/data"
  unshare --net --mount bash -c 'ip link set lo up; exec dockerd --data-root "$1" --exec-root "$2/exec" --pidfile "$2/pid" --dns 10.0.2.3 -H "unix://$2/sock"' \
    dockerd "$cache/data" "$work" >"$cache/dockerd.log" 2>&1 &
  engine=$!
  export DOCKER_HOST=unix://$work/sock DOCKER_BUILDKIT=0 COMPOSE_DOCKER_CLI_BUILD=0
  for _ in $(seq 150); do
    docker info >/dev/null 2>&1 && return
    kill -0 "$engine" 2>/dev/null || break
    sleep 0.2
  done
  not_run "dockerd does not start here: $(tail -n 1 "$cache/dockerd.log")"
}

# uplink on: a way out of the engine's namespace, for builds alone. slirp4netns
# carries its connections as an ordinary program; 10.0.2.3 is its name server.
# uplink off: none again.
uplink_pid=""
uplink() {
  if [ "$1" = off ]; then
    [ -z "$uplink_pid" ] || { kill "$uplink_pid" && wait "$uplink_pid"; } 2>/dev/null || true
    uplink_pid=""
    return 0 # a bare one has the status from before the trap that calls this
  fi
  install slirp4netns slirp4netns >"$cache/uplink.log" 2>&1 || return
  slirp4netns --configure --mtu=65520 --disable-host-loopback --ready-fd=3 "$engine" tap0 3>"$work/uplink" >"$cache/uplink.log" 2>&1 &
  uplink_pid=$!
  for _ in $(seq 50); do
    [ ! -s "$work/uplink" ] || return 0
    sleep 0.1
  done
  return 1
}

# made IMAGE KEY: the stand-in is there and was made of the same things.
made() { [ "$(docker image inspect -f '{{index .Config.Labels "made-of"}}' "$1" 2>/dev/null)" = "$2" ]; }

key_of() { cat "$@" | sha256sum | cut -c1-16; }

# make_image IMAGE KEY DOCKERFILE: of a context on stdin.
make_image() {
  docker build -q -f "$3" --label "made-of=$2" -t "$1" - >"$work/make.log" 2>&1 || { cat "$work/make.log"; return 1; }
}

# debian: two images of one folder, first with Python, then with Java too. Both
# are as slim as Debian's slim images: without manuals, and with dpkg told so.
debian() {
  local base=$work/base key=4
  made hotspot-test-base "$key" && made hotspot-test-python "$key" && return
  say "making a Debian with Python, and with Java"
  debootstrap --variant=minbase --include=python3,python3-pip,ca-certificates bookworm "$base" http://deb.debian.org/debian >"$cache/debootstrap.log" 2>&1 ||
    not_run "debootstrap could not make a base image: $(tail -n 1 "$cache/debootstrap.log")"
  printf 'path-exclude /usr/share/%s/*\n' doc groff info lintian locale man >"$base/etc/dpkg/dpkg.cfg.d/slim"
  rm -rf "$base"/usr/share/{doc,groff,info,lintian,locale,man}/*
  tar -C "$base" -c --exclude=./var/cache/apt --exclude=./var/lib/apt/lists . |
    docker import -c "LABEL made-of=$key" - hotspot-test-python >/dev/null
  mkdir -p "$base/usr/share/man/man1" # deploy/Dockerfile says why
  unshare --mount --pid --fork --mount-proc="$base/proc" chroot "$base" \
    env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends openjdk-17-jre-headless >>"$cache/debootstrap.log" 2>&1 ||
    not_run "Java could not be installed into a base image: $(tail -n 1 "$cache/debootstrap.log")"
  cp /usr/bin/prometheus "$base/usr/bin/"
  tar -C "$base" -c --exclude=./var/cache/apt --exclude=./var/lib/apt/lists . |
    docker import -c "LABEL made-of=$key" - hotspot-test-base >/dev/null
  rm -rf "$base"
}

stand_ins() {
  local key
  scripts/kafka.sh fetch
  debian
  docker run --rm -p 127.0.0.1:6000:6000 hotspot-test-base true >"$work/probe.log" 2>&1 ||
    not_run "the docker engine runs no container here: $(head -n 1 "$work/probe.log")"
  key=$(key_of "$test_files/kafka.Dockerfile" "$test_files/kafka.sh" deploy/kafka-test/*)
  made "$kafka_image" "$key" ||
    tar -c -C "$test_files" kafka.Dockerfile kafka.sh -C "$root/.cache" kafka-4.3.1 | make_image "$kafka_image" "$key" kafka.Dockerfile
  key=$(key_of "$test_files/prometheus.Dockerfile")
  made "$prometheus_image" "$key" ||
    tar -c -C "$test_files" prometheus.Dockerfile | make_image "$prometheus_image" "$key" prometheus.Dockerfile
  key=$(key_of "$test_files/python.Dockerfile" /etc/ssl/certs/ca-certificates.crt)
  made "$python_image" "$key" ||
    tar -c -C "$test_files" python.Dockerfile -C /etc/ssl/certs --dereference ca-certificates.crt | make_image "$python_image" "$key" python.Dockerfile
  # The list of packages is no part of the key: one that is missing in the image is compiled with the suite.
  key=$(key_of "$test_files/go.Dockerfile" go.mod go.sum <(go version))
  made "$go_image" "$key" || go_stand_in "$key"
}

go_stand_in() {
  say "making an image of this machine's Go, with what the suite imports compiled"
  GOPROXY=file://$(go env GOMODCACHE)/cache/download,$(go env GOPROXY) GOMODCACHE=$work/mod go mod download
  CGO_ENABLED=0 go list -deps -tags nobroker ./cmd/hotspot | grep -vE '^hotspot/|(^|/)(internal|vendor)/' >"$work/packages"
  tar -c -C "$test_files" go.Dockerfile -C "$root" go.mod go.sum -C "$work" packages \
    -C "$(dirname "$(go env GOROOT)")" --exclude=go/test "$(basename "$(go env GOROOT)")" \
    -C "$work/mod/cache" download | make_image "$go_image" "$1" go.Dockerfile
  chmod -R u+w "$work/mod" && rm -rf "$work/mod"
}

# build_compose: docker compose from its Go module, once.
build_compose() {
  local module=github.com/docker/compose/v2@v2.40.3 dir
  [ -x "$cache/docker-compose" ] && return
  say "building $module"
  dir=$(cd "$work" && go mod download -json "$module" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
  [ -n "$dir" ] || return
  cp -r "$dir" "$work/compose" && chmod -R u+w "$work/compose" &&
    (cd "$work/compose" && CGO_ENABLED=0 go build -trimpath -buildvcs=false \
      -ldflags "-s -w -X github.com/docker/compose/v2/internal.Version=${module#*@}" -o "$cache/docker-compose" ./cmd)
}
