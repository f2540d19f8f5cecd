#!/bin/sh
# shellcheck shell=dash
# Tests of rootfs-overlay and init-scripts: run.sh [FILE_test.sh...]. Needs root (for chroot and chown), busybox, dash,
# a JDK and the built jar. Each test gets a router of its own: a root file system under a temporary directory with the
# programs that OpenWrt has by default, the overlay, and stand-ins for the parts of OpenWrt that are not here.
set -eu

tests=$(cd "$(dirname "$0")" && pwd)
if [ "$(id -u)" -ne 0 ]; then
	exec sudo -n --preserve-env=PATH,JAVA_HOME "$tests/run.sh" "$@"
fi
project=${tests%/*/*}
jar=$project/target/slipway.jar
[ -r "$jar" ] || { echo "run.sh: there is no $jar; mvn package builds it" >&2; exit 1; }
# Nothing of the one who runs the tests counts.
unset SLIPWAY_JAVA SLIPWAY_JAVA_OPTS SLIPWAY_ROOT JAVA_HOME MALLOC_ARENA_MAX
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# shellcheck source=/dev/null
. "$tests/router.sh"
make_router "$work/template"

[ $# -gt 0 ] || set -- "$tests"/*_test.sh
passed=0
failed=
for file in "$@"; do
	# shellcheck disable=SC2013
	for name in $(sed -n 's/^\(test_[a-z0-9_]*\)() {$/\1/p' "$file"); do
		root=$work/router
		rm -rf "$root"
		cp -a "$work/template" "$root"
		# In a condition 'set -e' would not count within the test.
		set +e
		# shellcheck source=/dev/null
		(set -eu; . "$file"; "$name") >"$work/output" 2>&1
		status=$?
		set -e
		if [ "$status" -eq 0 ]; then
			passed=$((passed + 1))
		else
			failed="$failed $name"
			echo "FAILED with $status: $name" >&2
			sed 's/^/    /' "$work/output" >&2
		fi
	done
done
echo "$passed tests passed"
[ -z "$failed" ] || exit 1
[ "$passed" -gt 0 ] || { echo "run.sh: no test was found" >&2; exit 1; }
