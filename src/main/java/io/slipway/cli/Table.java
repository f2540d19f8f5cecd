package io.slipway.cli;

import java.util.ArrayList;
import java.util.List;

/** Lines of cells whose columns are as wide as their widest cell; the last column is as long as it likes. */
final class Table {
    private final List<String[]> lines = new ArrayList<>();
    private final boolean[] numbers;

    /** @param titles of the columns; one that begins with '#' is for numbers, which stand at the right */
    Table(String... titles) {
        numbers = new boolean[titles.length];
        String[] head = new String[titles.length];
        for (int i = 0; i < titles.length; i++) {
            numbers[i] = titles[i].startsWith("#");
            head[i] = numbers[i] ? titles[i].substring(1) : titles[i];
        }
        lines.add(head);
    }

    void add(String... cells) {
        lines.add(cells);
    }

    @Override
    public String toString() {
        int[] widths = new int[numbers.length];
        for (String[] cells : lines) {
            for (int i = 0; i < cells.length; i++) {
                widths[i] = Math.max(widths[i], cells[i].length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (String[] cells : lines) {
            for (int i = 0; i < cells.length; i++) {
                if (numbers[i]) {
                    spaces(text, widths[i] - cells[i].length());
                }
                text.append(cells[i]);
                if (i < cells.length - 1) {
                    spaces(text, (numbers[i] ? 0 : widths[i] - cells[i].length()) + 2);
                }
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static void spaces(StringBuilder text, int count) {
        for (int i = 0; i < count; i++) {
            text.append(' ');
        }
    }
}
