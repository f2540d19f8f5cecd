# shellcheck shell=bash
# The parts of a run share variables.
# shellcheck disable=SC2034,SC2154
# One emulated machine at a time: its disks, its start, commands in it, and its end, whatever happens.

# What differs between the machines.
machine_is() {
    machine=$1
    case $1 in
        mipsel)
            debian=mipsel kernel_flavour=4kc-malta natives_dir=mipsel natives_target=mipsel-linux-gnu
            qemu=qemu-system-mipsel qemu_package=qemu-system-mips console=ttyS0
            # The second UART is soldered to the board.
            radio=/dev/ttyS1
            radio_device=(-serial chardev:radio)
            cpu=${cpu:-34Kf}
            board=(-M malta -cpu "$cpu" -vga none)
            ;;
        armv7)
            debian=armhf kernel_flavour=armmp natives_dir=armv7 natives_target=arm-linux-gnueabihf
            qemu=qemu-system-arm qemu_package=qemu-system-arm console=ttyAMA0
            radio=/dev/ttyS0
            radio_device=(-device "pci-serial,chardev=radio")
            cpu=${cpu:-cortex-a7}
            board=(-M "virt,highmem=off" -cpu "$cpu")
            ;;
        *) fail "there is no machine '$1'; there are mipsel and armv7" ;;
    esac
}

# The radio as a USB stick in place of the soldered UART; the monitor knows it as stick.
radio_by_usb() {
    radio_device=(-device "usb-serial,chardev=radio,id=stick")
    [ "$machine" = mipsel ] || more_devices+=(-device qemu-xhci)
}

# A TCP port of this host on which nobody listens.
free_port() {
    local port
    while true; do
        port=$((20000 + RANDOM % 10000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo "$port"
}

# A disk for data: empty, and it stays over every boot of a test.
make_data_disk() {
    rm -f "$work/data.img"
    mke2fs -q -t ext4 "$work/data.img" "${1:-64}M" >/dev/null
}

disk() {
    echo "-drive file=$2,format=raw,if=none,id=$1,$3 -device virtio-blk-pci,drive=$1,serial=$1"
}

# Boots, with further arguments of the kernel. Returns when commands can be given. Malta gives an interrupt to four
# devices on its PCI bus and to no more: three disks and the network.
boot() {
    local disks
    [ -e "$work/product.img" ] || make_image "$work/product" "$work/product.img" 4
    lan_port=$(free_port)
    agent_port=$(free_port)
    disks="$(disk base "$base/base.img" readonly=on) $(disk product "$work/product.img" readonly=on)"
    disks+=" $(disk data "${data_disk:-$work/data.img}" "${data_cache:-cache=writeback}")"
    # One word an option.
    # shellcheck disable=SC2086
    "$qemu" "${board[@]}" -m "${memory:-128}" -kernel "$base/vmlinuz" -initrd "$base/initramfs" \
        -append "console=$console ieee754=relaxed quiet loglevel=4 panic=-1 $*" $disks -display none -no-reboot \
        -netdev "user,id=lan,hostfwd=tcp:127.0.0.1:$lan_port-:1883,hostfwd=tcp:127.0.0.1:$agent_port-:22" \
        -device virtio-net-pci,netdev=lan,romfile= \
        -monitor "unix:$work/monitor,server,nowait" \
        -chardev "file,id=console,path=$work/console.log,append=on" -serial chardev:console \
        -chardev "socket,id=radio,host=127.0.0.1,port=$mote_port,reconnect=1" \
        "${more_devices[@]}" "${radio_device[@]}" >>"$work/qemu.log" 2>&1 </dev/null &
    qemu_pid=$!
    wait_for 180 "the machine to take commands" guest_ready
}

guest_ready() {
    kill -0 "$qemu_pid" 2>/dev/null || fail "the emulator ended: $(cat "$work/qemu.log")"
    [ "$(echo 'echo up' | timeout -s KILL 5 socat -t 5 - "TCP:127.0.0.1:$agent_port" 2>/dev/null)" = up ]
}

# Runs a script in the machine, as root, within so many seconds; its output is this function's, and so is its status.
guest_within() {
    local seconds=$(($1 * ${SLIPWAY_PATIENCE:-1})) answer
    shift
    answer=$(printf '(\n%s\n) </dev/null\necho "=$?"\n' "$*" \
        | timeout -s KILL "$seconds" socat -t "$seconds" - "TCP:127.0.0.1:$agent_port") \
        || fail "no answer from the machine within $seconds s: $*"
    case $answer in
        *=[0-9]*) ;;
        *) fail "the machine broke off: $* said $answer" ;;
    esac
    answer=${answer%$'\n'}
    echo -n "${answer%=*}"
    return "${answer##*=}"
}

guest() {
    guest_within 60 "$@"
}

monitor() {
    echo "$*" | timeout -s KILL 10 socat -t 2 - "UNIX-CONNECT:$work/monitor" >>"$work/monitor.log"
}

# As when the plug is pulled.
cut_power() {
    [ -n "${qemu_pid:-}" ] || return 0
    kill -KILL "$qemu_pid" 2>/dev/null || true
    wait "$qemu_pid" 2>/dev/null || true
    qemu_pid=
}

# As a router is told to: init stops the services.
power_off() {
    guest 'poweroff' || true
    wait_for 60 "the machine to be off" is_off
    qemu_pid=
}

is_off() {
    ! kill -0 "$qemu_pid" 2>/dev/null
}
