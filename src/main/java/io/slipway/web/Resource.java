package io.slipway.web;

/** Answers requests. Called by the server's worker, one at a time. */
interface Resource {
    /**
     * Answers now or later.
     *
     * @throws BadRequest if the request is wrong
     */
    void answer(Request request, Reply reply) throws BadRequest;
}
