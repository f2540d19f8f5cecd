package io.slipway.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CborParserTest {
    private static List<String> lines(String name) throws IOException {
        return Files.readAllLines(Path.of("src/test/resources/rfc8949/" + name)).stream()
            .filter(line -> !line.startsWith("#")).toList();
    }

    static List<String> good() throws IOException {
        return lines("appendix-a.txt");
    }

    static List<String> bad() throws IOException {
        return lines("appendix-f.txt");
    }

    private static Undecodable refused(String hex) {
        return assertThrows(Undecodable.class, () -> Tree.ofCbor(HexFormat.of().parseHex(hex)), hex);
    }

    @ParameterizedTest
    @MethodSource("good")
    void whatAppendixAGivesIsRead(String line) throws Exception {
        int space = line.indexOf(' ');
        String json = Tree.ofCbor(HexFormat.of().parseHex(line.substring(0, space)));
        assertTrue(Tree.same(Tree.read(line.substring(space + 1)), Tree.read(json)), line + " became " + json);
    }

    @Test
    void theAppendicesAreComplete() throws Exception {
        assertEquals(81 + 5, good().size());
        assertEquals(94, bad().size());
    }

    @ParameterizedTest
    @MethodSource("bad")
    void whatAppendixFCallsNotWellFormedIsRefused(String hex) {
        // Two of them have a key twice before they end too early.
        boolean repeats = hex.equals("bf01020102") || hex.equals("bf000000ff");
        assertEquals(repeats ? Undecodable.Reason.INVALID : Undecodable.Reason.MALFORMED, refused(hex).reason);
    }

    @Test
    void minusZeroStaysMinusZero() throws Exception {
        assertEquals("-0.0", Tree.ofCbor(HexFormat.of().parseHex("f98000")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0000", "61ff", "62c328", "7f61c361a9ff", "63eda080"})
    void emptyPayloadsTrailingBytesAndTextThatIsNotUtf8AreRefused(String hex) {
        assertEquals(Undecodable.Reason.MALFORMED, refused(hex).reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a2616101616102", "a201010101", "a2616161016161", "a201016131f6", "a1800 1", "a14101f6",
        "a1f5f6", "a1f93c0001", "a11bfffffffffffffffff6", "c201", "c401", "c48101", "c4820161 61", "c48201f4",
        "c482c14101 01"})
    void keysThatComeTwiceOrAreNoNamesAndTagsOnTheWrongThingAreAgainstTheRules(String hex) {
        Undecodable wrong = refused(hex.replace(" ", ""));
        assertTrue(wrong.reason != Undecodable.Reason.LIMIT, wrong.getMessage());
    }

    @Test
    void depthNumbersAndCountsHaveTheirLimits() throws Exception {
        Tree.ofCbor(HexFormat.of().parseHex("81".repeat(16) + "00"));
        Tree.ofCbor(HexFormat.of().parseHex("990" + "3ff" + "00".repeat(1023)));
        Tree.ofCbor(HexFormat.of().parseHex("c25820" + "ff".repeat(32)));
        Tree.ofCbor(HexFormat.of().parseHex("c482190190" + "01"));
        for (String hex : List.of("81".repeat(17) + "00", "9f".repeat(40000), "c1".repeat(40000) + "00",
            "a100".repeat(40000), "990400" + "00".repeat(1024), "c25821" + "ff".repeat(33), "c482190191" + "01",
            "c4821b7fffffffffffffff01", "c4823b7fffffffffffffff01", "c5821a7fffffff01", "c5823a7fffffff01",
            "c482c24401000000" + "01")) {
            assertEquals(Undecodable.Reason.LIMIT, refused(hex).reason, hex.substring(0, 8));
        }
    }

    @Test
    void aBigfloatIsTheNearestDouble() throws Exception {
        assertEquals(Math.scalb(3.0, -60), Double.parseDouble(Tree.ofCbor(HexFormat.of().parseHex("c582383b03"))));
        assertEquals(Math.scalb(3.0, 60), Double.parseDouble(Tree.ofCbor(HexFormat.of().parseHex("c582183c03"))));
    }
}
