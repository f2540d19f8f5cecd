# shellcheck shell=bash
# The parts of a run share variables.
# shellcheck disable=SC2034,SC2154
# What every run begins with: the machine that is asked for, its base, the product, and a directory for the run. Sourced
# in the root of the checkout with the arguments [--cpu MODEL] MACHINE; sets machine, work directories and the rest.

readonly cache=${XDG_CACHE_HOME:-$HOME/.cache}/slipway

fail() {
    echo "qemu-tests: $*" >&2
    exit 1
}

# shellcheck source=qemu-tests/base.sh
. qemu-tests/base.sh
# shellcheck source=qemu-tests/product.sh
. qemu-tests/product.sh
# shellcheck source=qemu-tests/machine.sh
. qemu-tests/machine.sh
# shellcheck source=qemu-tests/units.sh
. qemu-tests/units.sh
# shellcheck source=qemu-tests/test.sh
. qemu-tests/test.sh

# One run at a time installs, fetches and builds: two machines may be tested side by side.
begin_preparing() {
    mkdir -p "$cache"
    exec 9>"$cache/qemu.lock"
    flock -w 1800 9 || fail "another run prepares for half an hour"
}

end_preparing() {
    exec 9>&-
}

# Everything that is missing is installed, fetched, built; what is there is left as it is.
prepare() {
    begin_preparing
    .ci/setup "$qemu_package=$qemu" busybox=busybox e2fsprogs=/usr/sbin/mke2fs \
        debian-archive-keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    PATH=$PATH:/usr/sbin:/sbin
    find_base
    build_product
    fetch_launcher
    run_dir=$(mktemp -d "${TMPDIR:-/tmp}/slipway-qemu.XXXXXX")
    readonly run_dir
    trap 'rm -rf "$run_dir"' EXIT
    trap 'exit 143' TERM
    # Another build may begin while this runs.
    cp -R target/slipway.jar target/slipway-all.jar target/classes target/test-classes target/test-libraries \
        "target/natives/Linux/$natives_dir" "$run_dir/"
    end_preparing
}

# The jar, the natives, and what the tests' classes need beside the product's.
build_product() {
    [ -f "target/natives/Linux/$natives_dir/libsqlitejdbc.so" ] || toolchains/build "$natives_target"
    if [ ! -f target/slipway.jar ] || [ -n "$(find pom.xml src -newer target/slipway.jar -print -quit)" ]; then
        mvn -B -ntp -q -DskipTests package
    fi
    if [ ! -d target/test-libraries ] || [ -n "$(find pom.xml -newer target/test-libraries)" ]; then
        mvn -B -ntp -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DincludeScope=test \
            -DoutputDirectory="$PWD/target/test-libraries"
        touch target/test-libraries
    fi
    [ target/slipway-all.jar -nt target/slipway.jar ] || build_one_jar
}

# The jar for every router; toolchains/build has what was built before in its cache.
build_one_jar() {
    toolchains/build host mipsel-linux-gnu arm-linux-gnueabihf
    mvn -B -ntp -q antrun:run@one-jar
}

# What the last lines of a machine and of its peers say.
show_logs() {
    local file
    for file in console.log status.log qemu.log mote.log lan.log cloud.log; do
        [ ! -s "$1/$file" ] || { echo "---- $file, its last lines:"; tail -n 40 "$1/$file" | cut -c 1-200; } >&2
    done
}
