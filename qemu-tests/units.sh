# shellcheck shell=bash
# The parts of a run share variables.
# shellcheck disable=SC2034,SC2154
# The unit tests in a form that a machine without Maven can run.

# Class and reason. What is not here runs.
skipped_classes() {
    cat <<'END'
io.slipway.ArchitectureTest says nothing about a machine: it looks at the imports of class files
END
}

# Arguments of JUnit's launcher.
test_selection() {
    local class reason
    echo "--scan-class-path=target/test-classes --include-classname=.*Test"
    while read -r class reason; do
        echo "--exclude-classname=$class"
    done < <(skipped_classes)
    [ -z "${SLIPWAY_TESTS:-}" ] || echo "--include-classname=$SLIPWAY_TESTS"
}

# The launcher, of the version that the pom has of JUnit.
fetch_launcher() {
    local version
    version=$(sed -n 's|.*<junit.version>5\.\(.*\)</junit.version>.*|1.\1|p' pom.xml)
    [ -f "target/junit-platform-console-standalone-$version.jar" ] \
        || mvn -B -ntp -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy -DoutputDirectory="$PWD/target" \
            -Dartifact="org.junit.platform:junit-platform-console-standalone:$version"
    launcher=target/junit-platform-console-standalone-$version.jar
}

# Into a directory: what the tests read, all of it out of the checkout, and the classes. The launcher brings JUnit.
copy_tests() {
    local dir=$1
    fetch_launcher
    mkdir -p "$dir/target"
    git ls-files -z | xargs -0 cp --parents -t "$dir"
    cp -R "$run_dir/classes" "$run_dir/test-classes" "$dir/target/"
    mkdir "$dir/target/test-libraries"
    find "$run_dir/test-libraries" -name '*.jar' ! -name 'junit-*' ! -name 'archunit*' \
        -exec cp -t "$dir/target/test-libraries" {} +
    cp "$launcher" "$dir/junit.jar"
}
