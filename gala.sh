#!/usr/bin/env bash
# Runs the gala command from a checkout: finds a JDK, builds if it must.
set -euo pipefail
unset CDPATH

least=21
# The command line and what it is made of.
modules=(cli events river river-postgres test-kit-postgres)

fail() {
  echo "gala: $2" >&2
  exit "$1"
}

# Prints the folder that the script is in, whatever symbolic links lead to it.
own_folder() {
  local script="${BASH_SOURCE[0]}" link
  while [ -L "$script" ]; do
    link="$(readlink -- "$script")"
    case "$link" in
      /*) script="$link" ;;
      *) script="$(dirname -- "$script")/$link" ;;
    esac
  done
  cd -P -- "$(dirname -- "$script")" && pwd
}

# Prints the major version of the JDK in $1, or nothing.
major_version() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 0
  if [ -r "$1/release" ]; then
    sed -n 's/^JAVA_VERSION="\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' "$1/release"
  else
    "$1/bin/java" -version 2>&1 | sed -n 's/.*version "\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' | head -n 1
  fi
}

# Sets jdk to the home of a JDK that is new enough.
find_jdk() {
  local candidates=("${GALA_JAVA_HOME:-}" "${JAVA_HOME:-}") on_path home version older=""
  if on_path="$(command -v javac 2>/dev/null)"; then
    candidates+=("$(dirname "$(dirname "$(readlink -f "$on_path")")")")
  fi
  candidates+=(/usr/lib/jvm/* "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* /opt/java/*
    /Library/Java/JavaVirtualMachines/*/Contents/Home)
  for home in "${candidates[@]}"; do
    [ -n "$home" ] || continue
    version="$(major_version "$home")"
    [ -n "$version" ] || continue
    if [ "$version" -ge "$least" ]; then
      jdk="$home"
      return
    fi
    older="${older:-, only a JDK $version in $home}"
  done
  fail 2 "no JDK $least or later found$older: install one (for instance Temurin 25), or set JAVA_HOME to it"
}

# Prints a checksum of everything the build reads.
checksum() {
  local inputs=("$root/pom.xml" "$root/mvnw" "$root/.mvn") module
  for module in "${modules[@]}"; do
    inputs+=("$root/$module/pom.xml" "$root/$module/src/main")
  done
  find "${inputs[@]}" -type f -print0 | xargs -0 cksum | LC_ALL=C sort | cksum
}

# Whether what is built comes from what is there; a build that did not end left no stamp.
up_to_date() {
  [ -f "$state/stamp" ] && [ -f "$root/cli/target/classes/dev/gala/cli/Main.class" ] &&
    [ -d "$root/cli/target/lib" ] && [ "$(cat "$state/stamp")" = "$(checksum)" ]
}

# Lets one process build at a time. The lock ends with the processes that have it open, or, where
# there is no flock, is taken from a process that has ended.
lock() {
  if command -v flock >/dev/null; then
    exec 9>"$state/lock"
    flock -n 9 || {
      echo "gala: waiting for another build of this checkout ..." >&2
      flock 9
    }
    return
  fi
  until mkdir "$state/lock.d" 2>/dev/null; do
    kill -0 "$(cat "$state/lock.d/pid" 2>/dev/null || echo $$)" 2>/dev/null || rm -rf "$state/lock.d"
    sleep 1
  done
  echo $$ >"$state/lock.d/pid"
  trap 'rm -rf "$state/lock.d"' EXIT
}

unlock() {
  exec 9>&-
  rm -rf "$state/lock.d"
}

build() {
  local log="$state/build.log" sum module
  if ! mkdir -p "$state" 2>/dev/null || ! [ -w "$state" ]; then
    fail 2 "gala must be built, and $root cannot be written to: run this as its owner, or copy it"
  fi
  lock
  if up_to_date; then
    unlock
    return
  fi
  if [ -f "$state/unfinished" ]; then
    # What a killed build wrote last may be half a file, and newer than its source.
    for module in "${modules[@]}"; do
      rm -rf "${root:?}/$module/target"
    done
  fi
  echo "gala: building, which takes about a minute the first time ..." >&2
  rm -f "$state/stamp"
  touch "$state/unfinished"
  sum="$(checksum)"
  trap 'exit 130' INT
  if ! (cd -- "$root" && JAVA_HOME="$jdk" ./mvnw --batch-mode -pl cli -am package \
    -Dmaven.test.skip=true -Dmaven.javadoc.skip=true -Dmaven.source.skip=true) \
    >"$log" 2>&1 </dev/null; then
    rm -f "$state/unfinished"
    grep -m 20 -E '^\[ERROR\]' "$log" >&2 || tail -n 20 "$log" >&2
    fail 1 "the build failed; all of its output is in $log"
  fi
  trap - INT
  rm -f "$state/unfinished"
  printf '%s\n' "$sum" >"$state/stamp"
  unlock
}

pwd -P >/dev/null 2>&1 || fail 2 "the folder you are in does not exist any more: change to another"
root="$(own_folder)"
state="$root/target/gala"
case "$root" in
  *:*) fail 2 "the path $root has a colon, which a class path cannot hold: move the checkout" ;;
esac
find_jdk
up_to_date || build

# 0 columns: no terminal, and no progress bar.
columns=0
if [ -t 2 ]; then
  columns="$(stty size <&2 2>/dev/null | cut -d ' ' -f 2)" || columns=""
  [ "${columns:-0}" -gt 0 ] 2>/dev/null || columns="${COLUMNS:-80}"
fi
# Without a locale the JVM could not name files outside of ASCII; its output stays in ASCII.
encoding=()
case "$(locale charmap 2>/dev/null)" in
  ANSI_X3.4-1968 | US-ASCII)
    export LC_ALL=C.UTF-8
    encoding=(-Dstdout.encoding=US-ASCII -Dstderr.encoding=US-ASCII)
    ;;
esac
# Short runs: the quick compiler and the small collector, so that the cores are left to the work.
exec "$jdk/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC "-Dgala.columns=$columns" \
  ${encoding[@]+"${encoding[@]}"} \
  -cp "$root/cli/target/classes:$root/cli/target/lib/*" dev.gala.cli.Main "$@"
