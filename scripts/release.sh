#!/usr/bin/env bash
# The archives of a release in dist/: static programs for six systems, each
# with the sample data, so that an archive works without a network; their
# SHA256SUMS; and what is in them as a CycloneDX bill of materials.
#
#   scripts/release.sh VERSION [OS/ARCH...]
#
# DIST names another folder than dist; what is in it is removed first.
# The same commit, Go version and VERSION give the same bytes, on any machine:
# paths are trimmed, and archives carry the commit's time and no owner. (The
# bill of materials names the tool that wrote it by its digest, so it is the
# same on machines of one system only.)
# Needs Go, GNU tar and gzip.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=${1:?usage: scripts/release.sh VERSION [OS/ARCH...]}
shift
systems=("$@")
[ $# -gt 0 ] || systems=(linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64)
programs=(./cmd/producer ./cmd/consumer ./cmd/api ./cmd/hotspot)
tar=tar
command -v gtar >/dev/null && tar=gtar
"$tar" --version 2>/dev/null | grep -q GNU || {
  echo "release: GNU tar is missing; install it (macOS: brew install gnu-tar)" >&2
  exit 1
}
when=$(git log -1 --format=%ct)
dist=${DIST:-dist}

rm -rf "$dist"
stage=$dist/stage
mkdir -p "$stage"
echo "== sample"
go run ./cmd/hotspot generate -o "$stage/crime_preprocessed.csv" >/dev/null 2>&1
for system in "${systems[@]}"; do
  os=${system%/*} arch=${system#*/}
  name=hotspot_${version}_${os}_${arch}
  echo "== $name"
  mkdir -p "$stage/$name/dataset"
  CGO_ENABLED=0 GOOS=$os GOARCH=$arch go build -trimpath -buildvcs=false \
    -ldflags "-s -w -buildid= -X hotspot/internal/platform/cli.version=$version" -o "$stage/$name/" "${programs[@]}"
  cp README.md LICENSE "$stage/$name/"
  cp "$stage"/crime_preprocessed.csv* "$stage/$name/dataset/"
  "$tar" -C "$stage" --sort=name --mtime="@$when" --owner=0 --group=0 --numeric-owner --mode=u+rwX,go+rX,go-w \
    -cf - "$name" | gzip -9n >"$dist/$name.tar.gz"
done
echo "== bill of materials"
go tool -modfile=tools/go.mod cyclonedx-gomod mod -json -licenses=false -noserial -output "$dist/hotspot_$version.cdx.json" . 2>/dev/null
stamp=$(date -u -d "@$when" +%Y-%m-%dT%H:%M:%SZ 2>/dev/null || date -u -r "$when" +%Y-%m-%dT%H:%M:%SZ)
sed "s/\"timestamp\": \"[^\"]*\"/\"timestamp\": \"$stamp\"/" "$dist/hotspot_$version.cdx.json" >"$stage/bom"
mv "$stage/bom" "$dist/hotspot_$version.cdx.json"
rm -rf "$stage"
(cd "$dist" && sha256sum -- * >SHA256SUMS && cat SHA256SUMS)
