# shellcheck shell=bash
# The parts of a run share variables.
# shellcheck disable=SC2034,SC2154
# The unit tests in a form that a machine without Maven can run: one jar of the classes and all that they need beside
# JUnit, for an interpreter takes minutes to look through fifty; the files that they read; and the launcher.

# Class or class#method, and reason. What is not here runs.
skipped_tests() {
    cat <<'END'
io.slipway.ArchitectureTest says nothing about a machine: it looks at the imports of class files
END
    tests_naming "mosquitto_(pub|sub|passwd)|coap-(server|client)-notls|require\('mqtt'\)" \
        "starts mosquitto's, libcoap's or MQTT.js' clients, which the machine lacks"
    tests_naming 'io/slipway/testing/(FailingDisk|Postgres)' 'needs a compiler or PostgreSQL, which the machine lacks'
    [ -n "${SLIPWAY_ALL_TESTS:-}" ] || left_for_time
    [ "$machine" != mipsel ] || slow_tests
}

# The classes of tests in whose code one of these words stands, each with the reason.
tests_naming() {
    { grep -rlaE --include='*Test.class' --include='*Test$*.class' -e "$1" "$run_dir/test-classes" || [ $? -eq 1 ]; } \
        | sed 's|.*/test-classes/||; s|/|.|g; s|\$.*||; s|\.class$||' | sort -u | sed "s|\$| $2|"
}

# What takes an emulated machine minutes and asks little of it: neither byte order nor word size, nor the C library nor
# the natives, beyond what quicker tests ask. SLIPWAY_ALL_TESTS=1 runs it too.
left_for_time() {
    tests_naming 'java\.class\.path|io/slipway/replication/(GatewayPair|SyncGateway|SyncCloud)' \
        'starts JVMs, as every numbered test does'
    cat <<'END'
io.slipway.config.UciParserTest#readsMegabytesWithoutHanging parses megabytes, some of which fill the heap
io.slipway.broker.BrokerLimitsTest floods a broker; the numbered tests have one at work
io.slipway.broker.BrokerProtocolTest talks to a broker in many ways; the numbered tests have one at work
io.slipway.broker.BrokerQueueTest floods a broker; the numbered tests have one at work
io.slipway.broker.LanBrokerTest talks to a broker in many ways; the numbered tests have one at work
io.slipway.cli.DecodeFuzzTest decodes hundreds of thousands of frames
io.slipway.gateway.CoapCaptureTest has a whole gateway, as the numbered tests do
io.slipway.gateway.CoapCommandsTest has a whole gateway, as the numbered tests do
io.slipway.gateway.CoapCrowdTest has hundreds of nodes
io.slipway.gateway.CommandsTest has a whole gateway, as 05-downlink does
io.slipway.mesh.coap.CoapFuzzTest decodes hundreds of thousands of messages
io.slipway.security.UsersTest#oneAddressDoesNotFillTheQueue hashes millions of times
io.slipway.store.GapsTest writes tens of thousands of readings
io.slipway.store.InspectionTest#deletedReadingsAreGapsAndNoProblem writes 90,000 readings
io.slipway.store.RetentionTest writes tens of thousands of readings
io.slipway.store.StoreDamageTest writes tens of thousands of readings
io.slipway.store.StoreHardshipTest waits for a disk that fails; 11-disk-full has one
io.slipway.store.ThinningTest writes tens of thousands of readings
io.slipway.sync.sim.MutatedFramesTest reads hundreds of thousands of frames; FramesTest reads each kind
io.slipway.sync.sim.SimulationTest runs hundreds of clusters; ReplicaTest has one for each rule
io.slipway.upstream.StoreAndForwardTest talks to brokers at length; 04-upstream and 06-outage have one
io.slipway.upstream.UpstreamDeliveryTest talks to brokers at length; 04-upstream and 06-outage have one
io.slipway.upstream.UpstreamFaultsTest talks to brokers at length; 04-upstream and 06-outage have one
io.slipway.upstream.UpstreamRefusalTest talks to brokers at length; 04-upstream and 06-outage have one
io.slipway.upstream.UpstreamSessionTest talks to brokers at length; 04-upstream and 06-outage have one
io.slipway.upstream.UpstreamTlsTest makes keys and certificates
END
}

# What takes an interpreter more than a minute; the other machines run it.
slow_tests() {
    cat <<'END'
io.slipway.cli.DecodeFuzzTest decodes hundreds of thousands of frames
io.slipway.config.UciParserTest#nothingButAConfigExceptionComesOfAMutatedFile parses many thousand files
io.slipway.frame.Ipv6AddressTest#javaReadsItsTextAsTheSameAddress compares many addresses
io.slipway.ingest.Rfc3339Test#agreesWithTheJdkAtRandom compares 100000 moments
io.slipway.ingest.Rfc3339Test#agreesWithTheJdkOnEveryDayOfFourCenturies compares 147000 days
io.slipway.json.JsonWriterTest#jacksonReadsEveryCharacterBackAlone compares every character there is
io.slipway.json.JsonWriterTest#jacksonReadsEveryTextBackAndItStaysOnOneLine compares many texts
io.slipway.reading.PayloadFormTest#agreesWithTheJdkOnWhatIsUtf8 compares many texts
io.slipway.reading.TopicFilterTest#agreesWithASplittingReferenceAtRandom compares many topics
io.slipway.slip.SlipDecoderTest#aStreamCutInTwoAnywhereGivesTheSame decodes each recording as often as it has bytes
io.slipway.slip.SlipDecoderTest#noIpv6PacketIsTakenForTextWhateverItsHeaderAndPayload compares very many packets
io.slipway.slip.SlipDecoderTest#noMqttPublishIsTakenForTextWhateverItsLengthFlagsAndPayload compares very many frames
io.slipway.store.MigrationTest#whateverInstantTheMigrationIsKilledAtItComesForward opens hundreds of databases
io.slipway.upstream.SenmlEncoderTest#losesNothingOfManyRandomReadings compares many readings
END
}

# A pattern of what runs unless SLIPWAY_TESTS or SLIPWAY_ALL_TESTS says otherwise. JUnit alone takes an interpreter two
# minutes to look at sixty classes, so there it is those where byte order, word size, C library or natives come in.
usual_tests() {
    local kinds='OwnNatives|SerialLink|LargeNumbers|Store|StoreFile|Migration|ReadingsCodec|Sha256|Clocks|History'
    kinds+='|SlipDecoder|SlipEncoder|FrameDecoder|Crc8|Ipv6Packet|UdpPacket|WireExamples|Names|Rfc3339|SenmlEncoder'
    if [ "$machine" = mipsel ] && [ -z "${SLIPWAY_ALL_TESTS:-}" ]; then
        echo "\\.($kinds)Test\$"
    else
        echo .
    fi
}

# Arguments of JUnit's launcher. The classes are named: to search for them costs an interpreter minutes.
test_selection() {
    local class
    skipped_tests | sed -n 's/^\([^ ]*#[^ ]*\) .*/--exclude-methodname=\1/p'
    (cd "$run_dir/test-classes" && find . -name '*Test.class' ! -name '*$*' | sort) \
        | sed 's|^\./||; s|/|.|g; s|\.class$||' | grep -E "${SLIPWAY_TESTS:-$(usual_tests)}" | while read -r class; do
            skipped_tests | grep "^$class " >/dev/null || echo "--select-class=$class"
        done
}

# The launcher, of the version that the pom has of JUnit.
fetch_launcher() {
    local version
    version=$(sed -n 's|.*<junit.version>5\.\(.*\)</junit.version>.*|1.\1|p' pom.xml)
    launcher=target/junit-platform-console-standalone-$version.jar
    [ -f "$launcher" ] \
        || mvn -B -ntp -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy -DoutputDirectory="$PWD/target" \
            -Dartifact="org.junit.platform:junit-platform-console-standalone:$version"
}

# Into a directory. Ours come last and win over what they replace.
copy_tests() {
    local dir=$1 all=$run_dir/all-classes library
    fetch_launcher
    mkdir -p "$dir/target" "$all"
    git ls-files -z | xargs -0 cp --parents -t "$dir"
    for library in "$run_dir"/test-libraries/*.jar; do
        case ${library##*/} in
            junit-* | archunit*) continue ;;
        esac
        (cd "$all" && jar xf "$library")
    done
    cp -R "$run_dir"/classes/. "$run_dir"/test-classes/. "$all/"
    rm -rf "$all"/META-INF/{versions,*.SF,*.RSA} "$all/module-info.class"
    jar cf0 "$dir/tests.jar" -C "$all" .
    cp -R "$run_dir"/classes "$run_dir"/test-classes "$dir/target/"
    cp "$launcher" "$dir/junit.jar"
    rm -rf "$all"
}
