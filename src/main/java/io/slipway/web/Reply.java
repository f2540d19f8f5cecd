package io.slipway.web;

/** The way back to who asked. Any thread; the first call that sends something counts, later ones do nothing. */
interface Reply {
    void send(Answer answer);

    /** Sends this unless something else was sent by then. */
    void sendAfter(int ms, Answer answer);

    /** The answer is what happens from now on, for as long as the client listens. */
    void follow(LiveFilter filter);
}
