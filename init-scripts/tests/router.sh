# shellcheck shell=dash disable=SC2154
# A router in a directory, and what can be expected of it. Sourced by run.sh; $root is the router of the test.

# What OpenWrt's busybox has by default, as far as scripts use it. No stat, no install, no od.
APPLETS='[ ash awk basename cat chgrp chmod chown cmp cp cut date dd df dirname du echo egrep env expr false fgrep find
grep head hexdump id kill killall ln ls md5sum mkdir mkfifo mknod mktemp mount mv nice pgrep pidof printf ps pwd
readlink rm rmdir sed seq sh sha256sum sleep sort strings sync tail tar tee test touch tr true umount uname uniq
uptime wc which xargs yes'

# Debian links busybox and dash dynamically.
copy_program() {
	local library
	cp "$1" "$2"
	for library in $(ldd "$1" 2>/dev/null | grep -o '/[^ ]*'); do
		mkdir -p "$root${library%/*}"
		cp -L "$library" "$root$library"
	done
}

make_router() {
	local root=$1 applet
	mkdir -p "$root/bin" "$root/usr/bin" "$root/sbin" "$root/etc/init.d" "$root/dev" "$root/tmp" "$root/srv" \
		"$root/usr/lib/slipway" "$root/sys/class/net" "$root/proc/sys/kernel/random"
	copy_program "$(command -v busybox)" "$root/bin/busybox"
	copy_program "$(command -v dash)" "$root/usr/bin/dash"
	for applet in $APPLETS; do
		ln -s /bin/busybox "$root/bin/$applet"
	done
	cp -R "$tests/openwrt/." "$root/"
	cp -R "$project/rootfs-overlay/." "$root/"
	cp "$project/init-scripts/slipway.init" "$root/etc/init.d/slipway"
	chmod 0755 "$root/etc/rc.common" "$root/sbin/logger" "$root/etc/init.d/slipway" "$root/usr/bin/slipway"
	chmod 0600 "$root/etc/config/slipway"
	mknod -m 0666 "$root/dev/null" c 1 3
	echo 'root:x:0:0:root:/root:/bin/ash' >"$root/etc/passwd"
	echo 'root::0:0:99999:7:::' >"$root/etc/shadow"
	printf 'root:x:0:\ndialout:x:20:\nusers:x:100:\n' >"$root/etc/group"
	echo 'MemTotal:         122880 kB' >"$root/proc/meminfo"
	: >"$root/usr/lib/slipway/slipway.jar"
	make_java "$root/usr/lib/jvm/java/bin/java"
	mkdir -p "$root/usr/lib/jvm/java/lib/server"
	: >"$root/usr/lib/jvm/java/lib/server/libjvm.so"
}

# A Java that shows how it was called, one word a line, and answers 'check' as the file /tmp/check says.
make_java() {
	mkdir -p "${1%/*}"
	cat >"$1" <<-'END'
		#!/bin/sh
		printf '%s\n' "$0" "arenas=$MALLOC_ARENA_MAX" "$@"
		case " $* " in
			*' check '*)
				echo "check $(id -u)" >>/tmp/checks
				[ ! -r /tmp/check ] || . /tmp/check
				;;
		esac
	END
	chmod 0755 "$1"
}

# Runs a program of the router, on the router.
on_router() {
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$root" "$@"
}

# usb_port NAME SERIAL: a port on USB with its directories, whose node nobody may open yet.
usb_port() {
	local device="$root/sys/devices/usb1/1-$1"
	mkdir -p "$device/1-1:1.0/$1/tty/$1" "$root/sys/class/tty"
	echo 10c4 >"$device/idVendor"
	echo ea60 >"$device/idProduct"
	echo "$2" >"$device/serial"
	ln -s "/sys/devices/usb1/1-$1/1-1:1.0/$1/tty/$1" "$root/sys/class/tty/$1"
	mknod -m 0644 "$root/dev/$1" c 1 3
}

first_boot() {
	on_router /bin/sh -c 'cd /etc/uci-defaults && . ./90-slipway'
}

enable_service() {
	sed -i "s/enabled '0'/enabled '1'/" "$root/etc/config/slipway"
}

fail() {
	echo "$1"
	exit 1
}

# expect_line TEXT FILE: a whole line.
expect_line() {
	grep -qxF -- "$1" "$2" || { cat "$2"; fail "expected in $2: $1"; }
}

expect_text() {
	grep -qF -- "$1" "$2" || { cat "$2"; fail "expected somewhere in $2: $1"; }
}

expect_no_text() {
	[ ! -e "$2" ] || ! grep -qF -- "$1" "$2" || { cat "$2"; fail "not expected in $2: $1"; }
}

expect_equal() {
	[ "$1" = "$2" ] || fail "expected: $1
but was: $2"
}

expect_absent() {
	[ ! -e "$1" ] || fail "not expected: $1"
}

# expect_status NUMBER COMMAND...: what it prints goes to $work/out and $work/err.
expect_status() {
	local wanted=$1 status=0
	shift
	"$@" >"$work/out" 2>"$work/err" || status=$?
	[ "$status" -eq "$wanted" ] || { cat "$work/out" "$work/err"; fail "expected status $wanted, was $status: $*"; }
}

# expect_access MODE OWNER:GROUP FILE, in numbers.
expect_access() {
	expect_equal "$1 $2" "$(stat -c '%a %u:%g' "$root$3")"
}

# wait_for COMMAND...: until it succeeds, 30 seconds at most.
wait_for() {
	local rounds=300
	until "$@"; do
		rounds=$((rounds - 1))
		[ "$rounds" -gt 0 ] || fail "waited too long for: $*"
		sleep 0.1
	done
}
