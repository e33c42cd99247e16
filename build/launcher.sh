# For launchers to source: finds a JDK, builds a module if what is there is not what it was built of.
#
# Needs: root, the checkout; program, the launcher's name; module, the folder that is built; main, its
# class; modules, the folders it is made of. Gives: jdk, and class_path.

least=21

fail() {
  echo "$program: $2" >&2
  exit "$1"
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
  local inputs=("$root/pom.xml" "$root/mvnw" "$root/.mvn") folder
  for folder in "${modules[@]}"; do
    inputs+=("$root/$folder/pom.xml" "$root/$folder/src/main")
  done
  find "${inputs[@]}" -type f -print0 | xargs -0 cksum | LC_ALL=C sort | cksum
}

# Whether what is built comes from what is there; a build that did not end left no stamp.
up_to_date() {
  [ -f "$state/stamp" ] && [ -f "$root/$module/target/classes/${main//.//}.class" ] &&
    [ -d "$root/$module/target/lib" ] && [ "$(cat "$state/stamp")" = "$(checksum)" ]
}

# Lets one process build at a time. The lock ends with the processes that have it open, or, where
# there is no flock, is taken from a process that has ended.
lock() {
  if command -v flock >/dev/null; then
    exec 9>"$locks/lock"
    flock -n 9 || {
      echo "$program: waiting for another build of this checkout ..." >&2
      flock 9
    }
    return
  fi
  until mkdir "$locks/lock.d" 2>/dev/null; do
    kill -0 "$(cat "$locks/lock.d/pid" 2>/dev/null || echo $$)" 2>/dev/null || rm -rf "$locks/lock.d"
    sleep 1
  done
  echo $$ >"$locks/lock.d/pid"
  trap 'rm -rf "$locks/lock.d"' EXIT
}

unlock() {
  exec 9>&-
  rm -rf "$locks/lock.d"
}

build() {
  local log="$state/build.log" sum folder
  if ! mkdir -p "$state" 2>/dev/null || ! [ -w "$state" ]; then
    fail 2 "$program must be built, and $root cannot be written to: run this as its owner, or copy it"
  fi
  lock
  if up_to_date; then
    unlock
    return
  fi
  if [ -f "$state/unfinished" ]; then
    # What a killed build wrote last may be half a file, and newer than its source.
    for folder in "${modules[@]}"; do
      rm -rf "${root:?}/$folder/target"
    done
  fi
  echo "$program: building, which takes about a minute the first time ..." >&2
  rm -f "$state/stamp"
  touch "$state/unfinished"
  sum="$(checksum)"
  trap 'exit 130' INT
  if ! (cd -- "$root" && JAVA_HOME="$jdk" ./mvnw --batch-mode -pl "$module" -am package \
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

# Sets jdk and class_path, once the module is built.
prepare() {
  state="$root/target/$program"
  locks="$root/target"
  class_path="$root/$module/target/classes:$root/$module/target/lib/*"
  case "$root" in
    *:*) fail 2 "the path $root has a colon, which a class path cannot hold: move the checkout" ;;
  esac
  find_jdk
  up_to_date || build
}
