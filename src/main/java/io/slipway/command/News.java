package io.slipway.command;

/** What a mesh can have to say of a command that was handed to it. */
enum News {
    /** It is on the line. */
    SENT,
    /** It could not go now. */
    LATER,
    /** It was answered, refused or given up. */
    ENDED
}
