package io.slipway.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Machines of a LAN, each a network namespace, with a switch between them. Needs root. */
final class Netns implements AutoCloseable {
    private final String name = "sl" + Integer.toHexString((int) System.nanoTime() & 0xffffff);
    private final String bridge = name + "br";
    private final List<String> machines = new ArrayList<>();

    /** Why this machine can have no namespaces; {@code null} where it can. */
    static String obstacle() throws Exception {
        if (!Files.isExecutable(Path.of("/usr/sbin/iptables")) && !Files.isExecutable(Path.of("/sbin/iptables"))) {
            return "iptables is not installed";
        }
        String probe = "slprobe" + ProcessHandle.current().pid();
        if (status("ip", "netns", "add", probe) != 0) {
            return "network namespaces need root";
        }
        return status("ip", "netns", "del", probe) == 0 ? null : "a network namespace cannot be removed";
    }

    private static int status(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor();
    }

    /** A command that must succeed; its words have spaces between them. */
    static void run(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command.split(" ")).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), command + ": " + said);
    }

    Netns() throws Exception {
        run("ip netns add " + bridge);
        run("ip -n " + bridge + " link add br0 type bridge");
        run("ip -n " + bridge + " link set br0 up");
    }

    /** Adds a machine, 1 to 200; its address is 10.77.0. and the number. */
    void add(int number) throws Exception {
        String machine = machine(number);
        run("ip netns add " + machine);
        machines.add(machine);
        run("ip -n " + machine + " link add e0 type veth peer name p" + number + " netns " + bridge);
        run("ip -n " + bridge + " link set p" + number + " master br0 up");
        run("ip -n " + machine + " addr add 10.77.0." + number + "/24 dev e0");
        run("ip -n " + machine + " link set lo up");
        run("ip -n " + machine + " link set e0 up");
    }

    /** The machine gets another address in place of the one that it has. */
    void address(int number, int last) throws Exception {
        run("ip -n " + machine(number) + " -4 addr flush dev e0");
        run("ip -n " + machine(number) + " addr add 10.77.0." + last + "/24 dev e0");
    }

    /** The machine keeps its link-local address of IPv6 alone. */
    void ipv6Only(int number) throws Exception {
        run("ip -n " + machine(number) + " -4 addr flush dev e0");
    }

    private String machine(int number) {
        return name + "m" + number;
    }

    /** What stands before a command that is to run there. */
    List<String> prefix(int number) {
        return List.of("ip", "netns", "exec", machine(number));
    }

    /** Pulls a plug or puts it in again. */
    void plug(int number, boolean in) throws Exception {
        run("ip -n " + bridge + " link set p" + number + " " + (in ? "up" : "down"));
    }

    /** The switch under all. */
    void power(boolean on) throws Exception {
        run("ip -n " + bridge + " link set br0 " + (on ? "up" : "down"));
    }

    /** What comes from the other machine is dropped; what goes there arrives. */
    void deafTo(int number, int other) throws Exception {
        run("ip netns exec " + machine(number) + " iptables -A INPUT -s 10.77.0." + other + " -j DROP");
    }

    /** So much of what comes is lost. */
    void lossy(int number, double share) throws Exception {
        run("ip netns exec " + machine(number) + " iptables -A INPUT -i e0 -m statistic --mode random --probability "
            + share + " -j DROP");
    }

    /** What it sends goes at so many kbit/s. */
    void slow(int number, int kbit) throws Exception {
        run("ip netns exec " + machine(number) + " tc qdisc replace dev e0 root tbf rate " + kbit
            + "kbit burst 4kb latency 400ms");
    }

    /** All is as it was. */
    void heal() throws Exception {
        power(true);
        for (String machine : machines) {
            status("ip", "netns", "exec", machine, "iptables", "-F", "INPUT");
            status("ip", "netns", "exec", machine, "tc", "qdisc", "del", "dev", "e0", "root");
            plug(Integer.parseInt(machine.substring(name.length() + 1)), true);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            for (String machine : machines) {
                status("ip", "netns", "del", machine);
            }
            status("ip", "netns", "del", bridge);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
