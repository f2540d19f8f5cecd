package io.slipway;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessField;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callConstructor;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethod;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.slipway.gateway.Launcher;
import java.io.ByteArrayOutputStream;
import java.io.FileReader;
import java.io.FileWriter;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The direction of the arrows in docs/architecture.md, and what no part may use. */
class ArchitectureTest {
    private static final JavaClasses MAIN = new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("io.slipway");
    private static final JavaClasses CULPRIT = new ClassFileImporter().importClasses(Culprit.class);

    /** What each package may import of ours. */
    private static final Map<String, String> ARROWS = Map.ofEntries(
        Map.entry("reading", ""),
        Map.entry("json", ""),
        Map.entry("config", ""),
        Map.entry("slip", ""),
        Map.entry("health", "json"),
        Map.entry("retry", ""),
        Map.entry("record", "health"),
        Map.entry("link", "record health config retry"),
        Map.entry("frame", "reading"),
        Map.entry("mesh", "frame slip link record health config reading"),
        Map.entry("ingest", "reading json health config"),
        Map.entry("decode", "ingest reading json health config"),
        Map.entry("command", "reading json health config"),
        Map.entry("store", "reading health config sync"),
        Map.entry("security", "health config"),
        Map.entry("broker", "reading health config security"),
        Map.entry("upstream", "store reading json health config retry security"),
        Map.entry("sync", "reading"),
        Map.entry("cloud", "upstream security reading json health config retry"),
        Map.entry("mdns", "health"),
        Map.entry("replication", "mdns store sync reading json health config retry security"),
        Map.entry("web", "reading json health config security"),
        Map.entry("cli", "reading json config slip health record link frame mesh command ingest decode store "
            + "broker upstream sync cloud web security"),
        Map.entry("gateway", "reading json config slip health record link frame mesh command ingest decode store "
            + "broker upstream sync replication cloud web security cli"));

    /** A thing that is forbidden but to a few packages. */
    record Ban(String what, String allowedTo, ArchCondition<JavaClass> use) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<String> packages() {
        return ARROWS.keySet().stream().sorted();
    }

    static Stream<Ban> bans() {
        // On an interpreter a lambda call site is dear at its first call, streams and regular expressions at every one.
        String notHot = "broker upstream web cli gateway";
        return Stream.of(
            new Ban("jSerialComm", "link", anyOf("com.fazecast..")),
            new Ban("Moquette", "broker", anyOf("io.moquette..")),
            // The demo plays the cloud and a subscriber, with a client of its own for each.
            new Ban("the MQTT client", "upstream cloud cli", anyOf("com.hivemq..")),
            new Ban("SQLite", "store cloud", anyOf("org.sqlite..")),
            new Ban("SQL", "store cloud", anyOf("java.sql..")),
            new Ban("java.util.logging", "", anyOf("java.util.logging..")),
            new Ban("streams", notHot, anyOf("java.util.stream..")),
            new Ban("lambdas", notHot, new LambdaCondition()),
            new Ban("System.out", "cli gateway", accessField(System.class, "out")),
            new Ban("System.err", "cli gateway", accessField(System.class, "err")),
            new Ban("printStackTrace", "", callMethodWhere(target(name("printStackTrace"))
                .and(target(owner(assignableTo(Throwable.class)))))),
            new Ban("Thread.sleep", "link", callMethod(Thread.class, "sleep", long.class)),
            new Ban("TimeUnit.sleep", "cli", callMethod(TimeUnit.class, "sleep", long.class)),
            new Ban("String.format", "", callMethod(String.class, "format", String.class, Object[].class)),
            new Ban("String.split", notHot, callMethod(String.class, "split", String.class)),
            new Ban("String.split with a limit", notHot, callMethod(String.class, "split", String.class, int.class)),
            new Ban("String.matches", notHot, callMethod(String.class, "matches", String.class)),
            new Ban("replaceAll", notHot, callMethod(String.class, "replaceAll", String.class, String.class)),
            new Ban("regular expressions", notHot, anyOf("java.util.regex..")),
            new Ban("the locale's toLowerCase", "", callMethod(String.class, "toLowerCase")),
            new Ban("the locale's toUpperCase", "", callMethod(String.class, "toUpperCase")),
            new Ban("the locale's new String", "", callConstructor(String.class, byte[].class)),
            new Ban("the locale's new String of a part", "",
                callConstructor(String.class, byte[].class, int.class, int.class)),
            new Ban("the locale's getBytes", "", callMethod(String.class, "getBytes")),
            new Ban("the locale's toString", "", callMethod(ByteArrayOutputStream.class, "toString")),
            new Ban("the locale's FileReader", "", callConstructor(FileReader.class, String.class)),
            new Ban("the locale's FileWriter", "", callConstructor(FileWriter.class, String.class)),
            new Ban("the locale's InputStreamReader", "", callConstructor(InputStreamReader.class, InputStream.class)),
            new Ban("the locale's OutputStreamWriter", "",
                callConstructor(OutputStreamWriter.class, OutputStream.class)),
            new Ban("the locale's PrintStream", "", callConstructor(PrintStream.class, OutputStream.class)),
            new Ban("the locale's PrintWriter", "", callConstructor(PrintWriter.class, OutputStream.class)),
            new Ban("the locale's Scanner", "", callConstructor(Scanner.class, InputStream.class)));
    }

    @ParameterizedTest
    @MethodSource("packages")
    void arrowsGoOneWay(String from) {
        arrows(from, ARROWS.get(from)).check(MAIN);
    }

    @Test
    void aForbiddenArrowWouldBeSeen() {
        assertTrue(arrows("health", "").evaluate(MAIN).hasViolation());
        assertTrue(arrows("mesh", "slip link health config reading").evaluate(MAIN).hasViolation());
        assertTrue(arrows("store", "health config").evaluate(MAIN).hasViolation());
    }

    @Test
    void thereAreNoCycles() {
        slices().matching("io.slipway.(*)..").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void everyPackageHasItsArrows() {
        TreeSet<String> strangers = new TreeSet<>();
        for (JavaClass c : MAIN) {
            String rest = c.getPackageName().substring("io.slipway".length());
            if (rest.isEmpty() || !ARROWS.containsKey(rest.split("\\.")[1])) {
                strangers.add(c.getPackageName());
            }
        }
        assertEquals(new TreeSet<>(), strangers);
        assertTrue(MAIN.size() > 40, "only " + MAIN.size() + " classes were found");
    }

    @ParameterizedTest
    @MethodSource("bans")
    void nobodyElseUses(Ban ban) {
        noClasses().that(resideInAPackage("io.slipway..").and(not(resideInAnyPackage(ours(ban.allowedTo)))))
            .should(ban.use).check(MAIN);
    }

    @ParameterizedTest
    @MethodSource("bans")
    void aBreachWouldBeSeen(Ban ban) {
        assertTrue(noClasses().should(ban.use).evaluate(CULPRIT).hasViolation());
    }

    /** The boot loader of the JVM does not see java.sql, nor what the launcher loads for that reason. */
    @Test
    void whatTheBootLoaderLoadsNeedsNoSql() {
        DescribedPredicate<JavaClass> needSql = DescribedPredicate.describe("need SQL",
            c -> Launcher.needsSql(c.getName()));
        noClasses().that(not(needSql)).should(dependOnClassesThat(needSql.or(resideInAPackage("java.sql.."))))
            .check(MAIN);
        assertTrue(Launcher.needsSql("org.sqlite.core.DB"));
        assertTrue(noClasses().that(resideInAPackage("io.slipway.upstream.."))
            .should(dependOnClassesThat(needSql)).evaluate(MAIN).hasViolation());
    }

    private static ArchRule arrows(String from, String to) {
        return noClasses().that().resideInAPackage("io.slipway." + from + "..")
            .should(dependOnClassesThat(resideInAPackage("io.slipway..")
                .and(not(resideInAnyPackage(ours(from + " " + to))))))
            .allowEmptyShould(true);
    }

    private static ArchCondition<JavaClass> anyOf(String packages) {
        return dependOnClassesThat(resideInAPackage(packages));
    }

    private static String[] ours(String names) {
        List<String> packages = new ArrayList<>();
        for (String name : names.split(" ")) {
            packages.add("io.slipway." + (name.isEmpty() ? "none" : name) + "..");
        }
        return packages.toArray(new String[0]);
    }

    /** Lambdas that do anything at all, and method references. */
    private static final class LambdaCondition extends ArchCondition<JavaClass> {
        LambdaCondition() {
            super("use lambdas");
        }

        @Override
        public void check(JavaClass c, ConditionEvents events) {
            for (JavaAccess<?> access : c.getAccessesFromSelf()) {
                if (access.isDeclaredInLambda()) {
                    events.add(SimpleConditionEvent.satisfied(c, access.getDescription()));
                }
            }
            c.getMethodReferencesFromSelf().forEach(
                reference -> events.add(SimpleConditionEvent.satisfied(c, reference.getDescription())));
            c.getConstructorReferencesFromSelf().forEach(
                reference -> events.add(SimpleConditionEvent.satisfied(c, reference.getDescription())));
        }
    }
}
