# shellcheck shell=dash disable=SC2154
# /etc/hotplug.d/ntp/50-slipway, called as OpenWrt's NTP daemon has it called.

ntp_says() {
	on_router env ACTION="$1" /bin/sh -c '. /etc/hotplug.d/ntp/50-slipway'
}

prepared() {
	mkdir -p "$root/tmp/run" "$root/var"
	ln -s /tmp/run "$root/var/run"
}

test_the_file_that_the_configuration_names_is_made_once_the_clock_is_set() {
	prepared
	expect_text "option clock_file '/var/run/slipway-clock'" "$root/etc/config/slipway"
	ntp_says periodic
	ntp_says unsync
	expect_absent "$root/tmp/run/slipway-clock"
	ntp_says stratum
	[ -e "$root/tmp/run/slipway-clock" ] || fail 'the file is not there'
	expect_line 'daemon.info slipway: the clock has been set' "$root/tmp/log"
	rm "$root/tmp/log"
	ntp_says stratum
	expect_absent "$root/tmp/log"
}
