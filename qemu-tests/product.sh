# shellcheck shell=bash
# The parts of a run share variables.
# shellcheck disable=SC2034,SC2154
# The product as a small disk of its own, made anew for each test.

# A router's own part, with the given configuration: what docs/openwrt.md says, beside a stand-in for procd that runs
# what it is told. Booting makes an image of the directory.
make_product() {
    local dir=$work/product config=$1
    rm -rf "$dir"
    mkdir -p "$dir"/{etc/init.d,etc/rc.d,usr/lib/slipway,qemu,lib/functions,sbin}
    cp -R rootfs-overlay/. "$dir/"
    install -m 755 init-scripts/slipway.init "$dir/etc/init.d/slipway"
    ln -s ../init.d/slipway "$dir/etc/rc.d/S99slipway"
    ln -s ../init.d/slipway "$dir/etc/rc.d/K10slipway"
    install -m 600 "$config" "$dir/etc/config/slipway"
    install -m 644 "$run_dir/slipway.jar" "$dir/usr/lib/slipway/"
    install -m 644 "$run_dir/$natives_dir"/*.so "$dir/usr/lib/slipway/"
    install -m 755 init-scripts/tests/openwrt/etc/rc.common "$dir/etc/"
    cp -R init-scripts/tests/openwrt/lib/. "$dir/lib/"
    install -m 755 qemu-tests/guest/{rcS,rcK,procd,agent,hotplug} "$dir/qemu/"
    install -m 644 qemu-tests/guest/inittab "$dir/etc/"
    chown -R root:root "$dir"
}
