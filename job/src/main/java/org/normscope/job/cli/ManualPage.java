package org.normscope.job.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** What {@code --help} prints: synopsis, description, arguments, options, commands, exit status, examples. */
final class ManualPage {
    private static final int WIDTH = 80;
    private static final String INDENT = "  ";
    private static final String DEEPER = "      ";

    private final StringBuilder page = new StringBuilder();
    private final CommandSpec command;

    private ManualPage(CommandSpec command) {
        this.command = command;
    }

    static String of(CommandSpec command) {
        ManualPage manual = new ManualPage(command);
        UsageMessageSpec usage = command.usageMessage();
        manual.wrapped(command.qualifiedName() + " - " + String.join(" ", usage.header()), "");
        manual.lines("Synopsis", List.of(usage.customSynopsis()));
        manual.section("Description");
        List.of(usage.description()).forEach(paragraph -> manual.wrapped(paragraph, INDENT));
        manual.arguments();
        manual.options();
        manual.commands();
        manual.exitStatus(usage.exitCodeList());
        manual.lines("Examples", List.of(usage.footer()));
        return manual.page.toString();
    }

    private void section(String title) {
        page.append('\n').append(title).append('\n');
    }

    private void lines(String title, List<String> lines) {
        if (!lines.isEmpty()) {
            section(title);
            lines.forEach(line -> page.append(INDENT).append(line).append('\n'));
        }
    }

    private void arguments() {
        if (!command.positionalParameters().isEmpty()) {
            section("Arguments");
        }
        for (PositionalParamSpec argument : command.positionalParameters()) {
            page.append(INDENT).append(argument.paramLabel()).append('\n');
            wrapped(String.join(" ", argument.description()), DEEPER);
        }
    }

    private void options() {
        section("Options");
        for (OptionSpec option : command.options()) {
            String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
            page.append(INDENT).append(option.longestName()).append(value).append('\n');
            wrapped(String.join(" ", option.description()), DEEPER);
        }
    }

    private void commands() {
        List<String> names = new ArrayList<>();
        for (Map.Entry<String, CommandLine> one : command.subcommands().entrySet()) {
            String header = String.join(
                    " ", one.getValue().getCommandSpec().usageMessage().header());
            names.add(String.format(Locale.ROOT, "%-9s  %s", one.getKey(), header));
        }
        lines("Commands", names);
    }

    private void exitStatus(Map<String, String> statuses) {
        if (!statuses.isEmpty()) {
            section("Exit status");
        }
        statuses.forEach((status, meaning) -> {
            page.append(INDENT).append(status.strip()).append('\n');
            wrapped(meaning, DEEPER);
        });
    }

    private void wrapped(String text, String indent) {
        StringBuilder line = new StringBuilder(indent);
        for (String word : text.split(" ")) {
            if (line.length() > indent.length() && line.length() + word.length() > WIDTH) {
                page.append(line.toString().stripTrailing()).append('\n');
                line = new StringBuilder(indent);
            }
            line.append(word).append(' ');
        }
        page.append(line.toString().stripTrailing()).append('\n');
    }
}
