# shellcheck shell=dash disable=SC2154,SC2317
# /usr/bin/slipway: which Java, which flags. Each test runs under both shells.

# with_each_shell FUNCTION: the function calls 'slipway', which is the wrapper under that shell.
with_each_shell() {
	for shell in /bin/ash /usr/bin/dash; do
		"$1"
	done
}

# As on the router, SHELL_ENV being NAME=VALUE words for the environment.
slipway() {
	# shellcheck disable=SC2086
	on_router env ${with-} "$shell" /usr/bin/slipway "$@"
}

java_at() {
	expect_status 0 slipway run
	expect_equal "$1" "$(head -n 1 "$work/out")"
}

test_slipway_java_comes_before_everything_else() {
	make_java "$root/opt/own/java"
	make_java "$root/opt/home/bin/java"
	with='SLIPWAY_JAVA=/opt/own/java JAVA_HOME=/opt/home'
	check() { java_at /opt/own/java; }
	with_each_shell check
}

test_java_home_comes_before_the_usual_places() {
	make_java "$root/opt/home/bin/java"
	with=JAVA_HOME=/opt/home
	check() { java_at /opt/home/bin/java; }
	with_each_shell check
}

test_a_java_home_without_java_is_passed_over() {
	with=JAVA_HOME=/opt/gone
	check() { java_at /usr/lib/jvm/java/bin/java; }
	with_each_shell check
}

test_a_jre_within_a_jdk_of_java_8_is_found() {
	mkdir "$root/usr/lib/jvm/java/jre"
	mv "$root/usr/lib/jvm/java/bin" "$root/usr/lib/jvm/java/jre/bin"
	check() { java_at /usr/lib/jvm/java/jre/bin/java; }
	with_each_shell check
}

test_usr_bin_java_is_the_last_but_one_and_jamvm_the_last() {
	rm -r "$root/usr/lib/jvm"
	make_java "$root/usr/bin/jamvm"
	check() { java_at /usr/bin/jamvm; }
	with_each_shell check
	make_java "$root/usr/bin/java"
	check() { java_at /usr/bin/java; }
	with_each_shell check
}

test_without_java_it_says_where_it_looked() {
	rm -r "$root/usr/lib/jvm"
	check() {
		expect_status 127 slipway run
		expect_line 'slipway: no Java found in JAVA_HOME, /usr/lib/jvm or /usr/bin; set SLIPWAY_JAVA to the java program' \
			"$work/err"
	}
	with_each_shell check
}

test_a_wrong_slipway_java_is_named_and_not_replaced() {
	with=SLIPWAY_JAVA=/opt/gone
	check() {
		expect_status 127 slipway run
		expect_line "slipway: SLIPWAY_JAVA is '/opt/gone', which is no program" "$work/err"
	}
	with_each_shell check
}

test_a_missing_jar_is_named() {
	rm "$root/usr/lib/slipway/slipway.jar"
	check() {
		expect_status 127 slipway run
		expect_line 'slipway: there is no /usr/lib/slipway/slipway.jar' "$work/err"
	}
	with_each_shell check
}

heap_with() {
	echo "MemTotal:         $1 kB" >"$root/proc/meminfo"
	check() {
		expect_status 0 slipway run
		expect_equal "$expected" "$(grep -E '^-Xm' "$work/out" | tr '\n' ' ')"
	}
	with_each_shell check
}

# MemTotal is what the kernel leaves of 64, 128, 256 and 512 MB.
test_the_heap_follows_the_memory() {
	expected='-Xms4m -Xmn2m -Xmx12m '
	heap_with 59000
	heap_with 98303
	expected='-Xms4m -Xmx20m '
	heap_with 98304
	heap_with 122000
	expected='-Xms8m -Xmx32m '
	heap_with 248000
	expected='-Xms8m -Xmx64m '
	heap_with 502000
}

test_without_meminfo_it_takes_the_smallest_heap() {
	rm "$root/proc/meminfo"
	check() {
		expect_status 0 slipway run
		expect_line -Xmx12m "$work/out"
	}
	with_each_shell check
}

# jvm_lies_in DIRECTORY MACHINE
jvm_lies_in() {
	rm -r "$root/usr/lib/jvm/java/lib"
	mkdir -p "$root/usr/lib/jvm/java/$1"
	: >"$root/usr/lib/jvm/java/$1/libjvm.so"
	rm -f "$root/bin/uname"
	printf '#!/bin/sh\necho %s\n' "$2" >"$root/bin/uname"
	chmod 0755 "$root/bin/uname"
}

expect_hotspot() {
	expect_status 0 slipway run
	expect_line -XX:+TieredCompilation "$work/out"
	expect_line -XX:TieredStopAtLevel=1 "$work/out"
	expect_line -XX:+UseSerialGC "$work/out"
	expect_no_text -Dio.netty.noUnsafe "$work/out"
	expect_no_text Verification "$work/out"
}

expect_zero() {
	expect_status 0 slipway run
	expect_line -XX:+UseSerialGC "$work/out"
	expect_no_text -Dio.netty.noUnsafe "$work/out"
	expect_line -XX:-BytecodeVerificationRemote "$work/out"
	expect_line -Xbootclasspath/a:/usr/lib/slipway/slipway.jar "$work/out"
	expect_line io.slipway.gateway.Launcher "$work/out"
	expect_no_text -jar "$work/out"
	expect_no_text -XX:TieredStopAtLevel "$work/out"
	expect_no_text -XX:+TieredCompilation "$work/out"
	expect_no_text -XX:SharedArchiveFile "$work/out"
}

# JamVM and others end at an -XX that they do not know.
expect_other() {
	expect_status 0 slipway run
	expect_line -Xmx20m "$work/out"
	expect_line -Dio.netty.noUnsafe=true "$work/out"
	expect_no_text -XX: "$work/out"
}

test_hotspot_gets_its_compiler_limited() {
	for lies in lib/server lib/client lib/minimal lib/arm/client lib/amd64/server; do
		jvm_lies_in "$lies" armv7l
		with_each_shell expect_hotspot
	done
}

test_what_lies_in_server_on_mips_is_zero() {
	: >"$root/usr/lib/slipway/slipway.jsa"
	for machine in mips mipsel mips64; do
		jvm_lies_in lib/server "$machine"
		with_each_shell expect_zero
		jvm_lies_in lib/mipsel/server "$machine"
		with_each_shell expect_zero
	done
}

test_a_zero_vm_of_another_machine_is_known_by_its_directory() {
	: >"$root/usr/lib/slipway/slipway.jsa"
	jvm_lies_in lib/zero armv5tel
	with_each_shell expect_zero
	jvm_lies_in lib/arm/zero armv5tel
	with_each_shell expect_zero
}

test_an_unknown_vm_gets_only_flags_that_every_vm_knows() {
	: >"$root/usr/lib/slipway/slipway.jsa"
	jvm_lies_in lib/mipsel/jamvm mips
	with_each_shell expect_other
	check() {
		expect_status 0 slipway status
		expect_no_text -XX: "$work/out"
	}
	with_each_shell check
}

test_a_link_to_java_is_followed_to_its_vm() {
	mv "$root/usr/lib/jvm/java" "$root/opt"
	ln -s /opt/bin/java "$root/usr/bin/java"
	with_each_shell expect_hotspot
}

test_an_archive_of_classes_is_used_where_it_is() {
	check() {
		expect_status 0 slipway run
		expect_no_text -XX:SharedArchiveFile "$work/out"
	}
	with_each_shell check
	: >"$root/usr/lib/slipway/slipway.jsa"
	check() {
		expect_status 0 slipway run
		expect_line -XX:SharedArchiveFile=/usr/lib/slipway/slipway.jsa "$work/out"
		expect_line io.slipway.gateway.Main "$work/out"
		expect_no_text -jar "$work/out"
		expect_status 0 slipway check /etc/config/slipway
		expect_line -XX:SharedArchiveFile=/usr/lib/slipway/slipway.jsa "$work/out"
	}
	with_each_shell check
}

test_native_libraries_are_used_where_they_are() {
	check() {
		expect_status 0 slipway run
		expect_no_text library.path "$work/out"
		expect_no_text lib.path "$work/out"
	}
	with_each_shell check
	: >"$root/usr/lib/slipway/libsqlitejdbc.so"
	: >"$root/usr/lib/slipway/libjSerialComm.so"
	check() {
		expect_status 0 slipway run
		expect_line -Dorg.sqlite.lib.path=/usr/lib/slipway "$work/out"
		expect_line -DjSerialComm.library.path=/usr/lib/slipway "$work/out"
		expect_status 0 slipway doctor
		expect_line -Dorg.sqlite.lib.path=/usr/lib/slipway "$work/out"
		expect_line -DjSerialComm.library.path=/usr/lib/slipway "$work/out"
	}
	with_each_shell check
}

test_the_gateway_runs_with_one_arena_and_ends_without_memory() {
	check() {
		expect_status 0 slipway run --config /etc/config/slipway
		expect_line arenas=1 "$work/out"
		expect_line -Xss256k "$work/out"
		expect_line -Drx2.computation-threads=1 "$work/out"
		expect_line -XX:+ExitOnOutOfMemoryError "$work/out"
		expect_equal '-jar /usr/lib/slipway/slipway.jar run --config /etc/config/slipway ' \
			"$(tail -n 5 "$work/out" | tr '\n' ' ')"
	}
	with_each_shell check
}

test_short_commands_get_a_small_heap() {
	check() {
		for command in status check --version --help ''; do
			expect_status 0 slipway "$command"
			expect_line -Xmx8m "$work/out"
			expect_no_text io.netty "$work/out"
		done
		for command in run decode demo; do
			expect_status 0 slipway "$command"
			expect_line -Xmx20m "$work/out"
		done
	}
	with_each_shell check
}

test_without_a_command_the_program_gets_none() {
	check() {
		expect_status 0 slipway
		expect_equal /usr/lib/slipway/slipway.jar "$(tail -n 1 "$work/out")"
	}
	with_each_shell check
}

test_arguments_arrive_as_they_were_given() {
	check() {
		expect_status 0 slipway decode '/tmp/a file' '*' ''
		expect_equal '/tmp/a file|*||' "$(tail -n 3 "$work/out" | tr '\n' '|')"
	}
	with_each_shell check
}

test_further_options_come_last_and_are_no_patterns() {
	: >"$root/-Da=file"
	check() {
		on_router env 'SLIPWAY_JAVA_OPTS=-Xmx99m -Da=*' "$shell" /usr/bin/slipway run >"$work/out"
		expect_line '-Da=*' "$work/out"
		expect_equal -Xmx99m "$(grep '^-Xmx' "$work/out" | tail -n 1)"
	}
	with_each_shell check
}

test_options_can_stand_in_a_file_and_the_environment_wins() {
	mkdir -p "$root/etc/slipway"
	echo "SLIPWAY_JAVA_OPTS='-Xmx77m -Done=1'" >"$root/etc/slipway/java.env"
	check() {
		with=
		expect_status 0 slipway run
		expect_line -Xmx77m "$work/out"
		expect_line -Done=1 "$work/out"
		with=SLIPWAY_JAVA_OPTS=-Xmx88m
		expect_status 0 slipway run
		expect_line -Xmx88m "$work/out"
		expect_no_text -Done "$work/out"
	}
	with_each_shell check
}

# A Java that tells its process id, waits, and ends by SIGTERM with a status that nothing else has.
waiting_java() {
	cat >"$root/usr/lib/jvm/java/bin/java" <<-'END'
		#!/bin/sh
		trap 'exit 77' TERM
		echo $$ >/tmp/pid.new
		mv /tmp/pid.new /tmp/pid
		rounds=600
		while [ $((rounds -= 1)) -gt 0 ]; do
			sleep 0.1
		done
	END
}

test_the_shell_becomes_java_so_that_a_signal_reaches_it() {
	waiting_java
	check() {
		rm -f "$root/tmp/pid"
		# env and chroot replace themselves too, so $! is the wrapper.
		env -i PATH="$PATH" chroot "$root" "$shell" /usr/bin/slipway run &
		wrapper=$!
		trap 'kill "$wrapper" 2>/dev/null' EXIT
		wait_for test -s "$root/tmp/pid"
		expect_equal "$wrapper" "$(cat "$root/tmp/pid")"
		kill -TERM "$wrapper"
		status=0
		wait "$wrapper" || status=$?
		expect_equal 77 "$status"
		trap - EXIT
	}
	with_each_shell check
}

test_another_root_directory_can_be_named() {
	shell=$(command -v dash)
	expect_status 0 env SLIPWAY_ROOT="$root" SLIPWAY_JAVA=/bin/echo "$shell" "$root/usr/bin/slipway" run
	expect_text "-Xmx20m" "$work/out"
	expect_text "-jar $root/usr/lib/slipway/slipway.jar run" "$work/out"
}

# The kernel takes a short command before the gateway when memory runs out.
test_a_short_command_offers_itself_to_the_oom_killer() {
	make_java "$work/java"
	echo "cat /proc/\$\$/oom_score_adj" >>"$work/java"
	for shell in 'busybox ash' dash; do
		# shellcheck disable=SC2086
		expect_status 0 env SLIPWAY_ROOT="$root" SLIPWAY_JAVA="$work/java" $shell "$root/usr/bin/slipway" status
		expect_equal 900 "$(tail -n 1 "$work/out")"
		# shellcheck disable=SC2086
		expect_status 0 env SLIPWAY_ROOT="$root" SLIPWAY_JAVA="$work/java" $shell "$root/usr/bin/slipway" run
		expect_equal "$(cat /proc/self/oom_score_adj)" "$(tail -n 1 "$work/out")"
	done
}

# Where the tests run with SIGHUP ignored, as under nohup, no shell can take it back, and a command has what they have.
test_sighup_is_ignored_where_the_vm_may_not_know_it() {
	local here=0
	printf '#!/bin/sh\nkill -HUP $$\necho alive\n' >"$root/usr/lib/jvm/java/bin/java"
	"$root/usr/lib/jvm/java/bin/java" >"$work/out" || here=$?
	check() {
		expect_status "$here" slipway run
		mv "$root/usr/lib/jvm/java/lib/server/libjvm.so" "$work/libjvm.so"
		expect_status 0 slipway run
		expect_line alive "$work/out"
		expect_status "$here" slipway status
		mv "$work/libjvm.so" "$root/usr/lib/jvm/java/lib/server/libjvm.so"
	}
	with_each_shell check
}

# Somebody may source it in .profile for a bash that is not there.
test_a_shell_without_completion_reads_the_script_for_it_and_goes_on() {
	for shell in 'busybox ash' dash; do
		# shellcheck disable=SC2086
		expect_equal fine "$($shell -c ". '$project/rootfs-overlay/usr/share/bash-completion/completions/slipway'; echo fine" 2>&1)"
	done
}
