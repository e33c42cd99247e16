#!/usr/bin/env bash
# Runs the gala command from a checkout: finds a JDK, builds if it must.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
least=21
lib="$root/cli/target/lib"
built="$root/cli/target/gala-built"

# Prints the major version of the JDK in $1, or nothing.
major_version() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 0
  if [ -r "$1/release" ]; then
    sed -n 's/^JAVA_VERSION="\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' "$1/release"
  else
    "$1/bin/java" -version 2>&1 | sed -n 's/.*version "\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' | head -n 1
  fi
}

find_jdk() {
  local candidates=("${GALA_JAVA_HOME:-}" "${JAVA_HOME:-}") on_path home version
  if on_path="$(command -v javac 2>/dev/null)"; then
    candidates+=("$(dirname "$(dirname "$(readlink -f "$on_path")")")")
  fi
  candidates+=(/usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* /opt/java/*
    /Library/Java/JavaVirtualMachines/*/Contents/Home)
  for home in "${candidates[@]}"; do
    [ -n "$home" ] || continue
    version="$(major_version "$home")"
    if [ -n "$version" ] && [ "$version" -ge "$least" ]; then
      printf '%s\n' "$home"
      return
    fi
  done
  echo "gala: no JDK $least or later found: install one (for instance Temurin 25), or set JAVA_HOME to it" >&2
  exit 1
}

# Whether something was changed since the last build.
stale() {
  [ -f "$built" ] || return 0
  [ -n "$(find "$root"/pom.xml "$root"/{cli,events,river,river-postgres,test-kit-postgres}/{pom.xml,src/main} \
    -newer "$built" -type f -print -quit)" ]
}

build() {
  echo "gala: building, which takes about a minute the first time …" >&2
  local log="$root/cli/target/gala-build.log"
  mkdir -p "$root/cli/target"
  if ! (cd "$root" && JAVA_HOME="$jdk" ./mvnw --batch-mode -pl cli -am package \
    -Dmaven.test.skip=true -Dmaven.javadoc.skip=true -Dmaven.source.skip=true) >"$log" 2>&1; then
    grep -E '^\[ERROR\]' "$log" | head -n 20 >&2 || tail -n 20 "$log" >&2
    echo "gala: the build failed; all of its output is in $log" >&2
    exit 1
  fi
  touch "$built"
}

jdk="$(find_jdk)"
if stale; then
  build
fi
terminal=false
if [ -t 2 ]; then
  terminal=true
fi
exec "$jdk/bin/java" "-Dgala.terminal=$terminal" -cp "$root/cli/target/classes:$lib/*" dev.gala.cli.Main "$@"
