#!/bin/sh
# Runs one PostgreSQL server and stays beside it; stops it and deletes its directory when the owner
# is gone.
#
# usage: watcher.sh DIRECTORY TEMPLATE POSTGRES
#   DIRECTORY  made here, deleted at the end; its parent is made when it is missing
#   TEMPLATE   the initialised data directory to copy
#   POSTGRES   the postgres executable
# or, where a watcher was killed: watcher.sh --sweep DIRECTORY [PID OF ITS SERVER]
#
# stdin, one command per line; its end means that the owner is gone or has closed the server:
#   set LINE      append LINE to postgresql.conf
#   start         start the server
#   signal NAME   send the signal to the server and wait until it has ended
#   keep          outlive the owner: stay until the server is stopped by someone else
# stdout, one answer per line; any other line is a complaint:
#   created       the directory is there and its file "owner" can be locked
#   copied        the data directory is there
#   pid N         the server process has this id and is about to start
#   kept          the server will outlive the owner
#   exited N      the server process has ended with this status

# Away from the terminal's process group: Ctrl-C is for the owner, not for the server.
if [ "$1" = --detached ]; then
  shift
elif command -v setsid >/dev/null 2>&1; then
  exec setsid sh "$0" --detached "$@"
else
  set -m # no setsid (macOS): background processes get groups of their own
fi
trap '' HUP INT QUIT TERM PIPE
umask 077

waiter=
kept=

create() {
  attempts=0
  # Again when another watcher removes the empty parent in between.
  until mkdir -p "$parent" && mkdir "$directory" 2>/dev/null; do
    attempts=$((attempts + 1))
    if [ "$attempts" -ge 20 ]; then
      echo "cannot create $directory; choose a directory in which user id $(id -u) can"
      exit 1
    fi
  done
  if [ -L "$parent" ] || [ ! -O "$parent" ]; then
    rmdir "$directory"
    echo "$parent belongs to another user; remove it or choose another directory"
    exit 1
  fi
  : >"$directory/owner"
  echo created
  if ! cp -R --reflink=auto "$template" "$data" 2>/dev/null; then
    rm -rf "$data"
    cp -R "$template" "$data" || return
  fi
  echo copied
}

start() {
  # A shell of its own waits for the server, so that its end is told at once and leaves no zombie.
  # It reads no stdin: only the loop below may notice the owner's end.
  (
    sh -c 'echo $$ >"$2/pid"; echo "pid $$"; exec "$0" -D "$1" >>"$1/server.log" 2>&1' \
      "$postgres" "$data" "$directory"
    status=$?
    rm -f "$directory/pid"
    echo "exited $status"
  ) </dev/null &
  waiter=$!
}

running() {
  [ -n "$waiter" ] && kill -0 "$waiter" 2>/dev/null
}

# stop SIGNAL PATIENCE: kills what has not ended after so many rounds of 20 ms
stop() {
  while running && [ ! -s "$directory/pid" ]; do sleep 0.01; done
  patience=0
  while running; do
    pid=$(cat "$directory/pid" 2>/dev/null)
    if [ -n "$pid" ] && [ "$patience" -eq 0 ]; then
      kill "-$1" "$pid" 2>/dev/null
      kill -CONT "$pid" 2>/dev/null
    elif [ -n "$pid" ] && [ "$patience" -ge "$2" ]; then
      kill -KILL "$pid" 2>/dev/null
    fi
    patience=$((patience + 1))
    sleep 0.02
  done
  waiter=
}

remove() {
  # A server that was killed leaves this file, and with it a System V segment: its id ends line 7.
  if [ -f "$data/postmaster.pid" ]; then
    segment=$(sed -n 7p "$data/postmaster.pid" | tr -s ' ' | cut -d ' ' -f 3)
    [ -n "$segment" ] && ipcrm -m "$segment" >/dev/null 2>&1
  fi
  attempts=0
  # Again when the last processes of a killed server still write.
  until rm -rf "$directory" 2>/dev/null || [ "$attempts" -ge 50 ]; do
    attempts=$((attempts + 1))
    sleep 0.1
  done
  rmdir "$parent" 2>/dev/null
}

sweep() {
  patience=0
  kill -QUIT "$1" 2>/dev/null
  while kill -0 "$1" 2>/dev/null && [ "$patience" -lt 500 ]; do
    patience=$((patience + 1))
    sleep 0.02
  done
  kill -KILL "$1" 2>/dev/null
}

watch() {
  create || { remove; exit 1; }
  while read -r command argument; do
    case $command in
      set) printf '%s\n' "$argument" >>"$data/postgresql.conf" ;;
      start) start ;;
      signal) stop "$argument" 3000 ;;
      keep)
        kept=yes
        cat /proc/sys/kernel/random/boot_id >"$directory/kept" 2>/dev/null
        echo kept
        ;;
    esac
  done
  if [ -n "$kept" ]; then
    wait "$waiter"
  else
    stop QUIT 500
  fi
  remove
}

main() {
  if [ "$1" = --sweep ]; then
    shift
    directory=$1 data=$1/data parent=$(dirname "$1")
    [ -z "$2" ] || sweep "$2"
    remove
  else
    directory=$1 data=$1/data parent=$(dirname "$1") template=$2 postgres=$3
    watch
  fi
  exit 0
}

main "$@"
