package io.slipway.command;

/** Brings a mesh's news of one command to the commands' thread, in words for the state topic. Any thread. */
final class CommandProgress implements Progress {
    private final Commands commands;
    private final Command command;

    CommandProgress(Commands commands, Command command) {
        this.commands = commands;
        this.command = command;
    }

    @Override
    public void sent() {
        commands.tell(command, News.SENT, Report.of("sent", command.id));
    }

    @Override
    public void answered(String code, int format, byte[] payload) {
        commands.tell(command, News.ENDED, Report.answered(command.id, code, format, payload));
    }

    @Override
    public void refused(String kind, String reason) {
        commands.tell(command, News.ENDED, Report.refused(command.id, kind, reason));
    }

    @Override
    public void failed(String reason) {
        // Whoever stops the mesh did not ask the node: the next life does.
        if (!commands.isHolding()) {
            commands.tell(command, News.ENDED, Report.failed(command.id, reason));
        }
    }

    @Override
    public void later() {
        commands.tell(command, News.LATER, null);
    }
}
