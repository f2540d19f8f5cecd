# shellcheck shell=bash
# What the numbered tests have in common: waiting, failing, and the peers of the gateway on the host, which are a mote
# on the other end of the machine's UART, clients on its LAN and a broker in its cloud.

# One line for the summary.
saw() {
    echo "$*" >"$work/saw"
}

# Waits until a command succeeds, at most so many seconds.
wait_for() {
    local seconds=$1 what=$2 end
    shift 2
    end=$((SECONDS + seconds))
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || fail "waited ${seconds} s for $what"
        sleep 0.1
    done
}

java_host() {
    java -XX:TieredStopAtLevel=1 -cp "target/test-classes:target/classes" "$@"
}

# The mote listens; the emulator's UART comes to it. Commands go to file descriptor 8, what it says is in mote.log.
start_mote() {
    mote_port=$(free_port)
    rm -f "$work/mote"
    mkfifo "$work/mote"
    java_host io.slipway.device.Mote "$mote_port" <"$work/mote" >"$work/mote.log" 2>&1 &
    helpers+=($!)
    exec 8>"$work/mote"
    wait_for 20 "the mote" grep -q listens "$work/mote.log"
}

mote() {
    echo "$*" >&8
}

# A subscriber to the gateway's broker; each line is a topic, a space, the payload.
start_lan() {
    wait_for "${1:-120}" "the broker on the LAN" lan_answers
    mosquitto_sub -h 127.0.0.1 -p "$lan_port" -q 1 -i lan -t 'slipway/#' -v >>"$work/lan.log" 2>>"$work/lan.err" &
    helpers+=($!)
}

lan_answers() {
    mosquitto_sub -h 127.0.0.1 -p "$lan_port" -t 'slipway/gw-01/state' -C 1 -W 2 >/dev/null 2>&1
}

# The values that a log of readings has, in the order in which they came.
lan_values() {
    sed -n 's|^slipway/gw-01/[0-9a-f]*/up/[^ ]* .*"value":\([0-9.]*\).*|\1|p' "$work/lan.log"
}

lan_has() {
    lan_values | grep -qx "$1"
}

clean_up() {
    local status=$? pid
    trap - EXIT
    cut_power
    for pid in "${helpers[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
    for pid in "${helpers[@]}"; do
        wait "$pid" 2>/dev/null || true
    done
    exit "$status"
}

# What this shell starts from here on ends with it, whatever happens.
end_with_shell() {
    helpers=()
    more_devices=()
    qemu_pid=
    trap clean_up EXIT
    trap 'exit 143' TERM
    trap 'exit 130' INT
}

# The gateway's configuration: its UART, its broker open to the LAN, and what further sections a test wants.
make_config() {
    cat >"$work/config" <<END
config gateway
	option id 'gw-01'
	option data_dir '/srv/slipway'
config mesh 'mesh0'
	option link 'serial:${link_device:-$radio}?baud=115200'
config broker
	option listen '0.0.0.0:1883'
	option allow_anonymous '1'
$*
END
}
