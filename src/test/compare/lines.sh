# shellcheck shell=bash
# Machines of a LAN, each a network namespace cmp1, cmp2 … with the address 10.99.0.1, 10.99.0.2 …, and a switch between
# them; and what is measured of them. The script that reads this sets nodes, and has a function 'held', which says how
# many readings a node has.

work=$(mktemp -d)
pids=()

# shellcheck disable=SC2154
end() {
    local i
    for i in "${pids[@]}"; do
        kill "$i" 2>/dev/null || true
    done
    # A namespace lives as long as a process in it.
    wait
    for ((i = 1; i <= nodes; i++)); do
        ip netns del "cmp$i" 2>/dev/null || true
        ip link del "cmp$i" 2>/dev/null || true
    done
    ip link del cmpbr 2>/dev/null || true
    rm -rf "$work"
}
trap end EXIT

ip link add cmpbr type bridge
ip link set cmpbr up
for ((i = 1; i <= nodes; i++)); do
    ip netns add "cmp$i"
    ip link add "cmp$i" type veth peer name eth0 netns "cmp$i"
    ip link set "cmp$i" master cmpbr up
    ip -n "cmp$i" addr add "10.99.0.$i/24" dev eth0
    ip -n "cmp$i" link set eth0 up
    ip -n "cmp$i" link set lo up
done

# Bytes that all nodes sent.
wire() {
    local sum=0 i bytes
    for ((i = 1; i <= nodes; i++)); do
        bytes=$(cat "/sys/class/net/cmp$i/statistics/rx_bytes")
        sum=$((sum + bytes))
    done
    echo "$sum"
}

# Waits until every node holds that many readings.
await() {
    local i deadline=$((SECONDS + ${patience:-180}))
    for ((i = 1; i <= nodes; i++)); do
        until [ "$(held "$i")" = "$1" ]; do
            [ "$SECONDS" -lt "$deadline" ] || { echo "node $i has $(held "$i") of $1" >&2; exit 1; }
            sleep 0.05
        done
    done
}

# Up or down: the plugs of all nodes.
links() {
    local i
    for ((i = 1; i <= nodes; i++)); do
        ip link set "cmp$i" "$1"
    done
}

# Writes while all lines are up, and while all are down, and says what it took until all nodes had all of it. With a
# function 'write', which writes so many readings at a node and returns when they are durable there.
# shellcheck disable=SC2154
measure() {
    local i began healed
    began=$(wire)
    for ((i = 1; i <= nodes; i++)); do
        write "$i" "$readings"
    done
    await $((nodes * readings))
    echo "with all lines up: $((($(wire) - began) * 10 / (nodes * readings * (nodes - 1)))) tenths of a byte on the" \
        "wire for a reading and receiver"
    links down
    for ((i = 1; i <= nodes; i++)); do
        write "$i" "$readings"
    done
    began=$(wire)
    links up
    healed=$(date +%s%N)
    await $((2 * nodes * readings))
    echo "after the cut: $nodes times $readings readings everywhere in $((($(date +%s%N) - healed) / 1000000)) ms," \
        "$((($(wire) - began) * 10 / (nodes * readings * (nodes - 1)))) tenths of a byte for a reading and receiver"
    for ((i = 1; i <= nodes; i++)); do
        echo "node $i: $(sed -n 's/^VmRSS:[^0-9]*//p' "/proc/${pids[$((i - 1))]}/status") resident with" \
            "$(held "$i") readings"
    done
}
