package io.slipway.gateway;

/**
 * A kind of question that other processes of this machine may ask; {@link Questions} has the table. Called by the
 * status port's thread alone, which answers others in between: an answer is short and waits for nothing.
 */
interface Question {
    /**
     * The answer, at least a byte long.
     *
     * @param arguments what follows the question's word, without the space between
     * @return {@code null} where the arguments are none that it knows
     * @throws NumberFormatException if a number in the arguments is none; counts as {@code null}
     */
    byte[] answer(String arguments);
}
