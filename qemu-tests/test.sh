# shellcheck shell=bash
# The parts of a run share variables.
# shellcheck disable=SC2034,SC2119,SC2154
# What the numbered tests have in common: waiting, failing, and the peers of the gateway on the host, which are a mote
# on the other end of the machine's UART, clients on its LAN and a broker in its cloud.

# One line for the summary.
saw() {
    echo "$*" >"$work/saw"
}

# Waits until a command succeeds, at most so many seconds, times SLIPWAY_PATIENCE on a host that is slow.
wait_for() {
    local seconds=$(($1 * ${SLIPWAY_PATIENCE:-1})) what=$2 end
    shift 2
    end=$((SECONDS + seconds))
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || fail "waited ${seconds} s for $what"
        sleep 0.1
    done
}

java_host() {
    java -XX:TieredStopAtLevel=1 -cp "$run_dir/test-classes:$run_dir/classes:$run_dir/test-libraries/*" "$@"
}

# The mote listens; the emulator's UART comes to it. Commands go to file descriptor 8, what it says is in mote.log.
start_mote() {
    mote_port=$(free_port)
    rm -f "$work/mote"
    mkfifo "$work/mote"
    java_host io.slipway.system.Mote "$mote_port" <"$work/mote" >"$work/mote.log" 2>&1 &
    mote_pid=$!
    helpers+=("$mote_pid")
    exec 8>"$work/mote"
    wait_for 20 "the mote" grep -q listens "$work/mote.log"
}

# A mote that has lost its power with the rest.
restart_mote() {
    exec 8>&-
    kill "$mote_pid"
    wait "$mote_pid" 2>/dev/null || true
    start_mote
}

mote() {
    echo "$*" >&8
}

# How often it did not understand what it was sent.
mote_errors() {
    local answers
    answers=$(grep -c '^errors' "$work/mote.log") || true
    mote errors
    wait_for 10 "the mote's count" mote_answers "$((answers + 1))"
    sed -n 's/^errors //p' "$work/mote.log" | tail -n 1
}

mote_answers() {
    [ "$(grep -c '^errors' "$work/mote.log")" -ge "$1" ]
}

# A subscriber to the gateway's broker; each line is a topic, a space, the payload.
start_lan() {
    wait_for 300 "the broker on the LAN" lan_answers
    : >>"$work/lan.log"
    mosquitto_sub -h 127.0.0.1 -p "$lan_port" -q 1 -i lan -t 'slipway/#' -v >>"$work/lan.log" 2>>"$work/lan.err" &
    helpers+=($!)
    wait_for 30 "the subscriber" grep -q "slipway/$gateway_id/state" "$work/lan.log"
}

lan_answers() {
    mosquitto_sub -h 127.0.0.1 -p "$lan_port" -t "slipway/$gateway_id/state" -C 1 -W 5 >/dev/null 2>&1
}

# The values of the readings on the LAN, in the order in which they came.
lan_values() {
    sed -n 's|^slipway/[^ ]*/up/[^ ]* .*"value":\([0-9.]*\)}$|\1|p' "$work/lan.log"
}

lan_has_beyond() {
    local last
    last=$(lan_values | tail -n 1)
    [ "${last:-0}" -ge "$1" ]
}

# Identity and value of each.
lan_readings() {
    sed -n 's|^slipway/[^ ]*/up/[^ ]* {"id":"\([^"]*\)".*"value":\([0-9.]*\)}$|\1 \2|p' "$work/lan.log"
}

# Not with grep -q, here and below: it ends at the first match, and whoever still writes to it then fails.
lan_has() {
    lan_values | grep -x "$1" >/dev/null
}

# A broker in the cloud, the same place each time, and a subscriber to it.
start_cloud() {
    cloud_port=${cloud_port:-$(free_port)}
    printf 'listener %s 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n' "$cloud_port" >"$work/cloud.conf"
    mosquitto -c "$work/cloud.conf" >>"$work/cloud.err" 2>&1 &
    cloud_pid=$!
    helpers+=("$cloud_pid")
    wait_for 20 "the broker in the cloud" nothing_wrong_with_cloud
    : >>"$work/cloud.log"
    mosquitto_sub -h 127.0.0.1 -p "$cloud_port" -q 1 -i watch -t 'slipway/#' -v >>"$work/cloud.log" 2>>"$work/cloud.err" &
    helpers+=($!)
}

nothing_wrong_with_cloud() {
    mosquitto_pub -h 127.0.0.1 -p "$cloud_port" -t test -n 2>/dev/null
}

stop_cloud() {
    kill -KILL "$cloud_pid"
    wait "$cloud_pid" 2>/dev/null || true
}

# The host as the machine sees it.
cloud_section() {
    printf "config upstream 'cloud'\n\toption url 'mqtt://10.0.2.2:%s'\n\toption format 'senml+json'\n" "$cloud_port"
}

# Identity and value of each reading in the batches that came.
cloud_readings() {
    grep '/batch ' "$work/cloud.log" | awk '{
        sub(/^[^ ]* /, "")
        count = split($0, records, "{")
        for (i = 2; i <= count; i++) {
            if (match(records[i], /"bn":"[^"]*"/)) base = substr(records[i], RSTART + 6, RLENGTH - 7)
            if (match(records[i], /"epoch":"[^"]*"/)) epoch = substr(records[i], RSTART + 9, RLENGTH - 10)
            if (match(records[i], /"seq":[0-9]*/)) seq = substr(records[i], RSTART + 6, RLENGTH - 6)
            if (match(records[i], /"v":[0-9.]*/)) print base epoch "/" seq " " substr(records[i], RSTART + 4, RLENGTH - 4)
        }
    }'
}

cloud_values() {
    cloud_readings | cut -d ' ' -f 2
}

cloud_has() {
    cloud_values | grep -x "$1" >/dev/null
}

cloud_has_beyond() {
    local last
    last=$(cloud_values | sort -n | tail -n 1)
    [ "${last:-0}" -ge "$1" ]
}

# Puts a disk in the data disk's place that loses with the power what was not flushed. A line on file descriptor 7 ends
# it some writes later.
start_volatile_disk() {
    local port
    port=$(free_port)
    [ ! -e "$work/disk.log" ] || mv "$work/disk.log" "$work/disk.log.$SECONDS"
    rm -f "$work/disk"
    mkfifo "$work/disk"
    java_host io.slipway.system.VolatileDisk "$port" "$work/data.img" "$1" <"$work/disk" >"$work/disk.log" 2>&1 &
    helpers+=($!)
    exec 7>"$work/disk"
    wait_for 20 "the disk" grep -q listens "$work/disk.log"
    data_disk=nbd://127.0.0.1:$port
}

# What the gateway says of itself.
status_has() {
    guest 'slipway status' | grep "$1" >/dev/null
}

counter() {
    local text
    text=$(guest 'slipway status')
    sed -n "s/^ *$1 \([0-9]*\)$/\1/p" <<<"$text"
}

epoch() {
    local text
    text=$(guest 'slipway status')
    sed -n 's/.*, epoch \([^,]*\),.*/\1/p' <<<"$text"
}

committed_at_least() {
    local count
    count=$(counter store_committed)
    [ "${count:-0}" -ge "$1" ]
}

all_acknowledged() {
    status_has "readings: $1 accepted, $1 committed, $1 acknowledged"
}

# Identity and value of each reading in the database of a machine that is off.
stored() {
    local image=$work/checked.img
    cp --sparse=always "$work/data.img" "$image"
    # Replays the journal, as the next boot would, and says no word when all is well.
    e2fsck -fy "$image" >"$work/fsck.log" 2>&1 || [ $? -eq 1 ] || fail "the file system is damaged: $(cat "$work/fsck.log")"
    rm -rf "$work/files"
    mkdir "$work/files"
    debugfs -R "rdump /slipway $work/files" "$image" >/dev/null 2>&1
    java_host io.slipway.system.StoredReadings "$work/files/slipway"
}

# What a machine that failed a test has to say, while it runs.
last_words() {
    [ -n "$qemu_pid" ] && kill -0 "$qemu_pid" || return 0
    (guest 'slipway status; free; df /srv; ps | grep -v "\["' >"$work/status.log" 2>&1)
}

clean_up() {
    local status=$? pid
    trap - EXIT
    [ "$status" -eq 0 ] || last_words || true
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
    gateway_id=gw-01
    trap clean_up EXIT
    trap 'exit 143' TERM
    trap 'exit 130' INT
}

# The gateway's configuration: its UART, its broker open to the LAN, and what further sections a test wants.
make_config() {
    cat >"$work/config" <<END
config gateway
	option id '$gateway_id'
	option data_dir '/srv/slipway'
config mesh 'mesh0'
	option link 'serial:${link_device:-$radio}?baud=115200'
config broker
	option listen '0.0.0.0:1883'
	option allow_anonymous '1'
$*
END
}

# A machine that has never been on, with a mote on its UART.
make_machine() {
    make_data_disk "${data_size:-64}"
    make_config "$*"
    make_product "$work/config"
    start_mote
}
