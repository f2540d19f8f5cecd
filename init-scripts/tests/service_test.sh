# shellcheck shell=dash disable=SC2154
# /etc/init.d/slipway, run as procd and its users run it.

service() {
	on_router /etc/init.d/slipway "$@"
}

prepared() {
	first_boot
	enable_service
	rm -f "$root/tmp/log"
}

# What is declared must be what procd understands.
expect_no_errors() {
	[ ! -e "$root/tmp/procd/errors" ] || { cat "$root/tmp/procd/errors"; fail 'procd was told nonsense'; }
}

# The problem that 'check' finds from now on.
bad_config() {
	echo "echo \"/etc/config/slipway:7: unknown option 'baudd'\" >&2; echo '  second line' >&2; exit 2" \
		>"$root/tmp/check"
}

expect_running() {
	expect_no_errors
	expect_line 'command /usr/bin/slipway run --config /etc/config/slipway' "$root/tmp/procd/service"
}

# procd knows the service and its triggers, but has nothing to run.
expect_stopped() {
	expect_no_errors
	expect_no_text command "$root/tmp/procd/service"
	expect_line 'reload-trigger slipway' "$root/tmp/procd/service"
}

test_the_instance_is_declared_as_procd_wants_it() {
	prepared
	expect_status 0 service start
	expect_running
	cat >"$work/expected" <<-'END'
		instance instance1
		command /usr/bin/slipway run --config /etc/config/slipway
		file /etc/config/slipway
		user slipway
		no_new_privs 1
		limits nofile=1024 1024
		respawn 3600 15 0
		term_timeout 30
		stdout 1
		stderr 1
		reload-trigger slipway
		restart-mount-trigger /srv/slipway
	END
	diff "$work/expected" "$root/tmp/procd/service"
	expect_equal '' "$(cat "$work/err")"
}

test_what_procd_runs_is_the_gateway_and_can_read_its_configuration() {
	prepared
	service start
	cat >"$root/usr/lib/jvm/java/bin/java" <<-'END'
		#!/bin/sh
		id -un; id -Gn; head -n 1 /etc/config/slipway; echo "$@"; : >/srv/slipway/new
	END
	command=$(sed -n 's/^command //p' "$root/tmp/procd/service")
	# shellcheck disable=SC2086
	expect_status 0 env -i PATH="$PATH" chroot --userspec=32768:32768 --groups=32768,20 "$root" $command
	expect_line slipway "$work/out"
	expect_line 'slipway dialout' "$work/out"
	expect_text '# Slipway' "$work/out"
	expect_text 'run --config /etc/config/slipway' "$work/out"
}

test_it_starts_last_and_stops_early() {
	expect_status 0 service enable
	expect_equal ../init.d/slipway "$(readlink "$root/etc/rc.d/S99slipway")"
	expect_equal ../init.d/slipway "$(readlink "$root/etc/rc.d/K10slipway")"
}

test_a_fresh_image_does_not_start_it() {
	first_boot
	expect_status 0 service start
	expect_stopped
	expect_line "slipway: not started: 'enabled' is 0 in /etc/config/slipway" "$work/err"
	expect_absent "$root/srv/slipway"
	expect_absent "$root/tmp/checks"
}

test_without_the_option_it_is_enabled() {
	prepared
	sed -i '/option enabled/d' "$root/etc/config/slipway"
	expect_status 0 service start
	expect_running
}

test_a_wrong_configuration_is_not_started_and_every_problem_is_logged() {
	prepared
	bad_config
	service start 2>"$work/err" || true
	expect_stopped
	expect_line "slipway: /etc/config/slipway:7: unknown option 'baudd'" "$work/err"
	expect_line "daemon.err slipway: /etc/config/slipway:7: unknown option 'baudd'" "$root/tmp/log"
	expect_line 'daemon.err slipway: second line' "$root/tmp/log"
	expect_absent "$root/srv/slipway"
}

test_warnings_do_not_stop_it() {
	prepared
	echo "echo 'warning: something' >&2; exit 0" >"$root/tmp/check"
	expect_status 0 service start
	expect_running
	expect_absent "$root/tmp/log"
}

test_a_check_that_was_killed_does_not_stop_it() {
	prepared
	echo 'kill -9 $$' >"$root/tmp/check"
	expect_status 0 service start
	expect_running
}

test_without_java_it_says_so_once() {
	prepared
	rm -r "$root/usr/lib/jvm"
	service start 2>"$work/err" || true
	expect_stopped
	expect_text 'slipway: slipway: no Java found' "$work/err"
}

test_a_file_that_uci_cannot_read_is_not_started() {
	prepared
	echo 'nonsense' >>"$root/etc/config/slipway"
	bad_config
	service start 2>"$work/err" || true
	expect_stopped
	expect_line "slipway: /etc/config/slipway:7: unknown option 'baudd'" "$work/err"
	rm "$root/tmp/check"
	service start 2>"$work/err" || true
	expect_stopped
	expect_line "slipway: not started: uci finds no 'config gateway' in /etc/config/slipway" "$work/err"
}

test_a_missing_file_is_not_started() {
	prepared
	rm "$root/etc/config/slipway"
	service boot 2>"$work/err" || true
	expect_stopped
	expect_line "slipway: not started: uci finds no 'config gateway' in /etc/config/slipway" "$work/err"
}

test_without_its_user_it_is_not_started() {
	enable_service
	service start 2>"$work/err" || true
	expect_stopped
	expect_text 'not started: there is no user slipway' "$work/err"
}

test_boot_does_not_wait_for_a_check() {
	prepared
	bad_config
	expect_status 0 service boot
	expect_running
	expect_absent "$root/tmp/checks"
}

test_a_changed_file_is_checked_once_and_declared() {
	prepared
	service boot
	expect_status 0 service reload
	expect_running
	expect_equal 1 "$(wc -l <"$root/tmp/checks")"
	expect_equal 'set slipway,set slipway,' "$(tr '\n' ',' <"$root/tmp/procd/calls")"
}

test_a_gateway_that_runs_survives_a_file_that_became_wrong() {
	prepared
	service start
	bad_config
	expect_status 1 service reload
	expect_running
	expect_equal 'set slipway,' "$(tr '\n' ',' <"$root/tmp/procd/calls")"
	expect_line 'slipway: not reloaded: a gateway that runs goes on with its old configuration' "$work/err"
}

test_a_reload_stops_a_gateway_that_was_disabled() {
	prepared
	service start
	sed -i "s/enabled '1'/enabled '0'/" "$root/etc/config/slipway"
	expect_status 0 service reload
	expect_stopped
}

test_a_file_that_was_corrected_starts_by_a_reload() {
	prepared
	bad_config
	service start 2>/dev/null || true
	rm "$root/tmp/check"
	expect_status 0 service reload
	expect_running
}

test_a_restart_stops_and_starts() {
	prepared
	service start
	expect_status 0 service restart
	expect_running
	expect_equal 'set slipway,delete slipway,set slipway,' "$(tr '\n' ',' <"$root/tmp/procd/calls")"
}

test_the_gateway_can_read_what_uci_and_root_have_written() {
	prepared
	cp "$root/etc/config/slipway" "$root/new"
	chmod 0600 "$root/new"
	mv "$root/new" "$root/etc/config/slipway"
	echo secret >"$root/etc/slipway/cloud-password"
	chmod 0600 "$root/etc/slipway/cloud-password"
	service start
	expect_access 640 0:32768 /etc/config/slipway
	expect_access 640 0:32768 /etc/slipway/cloud-password
}

test_the_data_directory_is_made_for_the_gateway_alone() {
	prepared
	sed -i "s|data_dir '.*'|data_dir '/mnt/a b/deep/slipway'|" "$root/etc/config/slipway"
	service start
	expect_running
	expect_access 700 32768:32768 '/mnt/a b/deep/slipway'
	expect_access 755 0:0 '/mnt/a b/deep'
	expect_line 'restart-mount-trigger /mnt/a b/deep/slipway' "$root/tmp/procd/service"
}

test_a_new_partition_and_one_with_our_database_become_the_gateways() {
	prepared
	mkdir -p "$root/srv/slipway/lost+found"
	service start
	expect_access 700 32768:32768 /srv/slipway
	expect_access 755 0:0 /srv/slipway/lost+found
	chown 0:0 "$root/srv/slipway"
	: >"$root/srv/slipway/slipway.db"
	: >"$root/srv/slipway/another"
	service start
	expect_access 700 32768:32768 /srv/slipway
}

test_a_directory_that_holds_something_else_keeps_its_owner() {
	prepared
	sed -i "s|data_dir '.*'|data_dir '/etc'|" "$root/etc/config/slipway"
	service start
	expect_running
	expect_access 755 0:0 /etc
	mkdir "$root/srv/hidden"
	: >"$root/srv/hidden/.profile"
	sed -i "s|data_dir '.*'|data_dir '/srv/hidden'|" "$root/etc/config/slipway"
	service start
	expect_access 755 0:0 /srv/hidden
}

test_a_data_directory_that_cannot_be_made_is_named() {
	prepared
	: >"$root/srv/file"
	sed -i "s|data_dir '.*'|data_dir '/srv/file/slipway'|" "$root/etc/config/slipway"
	service start 2>"$work/err" || true
	expect_stopped
	expect_line 'slipway: not started: the data directory /srv/file/slipway cannot be made' "$work/err"
}

test_the_gateway_gets_access_to_a_device_that_was_there_before() {
	prepared
	mknod -m 0600 "$root/dev/ttyUSB0" c 1 3
	service boot
	expect_access 660 0:20 /dev/ttyUSB0
}

test_the_gateway_gets_access_to_a_usb_radio_that_was_there_before() {
	prepared
	usb_port ttyUSB4 0004
	usb_port ttyUSB5 0005
	sed -i "s|option link '.*'|option link 'serial:usb:10c4:ea60:0005?baud=115200'|" "$root/etc/config/slipway"
	service boot
	expect_access 660 0:20 /dev/ttyUSB5
	expect_access 644 0:0 /dev/ttyUSB4
}

# The stand-in itself: a mistake in a declaration must not pass.
test_a_parameter_that_procd_does_not_know_is_an_error() {
	prepared
	for mistake in 's/term_timeout 30/term_timout 30/' 's/respawn 3600 15 0/respawn 3600 15/' \
			's/stdout 1/stdout yes/' 's/user slipway$/user nobody/' "s/nofile='1024 1024'/nofiles=1024/" \
			's/no_new_privs 1/no_new_privs/' 's/procd_close_instance/:/' '/set_param command/d'; do
		cp "$project/init-scripts/slipway.init" "$root/etc/init.d/slipway"
		sed -i "$mistake" "$root/etc/init.d/slipway"
		rm -rf "$root/tmp/procd"
		service start 2>/dev/null || true
		[ -s "$root/tmp/procd/errors" ] || fail "not noticed: $mistake"
	done
}
