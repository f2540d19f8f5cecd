package io.slipway.mesh;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A test of a mesh at one end of a real line, with the mote's end in the test's hands. */
abstract class OnALine {
    LineEnd line;
    /** {@code null} until the mesh is started. */
    MeshFixture fixture;

    @BeforeEach
    final void listen() throws Exception {
        line = new LineEnd();
    }

    @AfterEach
    final void close() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
        line.close();
    }

    /** Starts the mesh, and takes from the line what it says first. */
    final void start(String... options) throws Exception {
        fixture = new MeshFixture(line.port(), options);
        line.acceptGreeting();
    }

    /** Starts the mesh, and leaves what it says first on the line. */
    final void startUnheard(String... options) throws Exception {
        fixture = new MeshFixture(line.port(), options);
        line.accept();
    }
}
