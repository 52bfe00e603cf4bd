package org.normscope.job.cli;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.normscope.job.settings.Layer;
import org.normscope.job.settings.Setting;
import org.normscope.job.settings.Settings;
import org.normscope.job.settings.UsageException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The options that are settings: made from {@link Setting}, so that a sentence stands in one place. */
final class SettingOptions {
    static final String MASTER = "--master";
    static final String SETTINGS = "--settings";

    private SettingOptions() {}

    /** Gives a command these settings as options, and those that every command has. */
    static void addTo(CommandSpec command, Set<Setting> settings) {
        Map<Setting, String> sentences = new EnumMap<>(Setting.class);
        settings.forEach(setting -> sentences.put(setting, setting.sentence()));
        addTo(command, sentences);
    }

    /**
     * The same with other words.
     *
     * @param settings what each is for in this command
     */
    static void addTo(CommandSpec command, Map<Setting, String> settings) {
        addTo(
                command,
                settings,
                "Spark master to compute on: local[4], spark://HOST:7077 ...;"
                        + " without it threads of this process compute, and no Spark is loaded.");
    }

    /**
     * The same with other words on the master, too.
     *
     * @param master what it is for in this command
     */
    static void addTo(CommandSpec command, Map<Setting, String> settings, String master) {
        settings.forEach((setting, sentence) -> command.addOption(option(setting, sentence)));
        command.addOption(word(MASTER, "URL", master));
        command.addOption(word(
                SETTINGS,
                "FILE",
                "Properties file with any of these settings; an option overrules it,"
                        + " and it overrules spark.normscope.* of Spark's configuration."));
        addPages(command);
    }

    /** Adds the options that print something and do nothing else. */
    static void addPages(CommandSpec command) {
        command.addOption(OptionSpec.builder("--help")
                .usageHelp(true)
                .description("Prints this page.")
                .build());
        command.addOption(OptionSpec.builder("--version")
                .versionHelp(true)
                .description("Prints version and commit.")
                .build());
    }

    private static OptionSpec word(String name, String label, String description) {
        return OptionSpec.builder(name)
                .paramLabel(label)
                .arity("1")
                .type(String.class)
                .description(description)
                .build();
    }

    private static OptionSpec option(Setting setting, String sentence) {
        String standard = setting.isSwitch()
                ? ""
                : setting.initial().map(text -> " Default: " + text + ".").orElse("");
        OptionSpec.Builder option = OptionSpec.builder("--" + setting.key()).description(sentence + standard);
        if (setting.isSwitch()) {
            return option.type(boolean.class).arity("0").build();
        }
        Class<?> type = setting.isList() ? String[].class : String.class;
        return option.paramLabel(setting.label()).arity("1").type(type).build();
    }

    /**
     * The settings of a call: options, then the settings file, then Spark's configuration.
     *
     * @throws UsageException if the file is missing or a key is unknown
     * @throws IOException if the file can't be read
     */
    static Settings of(ParseResult call) throws UsageException, IOException {
        List<Layer> layers = new ArrayList<>();
        layers.add(new Layer("--", flags(call)));
        String file = call.matchedOptionValue(SETTINGS, "");
        if (!file.isEmpty()) {
            layers.add(Layer.ofFile(path(file)));
        }
        layers.add(Layer.ofSpark(System.getProperties()));
        return new Settings(layers);
    }

    /** A value that is empty is a variable that wasn't set, and not a wish. */
    private static void requireValues(OptionSpec option) throws UsageException {
        if (option.originalStringValues().stream().anyMatch(String::isBlank)) {
            throw new UsageException(option.longestName() + " needs a value that isn't empty");
        }
    }

    private static Path path(String file) throws UsageException {
        try {
            return Path.of(file);
        } catch (InvalidPathException e) {
            throw new UsageException(SETTINGS + ": no file can have this name: " + e.getReason());
        }
    }

    private static Map<Setting, String> flags(ParseResult call) throws UsageException {
        Map<Setting, String> flags = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            OptionSpec option = call.matchedOption("--" + setting.key());
            if (option != null) {
                if (!setting.isSwitch()) {
                    requireValues(option);
                }
                flags.put(setting, setting.isSwitch() ? "true" : String.join(",", option.originalStringValues()));
            }
        }
        return flags;
    }
}
