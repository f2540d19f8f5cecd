package io.slipway.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 8428: every example of sections 5 and 6, and the rules of section 4. */
class SenmlTest {
    private static final String OW = "urn:dev:ow:10e2073a01080063";
    /** Section 5.1.3. */
    private static final String MOVING = ("[{'bn':'" + OW + "','bt':1.320067464e+09,'bu':'%RH','v':20},"
        + "{'u':'lon','v':24.30621},{'u':'lat','v':60.07965},{'t':60,'v':20.3},{'u':'lon','t':60,'v':24.30622},"
        + "{'u':'lat','t':60,'v':60.07965},{'t':120,'v':20.7},{'u':'lon','t':120,'v':24.30623},"
        + "{'u':'lat','t':120,'v':60.07966},{'u':'%EL','t':150,'v':98},{'t':180,'v':21.2},"
        + "{'u':'lon','t':180,'v':24.30628},{'u':'lat','t':180,'v':60.07967}]").replace('\'', '"');
    /** Section 5.1.4: the same, resolved. */
    private static final String[] RESOLVED = {"%RH 1.320067464e+09 20", "lon 1.320067464e+09 24.30621",
        "lat 1.320067464e+09 60.07965", "%RH 1.320067524e+09 20.3", "lon 1.320067524e+09 24.30622",
        "lat 1.320067524e+09 60.07965", "%RH 1.320067584e+09 20.7", "lon 1.320067584e+09 24.30623",
        "lat 1.320067584e+09 60.07966", "%EL 1.320067614e+09 98", "%RH 1.320067644e+09 21.2",
        "lon 1.320067644e+09 24.30628", "lat 1.320067644e+09 60.07967"};
    /** Section 5.1.2, the second example. */
    private static final String CURRENT = ("[{'bn':'urn:dev:ow:10e2073a0108006:','bt':1.276020076001e+09,'bu':'A',"
        + "'bver':5,'n':'voltage','u':'V','v':120.1},{'n':'current','t':-5,'v':1.2},{'n':'current','t':-4,'v':1.3},"
        + "{'n':'current','t':-3,'v':1.4},{'n':'current','t':-2,'v':1.5},{'n':'current','t':-1,'v':1.6},"
        + "{'n':'current','v':1.7}]").replace('\'', '"');

    private DecodeFixture json;
    private DecodeFixture cbor;

    @BeforeEach
    void makeDecoders() throws Exception {
        json = DecodeFixture.of("option format senml+json");
        cbor = DecodeFixture.of("option format senml+cbor");
    }

    private String json(String pack) throws Undecodable {
        return json.json(pack.replace('\'', '"')).replace('"', '\'');
    }

    private static void assertSame(String expected, JsonNode actual) throws Exception {
        assertTrue(Tree.same(Tree.read(expected.replace('\'', '"')), actual), expected + " became " + actual);
    }

    @Test
    void aSingleDataPointIsOneField() throws Exception {
        assertEquals("{'fields':{'" + OW + "':23.1},'units':{'" + OW + "':'Cel'}}",
            json("[{'n':'" + OW + "','u':'Cel','v':23.1}]"));
    }

    @Test
    void severalDataPointsHaveTheBaseNameBeforeTheirs() throws Exception {
        assertEquals("{'fields':{'" + OW + ":voltage':120.1,'" + OW + ":current':1.2},'units':{'" + OW
            + ":voltage':'V','" + OW + ":current':'A'}}",
            json("[{'bn':'" + OW + ":','n':'voltage','u':'V','v':120.1},{'n':'current','u':'A','v':1.2}]"));
    }

    @Test
    void timesAreAddedAndRecordsPutInOrderAndALowerVersionStays() throws Exception {
        JsonNode out = Tree.read(json.json(CURRENT));
        assertSame("{'urn:dev:ow:10e2073a0108006:voltage':120.1,'urn:dev:ow:10e2073a0108006:current':1.7}",
            out.get("fields"));
        JsonNode records = out.get("records");
        assertEquals(7, records.size());
        for (int i = 0; i < 5; i++) {
            assertSame("{'n':'urn:dev:ow:10e2073a0108006:current','u':'A','bver':5,'v':1." + (2 + i)
                + ",'t':" + (1276020071 + i) + ".001}", records.get(i));
        }
        assertSame("{'n':'urn:dev:ow:10e2073a0108006:voltage','u':'V','bver':5,'v':120.1,'t':1276020076.001}",
            records.get(5));
    }

    @Test
    void theCborExampleSaysTheSame() throws Exception {
        byte[] dump = HexFormat.of().parseHex("87a721781b75726e3a6465763a6f773a3130653230373361303130383030363a22fb41d3"
            + "03a15b001062236141200500" + "67766f6c7461676501615602fb405e066666666666" + "a3006763757272656e740624"
            + "02fb3ff3333333333333" + "a3006763757272656e74062302fb3ff4cccccccccccd" + "a3006763757272656e74062202fb3f"
            + "f6666666666666" + "a3006763757272656e74062102f93e00" + "a3006763757272656e74062002fb3ff999999999999a"
            + "a3006763757272656e74060002fb3ffb333333333333");
        assertEquals(0xc3, dump.length);
        assertTrue(Tree.same(Tree.read(json.json(CURRENT)), Tree.read(cbor.json(dump))), cbor.json(dump));
    }

    @Test
    void aStreamOfOneSensorIsItsLatestValueAndAllRecords() throws Exception {
        JsonNode out = Tree.read(json.json(("[{'bn':'" + OW + "','bt':1.320067464e+09,'bu':'%RH','v':21.2},"
            + "{'t':10,'v':21.3},{'t':20,'v':21.4},{'t':30,'v':21.4},{'t':40,'v':21.5},{'t':50,'v':21.5},"
            + "{'t':60,'v':21.5},{'t':70,'v':21.6},{'t':80,'v':21.7}]").replace('\'', '"')));
        assertSame("{'" + OW + "':21.7}", out.get("fields"));
        assertSame("{'n':'" + OW + "','u':'%RH','v':21.7,'t':1320067544}", out.get("records").get(8));
    }

    @Test
    void severalMeasurementsResolveToWhatTheRfcSays() throws Exception {
        JsonNode records = Tree.read(json.json(MOVING)).get("records");
        assertEquals(RESOLVED.length, records.size());
        for (int i = 0; i < RESOLVED.length; i++) {
            String[] one = RESOLVED[i].split(" ");
            assertSame("{'n':'" + OW + "','u':'" + one[0] + "','t':" + one[1] + ",'v':" + one[2] + "}",
                records.get(i));
        }
    }

    @Test
    void everyTypeOfValueIsTaken() throws Exception {
        assertEquals("{'fields':{'" + OW + ":temp':23.1,'" + OW + ":label':'Machine Room','" + OW + ":open':false,'"
            + OW + ":nfv-reader':'aGkgCg'},'units':{'" + OW + ":temp':'Cel'}}",
            json("[{'bn':'" + OW + ":','n':'temp','u':'Cel','v':23.1},{'n':'label','vs':'Machine Room'},"
                + "{'n':'open','vb':false},{'n':'nfv-reader','vd':'aGkgCg'}]"));
        assertEquals("{\"fields\":{\"a\":\"aGkgCg\"}}", cbor.json(HexFormat.of().parseHex("81a2006161084468692 00a"
            .replace(" ", ""))));
    }

    @Test
    void aCollectionChangesItsBaseNameAndKeepsItsBaseTime() throws Exception {
        JsonNode out = Tree.read(json.json(("[{'bn':'2001:db8::2/','bt':1.320078429e+09,'n':'temperature','u':'Cel',"
            + "'v':25.2},{'n':'humidity','u':'%RH','v':30},{'bn':'2001:db8::1/','n':'temperature','u':'Cel','v':12.3},"
            + "{'n':'humidity','u':'%RH','v':67}]").replace('\'', '"')));
        assertSame("{'2001:db8::2/temperature':25.2,'2001:db8::2/humidity':30,'2001:db8::1/temperature':12.3,"
            + "'2001:db8::1/humidity':67}", out.get("fields"));
        assertSame("{'n':'2001:db8::1/humidity','u':'%RH','v':67,'t':1320078429}", out.get("records").get(3));
    }

    @Test
    void whatIsMeantForActuatorsIsReadAsWell() throws Exception {
        assertEquals("{'fields':{'" + OW + ":temp':23.1,'" + OW + ":heat':1,'" + OW + ":fan':0},'units':{'" + OW
            + ":temp':'Cel','" + OW + ":heat':'/','" + OW + ":fan':'/'}}", json("[{'bn':'" + OW
            + ":'},{'n':'temp','u':'Cel','v':23.1},{'n':'heat','u':'/','v':1},{'n':'fan','u':'/','v':0}]"));
        assertTrue(json("[{'bt':1.320078429e+09,'bu':'/','n':'2001:db8::3','v':1},{'n':'2001:db8::4','v':1}]")
            .startsWith("{'fields':{'2001:db8::3':1,'2001:db8::4':1},"));
        String off = json("[{'bt':1.320078429e+09,'bu':'/','n':'2001:db8::3','v':0.5},{'n':'2001:db8::4','v':0.5},"
            + "{'n':'2001:db8::3','t':0.1,'v':0},{'n':'2001:db8::4','t':0.1,'v':0}]");
        assertTrue(off.startsWith("{'fields':{'2001:db8::3':0,'2001:db8::4':0},"), off);
        assertTrue(off.contains("'t':1320078429.1"), off);
    }

    @Test
    void relativeTimesAreFromWhenTheReadingCame() throws Exception {
        assertTrue(json("[{'n':'a','v':1,'t':-10}]").contains("'t':1795258239.123"));
        assertTrue(json("[{'n':'a','v':1,'t':268435455}]").contains("'t':2063693704.123"));
        assertTrue(json("[{'n':'a','v':1,'t':268435456}]").contains("'t':268435456}"));
        assertTrue(json("[{'n':'a','v':1},{'n':'a','v':2}]").contains("'t':1795258249.123"));
        assertFalse(json("[{'n':'a','v':1},{'n':'b','v':2}]").contains("records"));
    }

    @Test
    void baseValuesAndSumsAreAddedExactly() throws Exception {
        assertEquals("{'fields':{'a':20.3,'b':20.15,'c':20.1,'d':'x'}}",
            json("[{'bv':20.1,'n':'a','v':0.2},{'n':'b','v':5e-2},{'n':'c'},{'n':'d','vs':'x'}]"));
        assertTrue(json("[{'bs':10,'n':'a','v':1,'s':0.5},{'n':'b','v':2}]").contains("'v':1,'s':10.5,"));
        assertTrue(json("[{'bs':10,'n':'a','v':1,'s':0.5},{'n':'b','v':2}]").contains("'v':2,'s':10,"));
        assertEquals("{'fields':{},'records':[{'n':'a','s':5,'t':1795258249.123,'ut':60}]}",
            json("[{'n':'a','s':5,'ut':60}]"));
    }

    @Test
    void fieldsThatAreNotKnownAreIgnoredWithAllThatIsInThem() throws Exception {
        assertEquals("{'fields':{'a':1}}",
            json("[{'n':'a','v':1,'x':{'v':2,'n_':[{'n':3}]},'y':null,'z':'t','w':[[1]],'q':true}]"));
        assertEquals("{\"fields\":{\"a\":1}}",
            cbor.json(HexFormat.of().parseHex("81a50061610201186382f97e00f66178a10102" + "617a4101")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "[{'n':'a','v':1,'x_':1}]|must be understood", "[{'n':'a','v':1,'bver':11}]|of version 11",
        "[{'n':'a','v':1,'bver':0}]|no positive integer", "[{'n':'a','v':1,'bver':1.5}]|no positive integer",
        "[{'n':'a','v':1},{'bver':5,'n':'b','v':1}]|different versions", "[{'v':1}]|no name",
        "[{'bn':'','v':1}]|no name",
        "[{'n':'a'}]|neither a value nor a sum", "[{'n':'a','v':1,'vs':'b'}]|two values",
        "[{'n':'_a','v':1}]|4.5.1", "[{'n':'a b','v':1}]|4.5.1", "[{'bn':':','n':'b','v':1}]|4.5.1",
        "[{'n':1,'v':1}]|n is of the wrong type", "[{'n':'a','v':'1'}]|v is of the wrong type",
        "[{'n':'a','v':null}]|v is of the wrong type", "[{'n':'a','v':[1]}]|v is of the wrong type",
        "[{'n':'a','vb':1}]|vb is of the wrong type", "[{'n':'a','vs':true}]|vs is of the wrong type",
        "[{'n':'a','vd':'a+b'}]|base64url", "[{'n':'a','vd':'abcde'}]|base64url", "{'n':'a','v':1}|no array",
        "1|no array", "['x']|no array", "[1]|no array", "[[]]|no array", "null|no array",
        "[{'n':'a','v':1,'n':'b'}]|twice"})
    void whatIsAgainstTheRulesIsRefused(String pack, String why) {
        String refused = json.refused(pack.replace('\'', '"'));
        assertTrue(refused.startsWith("INVALID ") && refused.contains(why), refused);
    }

    @ParameterizedTest
    @ValueSource(strings = {"81a2006161" + "02f97e00", "81a2006161" + "02f97c00"})
    void aNumberThatIsNotFiniteIsNoValue(String hex) {
        assertTrue(cbor.refused(HexFormat.of().parseHex(hex)).contains("not finite"));
    }

    @Test
    void aLabelAsANumberAndAsTextIsTwice() {
        assertTrue(cbor.refused(HexFormat.of().parseHex("81a3006161020161760 2".replace(" ", ""))).contains("twice"));
    }

    @Test
    void packsThatWouldGrowAreLimited() {
        assertTrue(json.refused("[" + "{\"n\":\"a\",\"v\":1},".repeat(256) + "{\"n\":\"a\",\"v\":1}]")
            .startsWith("LIMIT "));
        String longName = "[{\"bn\":\"" + "x".repeat(200) + "\"}";
        for (int i = 0; i < 64; i++) {
            longName += ",{\"n\":\"" + i + "\",\"v\":1}";
        }
        assertTrue(json.refused(longName + "]").startsWith("LIMIT more than 8192 characters"));
        assertTrue(json.refused("[{\"bv\":1e400,\"bn\":\"a\",\"bt\":1e-400}" + ",{\"v\":1e-400,\"t\":1e400}".repeat(60)
            + "]").startsWith("LIMIT "));
        assertTrue(json.refused("[{\"bn\":\"" + "x".repeat(257) + "\",\"v\":1}]").startsWith("LIMIT a name"));
    }
}
