#!/bin/sh
# Makes an initialised data directory that servers are copied from. The password comes on stdin.
#
# usage: template.sh TEMPLATE INITDB [INITDB OPTION]...
#   TEMPLATE  made beside its name and renamed into place: TEMPLATE/data and TEMPLATE/password

umask 077
template=$1
shift
building=$template.building
# Whoever built there is dead: the caller holds the lock.
rm -rf "$building" "$template"
mkdir -p "$building" || exit 1
cat >"$building/password"
if "$@" -D "$building/data" --pwfile="$building/password" </dev/null; then
  mv "$building" "$template"
else
  status=$?
  rm -rf "$building"
  exit "$status"
fi
