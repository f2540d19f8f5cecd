# shellcheck shell=dash disable=SC2154
# /etc/uci-defaults/90-slipway and /etc/hotplug.d/tty/50-slipway.

# network_interface NAME ADDRESS [TYPE]
network_interface() {
	mkdir -p "$root/sys/class/net/$1"
	echo "$2" >"$root/sys/class/net/$1/address"
	echo "${3-0}" >"$root/sys/class/net/$1/addr_assign_type"
}

expect_id() {
	expect_text "option id '$1'" "$root/etc/config/slipway"
}

test_it_makes_the_user_with_access_to_serial_lines() {
	expect_status 0 first_boot
	expect_text 'slipway:x:32768:32768:' "$root/etc/passwd"
	expect_line 'slipway:x:32768:' "$root/etc/group"
	expect_line 'dialout:x:20:slipway' "$root/etc/group"
}

test_a_user_that_the_package_made_stays_as_it_is() {
	echo 'slipway:x:500:500:slipway:/var/run/slipway:/bin/false' >>"$root/etc/passwd"
	echo 'slipway:x:500:slipway' >>"$root/etc/group"
	sed -i 's/^dialout.*/dialout:x:20:gpsd,slipway/' "$root/etc/group"
	cp "$root/etc/passwd" "$root/etc/group" "$work/"
	expect_status 0 first_boot
	cmp "$work/passwd" "$root/etc/passwd"
	cmp "$work/group" "$root/etc/group"
}

test_a_second_run_changes_nothing() {
	network_interface eth0 02:11:22:33:44:55
	mkdir "$root/etc/slipway"
	echo secret >"$root/etc/slipway/cloud-password"
	first_boot
	state() { (cd "$root/etc" && find . -exec ls -ldn {} + && cat config/slipway passwd shadow group); }
	state >"$work/first"
	expect_status 0 first_boot
	state >"$work/second"
	diff "$work/first" "$work/second"
}

test_the_id_comes_from_the_first_ethernet_port() {
	network_interface br-lan 02:00:00:00:00:01
	network_interface eth0 A2:11:22:33:44:5F
	network_interface lo 00:00:00:00:00:00
	expect_status 0 first_boot
	expect_id gw-a2112233445f
	expect_line 'daemon.notice slipway: this gateway is gw-a2112233445f' "$root/tmp/log"
}

test_an_address_that_is_made_up_at_each_boot_is_no_identity() {
	network_interface eth0 02:11:22:33:44:55 1
	network_interface lo 00:00:00:00:00:00
	network_interface wan 02:aa:bb:cc:dd:ee 3
	expect_status 0 first_boot
	expect_id gw-02aabbccddee
}

test_the_address_on_the_label_is_preferred() {
	network_interface eth0 02:11:22:33:44:55
	echo 'get_mac_label() { echo 02:99:88:77:66:55; }' >"$root/lib/functions/system.sh"
	expect_status 0 first_boot
	expect_id gw-029988776655
}

test_a_label_that_cannot_be_read_is_passed_over() {
	network_interface eth0 02:11:22:33:44:55
	echo '. /usr/share/libubox/jshn.sh' >"$root/lib/functions/system.sh"
	expect_status 0 first_boot
	expect_id gw-021122334455
}

test_a_board_without_an_address_gets_a_random_id() {
	echo '3d1f7c2a-8e4b-4c6d-9a0b-1c2d3e4f5a6b' >"$root/proc/sys/kernel/random/uuid"
	expect_status 0 first_boot
	expect_id gw-3d1f7c2a8e4b
}

test_an_id_that_somebody_chose_stays() {
	network_interface eth0 02:11:22:33:44:55
	sed -i "s/gw-000000000000/roof-7/" "$root/etc/config/slipway"
	cp "$root/etc/config/slipway" "$work/config"
	expect_status 0 first_boot
	cmp "$work/config" "$root/etc/config/slipway"
}

test_the_comments_of_the_configuration_stay() {
	network_interface eth0 02:11:22:33:44:55
	expect_status 0 first_boot
	sed 's/gw-000000000000/gw-021122334455/' "$project/rootfs-overlay/etc/config/slipway" |
		cmp - "$root/etc/config/slipway"
}

test_only_root_writes_and_only_the_gateway_reads() {
	mkdir "$root/etc/slipway"
	echo secret >"$root/etc/slipway/cloud-password"
	expect_status 0 first_boot
	expect_access 640 0:32768 /etc/config/slipway
	expect_access 750 0:32768 /etc/slipway
	expect_access 640 0:32768 /etc/slipway/cloud-password
}

test_without_a_configuration_it_succeeds_too() {
	rm "$root/etc/config/slipway"
	expect_status 0 first_boot
}

test_identity_and_secrets_survive_sysupgrade_and_the_database_does_not() {
	expect_line /etc/slipway/ "$root/lib/upgrade/keep.d/slipway"
	expect_line /etc/config/slipway "$root/lib/upgrade/keep.d/slipway"
	# As sysupgrade reads it: what is not empty and no comment is a path.
	expect_equal 2 "$(sed -ne '/^[[:space:]]*$/d; /^#/d; p' "$root/lib/upgrade/keep.d/slipway" | wc -l)"
}

# plugged NAME [ACTION]: the node appears and procd calls the scripts for it.
plugged() {
	[ -e "$root/dev/$1" ] || mknod -m 0644 "$root/dev/$1" c 1 3
	on_router env ACTION="${2-add}" DEVNAME="$1" /bin/sh -c '. /etc/hotplug.d/tty/50-slipway'
}

test_the_gateway_gets_access_to_the_radio_that_it_is_to_open() {
	mknod -m 0644 "$root/dev/ttyUSB0" c 1 3
	plugged ttyUSB0
	expect_access 660 0:20 /dev/ttyUSB0
	expect_line 'daemon.info slipway: /dev/ttyUSB0 is there' "$root/tmp/log"
}

test_other_devices_and_other_events_stay_untouched() {
	for name in ttyS0 ttyUSB1 ttyUSB00; do
		mknod -m 0644 "$root/dev/$name" c 1 3
		plugged "$name"
		expect_access 644 0:0 "/dev/$name"
	done
	mknod -m 0644 "$root/dev/ttyUSB0" c 1 3
	plugged ttyUSB0 remove
	expect_access 644 0:0 /dev/ttyUSB0
	on_router env ACTION=add /bin/sh -c '. /etc/hotplug.d/tty/50-slipway'
	expect_absent "$root/tmp/log"
}

test_a_device_in_a_comment_is_not_named() {
	printf "config mesh\n\t#option link 'serial:/dev/ttyS1'\n\toption link serial:/dev/ttyS2\n" \
		>"$root/etc/config/slipway"
	mknod -m 0644 "$root/dev/ttyS1" c 1 3
	mknod -m 0644 "$root/dev/ttyS2" c 1 3
	plugged ttyS1
	plugged ttyS2
	expect_access 644 0:0 /dev/ttyS1
	expect_access 660 0:20 /dev/ttyS2
}

usb_plugged() {
	on_router env ACTION=add DEVNAME="$1" DEVPATH="/devices/usb1/1-$1/1-1:1.0/$1/tty/$1" \
		/bin/sh -c '. /etc/hotplug.d/tty/50-slipway'
}

test_a_radio_that_is_named_by_its_usb_ids_is_given_under_any_name() {
	usb_port ttyUSB5 'A.0*1'
	usb_port ttyUSB6 'AX001'
	printf "config mesh\n\toption link 'serial:usb:10c4:ea60:A.0*1?baud=115200'\n" >"$root/etc/config/slipway"
	usb_plugged ttyUSB5
	usb_plugged ttyUSB6
	expect_access 660 0:20 /dev/ttyUSB5
	expect_access 644 0:0 /dev/ttyUSB6
	printf "config mesh\n\toption link 'serial:usb:10c4:ea60'\n" >"$root/etc/config/slipway"
	usb_plugged ttyUSB6
	expect_access 660 0:20 /dev/ttyUSB6
}

test_a_radio_with_other_usb_ids_stays_untouched() {
	usb_port ttyUSB5 0001
	for link in usb:10c4:ea61 usb:10c4:ea60:0002 usb:10c4:ea6 /dev/ttyUSB6; do
		printf "config mesh\n\t#option link 'serial:usb:10c4:ea60'\n\toption link 'serial:%s'\n" "$link" \
			>"$root/etc/config/slipway"
		usb_plugged ttyUSB5
		expect_access 644 0:0 /dev/ttyUSB5
	done
}
