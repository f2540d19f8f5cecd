package io.slipway.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is on the disk, at each step at which the process may die. */
class ConfigTrialTest {
    private static final byte[] NEW = "new\n".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;
    private Path file;

    @BeforeEach
    void write() throws Exception {
        file = Files.writeString(directory.resolve("slipway"), "old\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    }

    private ConfigTrial reread() {
        return ConfigTrial.of(file);
    }

    @Test
    void theNewFileIsInPlaceWithTheOldOnesPermissionsAndTheWayBackIsThere() throws Exception {
        reread().begin(NEW, "cloud");
        assertEquals("new\n", Files.readString(file));
        assertEquals("old\n", Files.readString(directory.resolve("slipway.previous")));
        for (String name : new String[] {"slipway", "slipway.previous", "slipway.trial"}) {
            assertEquals("rw-r-----",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name))), name);
        }
        ConfigTrial trial = reread();
        assertEquals(ConfigTrial.Phase.TRYING, trial.phase());
        assertEquals("cloud", trial.upstream());
        assertEquals(ConfigTrial.hash(NEW), trial.hash());
    }

    @Test
    void killedBeforeTheNewFileWasInPlaceItIsGivenUp() throws Exception {
        reread().begin(NEW, "cloud");
        Files.writeString(file, "old\n");
        ConfigTrial trial = reread();
        trial.starting();
        assertEquals(ConfigTrial.Phase.BACK, trial.phase());
        assertEquals("old\n", Files.readString(file));
    }

    @Test
    void aFileWithWhichTheProcessDiesAgainAndAgainIsGivenUp() throws Exception {
        reread().begin(NEW, "cloud");
        for (int i = 0; i < 4; i++) {
            ConfigTrial trial = reread();
            trial.starting();
            assertEquals(ConfigTrial.Phase.TRYING, trial.phase(), "start " + i);
        }
        reread().starting();
        assertEquals(ConfigTrial.Phase.BACK, reread().phase());
        assertEquals("the gateway ended 4 times without having reached the cloud", reread().reason());
        assertEquals("old\n", Files.readString(file));
    }

    @Test
    void aWayBackThatWasCutOffIsFinished() throws Exception {
        reread().begin(NEW, "cloud");
        Files.writeString(directory.resolve("slipway.trial"), "BACK " + ConfigTrial.hash(NEW) + " 0 cloud so it is\n");
        reread().starting();
        assertEquals("old\n", Files.readString(file));
        assertEquals("so it is", reread().reason());
        assertFalse(Files.exists(directory.resolve("slipway.previous")));
    }

    @Test
    void whatIsKeptStaysAndIsForgottenWhenTold() throws Exception {
        reread().begin(NEW, "cloud");
        reread().keep();
        ConfigTrial trial = reread();
        trial.starting();
        assertEquals(ConfigTrial.Phase.KEPT, trial.phase());
        assertTrue(ConfigTrial.isOpen(file));
        trial.forget();
        assertEquals("new\n", Files.readString(file));
        assertFalse(ConfigTrial.isOpen(file));
        assertEquals(ConfigTrial.Phase.NONE, reread().phase());
    }

    @Test
    void aRecordThatCannotBeReadIsNone() throws Exception {
        Files.writeString(directory.resolve("slipway.trial"), "TRYING\n");
        assertEquals(ConfigTrial.Phase.NONE, reread().phase());
    }
}
