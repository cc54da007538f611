#!/usr/bin/env bash
# Told to end at any moment: a signal is sent at each request that a simulated site gets, one after the other, so that it meets every
# part of a watch, a run, an undo and a session, and what is between them.
set -uo pipefail
procrun=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
exec python3 tests/scripts/cli/signals.py "$procrun" "$work"
