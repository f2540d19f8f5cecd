# shellcheck shell=bash
# The parts of a run share variables.
# shellcheck disable=SC2034,SC2154
# What a machine boots from: kernel, initramfs, and Debian's JVM, busybox and libraries as one image, which is kept in
# the cache under a hash of what it is made from.

# What the base is made from, apart from the packages' versions: a newer Debian alone builds nothing anew.
base_hash() {
    {
        echo "$machine"
        sha256sum qemu-tests/base.sh qemu-tests/guest/init
    } | sha256sum | cut -c 1-16
}

# The Debian mirror that this machine uses.
mirror() {
    # apt's own placeholder.
    # shellcheck disable=SC2016
    apt-get indextargets --format '$(REPO_URI)' | grep -v security | head -n 1
}

# apt for the other machine, with lists and a state of its own: this machine's stay as they are.
foreign_apt() {
    local command=$1 dir=$scratch/apt
    shift
    "$command" -o Dir::Etc::sourcelist="$dir/sources.list" -o Dir::Etc::sourceparts=- -o Dir::Cache="$dir" \
        -o Dir::State::lists="$dir/lists" -o Dir::State::status="$dir/status" -o APT::Architecture="$debian" \
        -o APT::Architectures::="$debian" -o APT::Sandbox::User=root "$@"
}

# Debian's packages with all that they depend on, downloaded and not configured: a postinst for another machine cannot
# run here.
fetch_packages() {
    local dir=$scratch/apt from kernel
    from=$(mirror)
    [ -n "$from" ] || fail "apt knows no Debian mirror"
    mkdir -p "$dir/lists/partial" "$dir/archives/partial" "$scratch/kernel"
    : >"$dir/status"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $from bookworm main" >"$dir/sources.list"
    foreign_apt apt-get -qq update
    foreign_apt apt-get -qq --no-install-recommends --download-only install "$@"
    [ -n "$kernel_flavour" ] || return 0
    kernel=$(foreign_apt apt-cache depends "linux-image-$kernel_flavour" | sed -n 's/.*Depends: \(linux-image-.*\)/\1/p')
    [ -n "$kernel" ] || fail "Debian has no kernel $kernel_flavour for $debian"
    (cd "$scratch/kernel" && foreign_apt apt-get -qq download "$kernel")
}

# What was fetched, without what is only to be read by people.
unpack_packages() {
    local package
    mkdir -p "$1"
    for package in "$scratch"/apt/archives/*.deb; do
        dpkg-deb -x "$package" "$1"
    done
    rm -rf "$1"/usr/share/{doc,man,locale,fonts,lintian,bash-completion,alsa,info}
}

# The root directory: every package, and one busybox under all its names.
make_root() {
    local root=$1 applet
    unpack_packages "$root"
    rm -rf "${root:?}"/etc/init.d/* "$root/lib/systemd" "$root/etc/mosquitto/conf.d"
    mkdir -p "$root"/{dev,proc,sys,tmp,srv,root,usr/bin,usr/sbin,sbin}
    for applet in $(busybox --list); do
        case $applet in
            busybox | mke2fs | dpkg | dpkg-deb) continue ;;
        esac
        # A program that is there already stays.
        [ -e "$root/bin/$applet" ] || [ -e "$root/usr/bin/$applet" ] || [ -e "$root/sbin/$applet" ] \
            || [ -e "$root/usr/sbin/$applet" ] || ln -s busybox "$root/bin/$applet"
    done
    ln -sf /bin/busybox "$root/sbin/init"
    rm -rf "${root:?}/var"
    ln -s tmp "$root/var"
    printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$root/etc/passwd"
    printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
    printf 'root:*:0:0:99999:7:::\n' >"$root/etc/shadow"
    printf '127.0.0.1 localhost\n::1 localhost\n' >"$root/etc/hosts"
}

# A kernel's modules that a router of this kind would have built in, with what they need.
make_initramfs() {
    local dir=$scratch/initramfs kernel=$scratch/kernel/root version module
    version=$(basename "$kernel"/lib/modules/*)
    busybox depmod -b "$kernel" "$version" 2>/dev/null
    mkdir -p "$dir"/{bin,dev,proc,sys,base,product,data,upper,new}
    cp "$1/bin/busybox" "$dir/bin/"
    install -m 755 qemu-tests/guest/init "$dir/init"
    sed -n 's/^modules="\(.*\)"$/\1/p' qemu-tests/guest/init | tr ' ' '\n' | while read -r module; do
        copy_module "$module"
    done
    busybox depmod -b "$dir" "$version" 2>/dev/null
    (cd "$dir" && find . | busybox cpio -o -H newc 2>/dev/null) | gzip -1
}

# With what the kernel's own list says that it needs.
copy_module() {
    local path
    sed -n "s|^\(kernel/.*/$1\.ko\): *|\1 |p" "$kernel/lib/modules/$version/modules.dep" | tr ' ' '\n' \
        | while read -r path; do
            [ -z "$path" ] || (cd "$kernel" && cp --parents "lib/modules/$version/$path" "$dir/")
        done
}

# An ext4 image of a directory, with room for as many megabytes more.
make_image() {
    local dir=$1 image=$2 room=$3 size
    size=$(($(du -sm "$dir" | cut -f 1) * 9 / 8 + room))
    rm -f "$image"
    mke2fs -q -t ext4 -d "$dir" "$image" "${size}M" >/dev/null
}

# Sets base to the directory with vmlinuz, initramfs and base.img, made if there is none.
find_base() {
    local out
    base=$cache/qemu/$machine-$(base_hash)
    [ ! -d "$base" ] || return 0
    [ "$(id -u)" -eq 0 ] || fail "the base image is made by root: its files belong to root; run this as root once"
    echo "== $machine: making the base image"
    scratch=$(mktemp -d "$cache/work.XXXXXX")
    out=$scratch/out
    mkdir -p "$out"
    fetch_packages openjdk-17-jre-headless busybox-static util-linux mosquitto socat openssl
    make_root "$scratch/root"
    mkdir "$scratch/kernel/root"
    dpkg-deb -x "$scratch"/kernel/*.deb "$scratch/kernel/root"
    cp "$scratch"/kernel/root/boot/vmlinuz-* "$out/vmlinuz"
    make_initramfs "$scratch/root" >"$out/initramfs"
    make_image "$scratch/root" "$out/base.img" 16
    mkdir -p "$cache/qemu"
    mv -T "$out" "$base"
    rm -rf "$scratch"
    echo "== $machine: $(du -sh "$base" | cut -f 1) in $base"
}
