# shellcheck shell=dash disable=SC2154,SC2317
# The wrapper with the real jar on every real Java of this machine, and the sample configuration.

sample=$project/rootfs-overlay/etc/config/slipway

# Calls the function with each Java as $java; at least one must be there.
with_each_java() {
	local found=
	cp "$jar" "$root/usr/lib/slipway/slipway.jar"
	for java in "$(command -v java || true)" /usr/lib/jvm/*/bin/java; do
		# Debian has the same Java under two names.
		if [ ! -x "$java" ] || [ -L "${java%/bin/java}" ]; then
			continue
		fi
		found=1
		echo "with $java"
		"$1"
	done
	[ -n "$found" ] || fail 'no Java was found'
}

slipway() {
	env SLIPWAY_ROOT="$root" SLIPWAY_JAVA="$java" busybox ash "$root/usr/bin/slipway" "$@"
}

gateway_config() {
	cat >"$work/config" <<-END
		config gateway
			option id 'gw-01'
			option data_dir '$work/data'
		config mesh
			option link 'tcp://127.0.0.1:1'
		config broker
			option listen '127.0.0.1:0'
	END
	chmod 0600 "$work/config"
	rm -rf "$work/data"
}

test_the_version_is_told() {
	check() {
		expect_status 0 slipway --version
		grep -qxE 'slipway [0-9]+\.[0-9]+\.[0-9]+' "$work/out" || { cat "$work/out"; fail 'no version'; }
	}
	with_each_java check
}

test_the_sample_configuration_is_good() {
	check() {
		expect_status 0 slipway check "$root/etc/config/slipway"
		expect_equal '' "$(grep -v '^WARNING:' "$work/err" || true)"
		expect_text 'gateway gw-000000000000, not enabled' "$work/out"
	}
	with_each_java check
}

# Nobody who takes a # away is told that the option is unknown.
test_the_sample_configuration_is_good_without_its_comment_signs() {
	echo 'alice:' >"$work/secret"
	chmod 0600 "$work/secret"
	sed -E "s|^([[:space:]]*)#(config\|option\|list) |\1\2 |; s|'/etc/slipway/[a-z-]*'|'$work/secret'|" "$sample" \
		>"$work/config"
	expect_text 'config upstream' "$work/config"
	chmod 0600 "$work/config"
	check() {
		expect_status 0 slipway check "$work/config"
		expect_text 'upstream cloud connects to cloud.example:8883 with TLS' "$work/out"
		expect_text 'ingest takes sensors/+/temperature' "$work/out"
	}
	with_each_java check
}

# Each value in the sample, commented out or not, is the default that the documentation gives, where it gives one.
test_the_sample_configuration_and_the_documentation_agree() {
	awk -F '|' '
		/^## config / { section = $0; sub(/^## config /, "", section); sub(/ .*/, "", section) }
		/^\| `/ { gsub(/[ `]/, "", $2); gsub(/[ `]/, "", $4); print section, $2, $4 }
	' "$project/docs/configuration.md" >"$work/documented"
	awk '
		{ sub(/^[ \t]*#?/, "") }
		/^config / { section = $2 }
		/^(option|list) / { value = $3; gsub(/\047/, "", value); print section, $2, value }
	' "$sample" >"$work/sample"
	checked=0
	while read -r section option value; do
		line=$(grep "^$section $option " "$work/documented") || fail "not documented: $section.$option"
		default=${line#"$section $option "}
		case $section.$option in
			# Off in an image until somebody has configured it.
			gateway.enabled) continue ;;
		esac
		case $default in
			'' | required) ;;
			*)
				expect_equal "$section.$option $default" "$section.$option $value"
				checked=$((checked + 1))
				;;
		esac
	done <"$work/sample"
	[ "$checked" -ge 8 ] || fail "only $checked defaults were found"
}

test_a_gateway_runs_and_ends_by_sigterm() {
	check() {
		gateway_config
		# That of the Java before must not be taken for this one's.
		: >"$work/log"
		slipway run --config "$work/config" 2>"$work/log" &
		gateway=$!
		trap 'kill -9 "$gateway" 2>/dev/null' EXIT
		wait_for grep -q 'Gateway gw-01 runs' "$work/log"
		expect_equal "$(readlink -f "$java")" "$(readlink -f "/proc/$gateway/exe")"
		expect_status 0 slipway status --config "$work/config"
		expect_text gw-01 "$work/out"
		kill -TERM "$gateway"
		status=0
		wait "$gateway" || status=$?
		trap - EXIT
		expect_equal 143 "$status"
		expect_text 'store: closed' "$work/log"
	}
	# The function that is started in the background must become the gateway itself.
	slipway() {
		if [ "$1" = run ]; then
			SLIPWAY_ROOT=$root SLIPWAY_JAVA=$java exec busybox ash "$root/usr/bin/slipway" "$@"
		fi
		env SLIPWAY_ROOT="$root" SLIPWAY_JAVA="$java" busybox ash "$root/usr/bin/slipway" "$@"
	}
	with_each_java check
}

test_every_flag_is_one_that_the_vm_knows() {
	check() {
		gateway_config
		# A port that is no number: run ends by itself, after the VM has taken all its flags.
		echo "	option max_connections 'x'" >>"$work/config"
		: >"$root/usr/lib/slipway/slipway.jsa"
		expect_status 2 env SLIPWAY_JAVA_OPTS=-XX:-IgnoreUnrecognizedVMOptions SLIPWAY_ROOT="$root" \
			SLIPWAY_JAVA="$java" busybox ash "$root/usr/bin/slipway" run --config "$work/config"
		expect_text max_connections "$work/err"
	}
	with_each_java check
}

# As docs/openwrt.md says how to make one.
test_an_archive_of_classes_is_made_and_used() {
	check() {
		rm -f "$root/usr/lib/slipway/slipway.jsa"
		expect_status 0 env SLIPWAY_JAVA_OPTS="-XX:ArchiveClassesAtExit=$root/usr/lib/slipway/slipway.jsa" \
			SLIPWAY_ROOT="$root" SLIPWAY_JAVA="$java" busybox ash "$root/usr/bin/slipway" demo --seconds 5
		[ -s "$root/usr/lib/slipway/slipway.jsa" ] || { cat "$work/err"; fail 'no archive was made'; }
		expect_status 0 env SLIPWAY_JAVA_OPTS=-Xlog:class+load SLIPWAY_ROOT="$root" SLIPWAY_JAVA="$java" \
			busybox ash "$root/usr/bin/slipway" check "$root/etc/config/slipway"
		expect_text 'io.slipway.config.StoreConfig source: shared objects file (top)' "$work/out"
	}
	with_each_java check
}
