package org.normscope.job.cli;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.normscope.job.settings.Setting;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** All commands. */
@Command(
        name = "normscope",
        header = "Audits the weights of model checkpoints: spectral norms with proof.",
        customSynopsis = {"normscope COMMAND [OPTION...]", "normscope --help", "normscope --version"},
        description = {
            "Reads safetensors, PyTorch, GGUF, NumPy and ONNX files and sharded Hugging Face directories, on local disks and on"
                    + " every file system that Hadoop knows. No GPU, no Python, no model code; an untrusted checkpoint can't run anything."
        },
        footer = {
            "normscope demo",
            "normscope inspect model.safetensors",
            "normscope audit model.safetensors --out report"
        })
final class Commands {
    private Commands() {}

    /** The parser of all commands. */
    static CommandLine all() {
        CommandLine root = new CommandLine(new Commands());
        SettingOptions.addPages(root.getCommandSpec());
        root.addSubcommand(command(new AuditCommand(), AuditCommand.SETTINGS));
        root.addSubcommand(command(new InspectCommand(), PlanView.COMMON));
        root.addSubcommand(command(new PlanCommand(), PlanCommand.SETTINGS));
        root.addSubcommand(command(new DecomposeCommand(), DecomposeCommand.SETTINGS));
        root.addSubcommand(command(new FuseCommand(), FuseCommand.SETTINGS));
        root.addSubcommand(command(new NormalizeCommand(), NormalizeCommand.SETTINGS));
        root.addSubcommand(command(new MigrateCommand(), MigrateCommand.SETTINGS));
        CommandLine demo = new CommandLine(new DemoCommand());
        SettingOptions.addTo(demo.getCommandSpec(), DemoCommand.SETTINGS, DemoCommand.MASTER);
        root.addSubcommand(demo);
        return root.setExpandAtFiles(false);
    }

    /** What can follow {@code normscope}. */
    static List<String> names() {
        return List.copyOf(all().getSubcommands().keySet());
    }

    private static CommandLine command(Action action, Map<Setting, String> settings) {
        CommandLine command = new CommandLine(action);
        SettingOptions.addTo(command.getCommandSpec(), settings);
        return command;
    }

    private static CommandLine command(Action action, Set<Setting> settings) {
        CommandLine command = new CommandLine(action);
        SettingOptions.addTo(command.getCommandSpec(), settings);
        return command;
    }
}
