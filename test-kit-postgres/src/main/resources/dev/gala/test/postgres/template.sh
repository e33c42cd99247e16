#!/bin/sh
# Makes an initialised data directory that servers are copied from. The password comes on stdin.
#
# usage: template.sh TEMPLATE INITDB [INITDB OPTION]...
#   TEMPLATE  made beside its name and renamed into place: TEMPLATE/data and TEMPLATE/password

umask 077
template=$1
shift
building=$template.building
parent=$(dirname "$template")
mkdir -p "$parent" || exit 1
if [ -L "$parent" ] || [ ! -O "$parent" ]; then
  echo "$parent belongs to another user; remove it or choose another directory"
  exit 1
fi
# Whoever built there is dead: the caller holds the lock.
rm -rf "$building" "$template"
mkdir "$building" || exit 1
cat >"$building/password"
if "$@" -D "$building/data" --pwfile="$building/password" </dev/null; then
  mv "$building" "$template"
else
  status=$?
  rm -rf "$building"
  exit "$status"
fi
