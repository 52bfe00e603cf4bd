package org.normscope.job.cli;

import java.util.EnumMap;
import java.util.Map;
import org.normscope.job.settings.Setting;
import org.normscope.job.settings.Settings;
import org.normscope.job.settings.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParseResult;

/** A command that writes a new checkpoint from an old one. */
@Command(
        exitCodeList = {
            " 0:written and verified, or with --dry-run shown",
            " 2:the checkpoint is wrong, incomplete or of a format that isn't read, or holds what safetensors can't; nothing is written",
            " 3:reading, writing or the cluster failed, or the new checkpoint isn't what it should be; nothing has its final name",
            "64:the call makes no sense, or would replace files",
            "130, 143:interrupted, terminated; nothing is left"
        })
abstract class WriteCommand implements Action {
    /** What their manual pages say of what happens after the planning. */
    static final String VERIFIED =
            "Files are written under temporary names and read back. Then the new checkpoint is opened, and the weights that changed are"
                    + " compared entry by entry and audited: the table has their spectral norms before and after, with intervals, of"
                    + " which one may follow from the other. Only if these agree, up to what rounding to the stored type can do, the"
                    + " files get their names, the index last. The old checkpoint is"
                    + " never written to. Of a directory, config.json, tokenizers and whatever else makes a model of the weights are copied.";

    /** The settings that all of them have, and what they are for here where that differs from an audit. */
    static final Map<Setting, String> SETTINGS = settings();

    @Mixin
    private CheckpointArgument checkpoint = new CheckpointArgument();

    private static Map<Setting, String> settings() {
        Map<Setting, String> settings = new EnumMap<>(Setting.class);
        settings.put(
                Setting.OUT,
                "Folder for the new checkpoint, on any file system: model.safetensors, or shards and their index. Not the folder of"
                        + " the old one.");
        settings.put(Setting.MAX_SHARD_SIZE, Setting.MAX_SHARD_SIZE.sentence());
        settings.put(
                Setting.INCLUDE,
                "Only weights whose own name matches, that of the plain weight, are changed; all else is copied. * stands for any"
                        + " characters, dots too, and ? for one. Repeat it, or separate globs by commas.");
        settings.put(Setting.EXCLUDE, "Weights whose own name matches are not changed; as --include.");
        settings.put(Setting.DRY_RUN, Setting.DRY_RUN.sentence());
        settings.put(Setting.TOLERANCE, Setting.TOLERANCE.sentence());
        settings.put(
                Setting.SEED,
                "Start of all random streams, 0 to 2^53 - 1, of the audits before and after; without it a fresh one is drawn.");
        settings.put(Setting.JSON, "Prints what was done, or would be, as JSON in place of the table.");
        settings.put(Setting.OVERWRITE, "Replaces files of the same names in --out.");
        settings.put(Setting.VERBOSE, Setting.VERBOSE.sentence());
        settings.put(Setting.QUIET, Setting.QUIET.sentence());
        return settings;
    }

    /**
     * How the new checkpoint is made.
     *
     * @throws UsageException if the settings don't say it
     */
    abstract RewriteRun.Plan plan(Settings settings) throws UsageException;

    @Override
    public final int run(ParseResult call, Streams streams) throws Exception {
        Settings settings = SettingOptions.of(call);
        return new RewriteRun(settings, Engines.of(call), streams).run(checkpoint.location(), plan(settings));
    }
}
