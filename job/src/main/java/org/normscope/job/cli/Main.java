package org.normscope.job.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.normscope.job.settings.Nearest;
import org.normscope.job.settings.Setting;
import org.normscope.job.settings.UsageException;
import org.normscope.report.BuildInfo;
import org.normscope.tensor.Printable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line of Normscope: finds the command, runs it, and turns what goes wrong into one line and an exit status. */
public final class Main {
    /** Breeze's linear algebra says twice that it takes the Java implementation; held, or the setting is forgotten. */
    private static final Logger LINEAR_ALGEBRA = Logger.getLogger("dev.ludovic.netlib");

    private Main() {}

    /** Runs one command and ends the process with its status. */
    public static void main(String[] args) {
        LINEAR_ALGEBRA.setLevel(Level.OFF);
        System.exit(run(args, Streams.ofProcess()));
    }

    /** Runs one command and returns its status. */
    static int run(String[] args, Streams streams) {
        try {
            ParseResult call = Commands.all().parseArgs(args);
            while (call.hasSubcommand() && !call.isUsageHelpRequested() && !call.isVersionHelpRequested()) {
                call = call.subcommand();
            }
            return run(call, streams);
        } catch (ParameterException e) {
            streams.error(Printable.oneLine(complaint(e) + "; see '" + manual(e.getCommandLine()) + "'"));
            return ExitStatus.USAGE;
        } finally {
            streams.out().flush();
        }
    }

    private static int run(ParseResult call, Streams streams) {
        CommandLine command = call.commandSpec().commandLine();
        if (call.isUsageHelpRequested()) {
            streams.out().print(ManualPage.of(call.commandSpec()));
            return ExitStatus.AUDITED;
        }
        if (call.isVersionHelpRequested()) {
            BuildInfo build = BuildInfo.current();
            streams.out().println("normscope " + build.version() + " (commit " + build.commit() + ")");
            return ExitStatus.AUDITED;
        }
        if (!(command.getCommand() instanceof Action action)) {
            throw new ParameterException(command, "a command is missing: " + String.join(", ", Commands.names()));
        }
        return run(action, call, streams);
    }

    /** Everything that can go wrong ends here, errors of the JVM too: a user gets a line and a status. */
    private static int run(Action action, ParseResult call, Streams streams) {
        try {
            int status = action.run(call, streams);
            if (streams.out().checkError()) {
                streams.error("standard output could not be written to the end");
                return ExitStatus.FAILED;
            }
            return status;
        } catch (Exception | OutOfMemoryError | StackOverflowError | LinkageError e) {
            Failure failure = Failure.of(e);
            streams.error(failure.line());
            if (isVerbose(call)) {
                e.printStackTrace(streams.err());
            }
            return failure.status();
        }
    }

    private static boolean isVerbose(ParseResult call) {
        try {
            return SettingOptions.of(call).isOn(Setting.VERBOSE);
        } catch (UsageException | IOException e) {
            // The settings themselves are wrong: the option is all there is.
            return call.hasMatchedOption("--" + Setting.VERBOSE.key());
        }
    }

    private static String complaint(ParameterException e) {
        String message = String.valueOf(e.getMessage());
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            return unknown(unmatched.getUnmatched().get(0), e.getCommandLine());
        }
        return message.isEmpty() ? message : Character.toLowerCase(message.charAt(0)) + message.substring(1);
    }

    private static String unknown(String word, CommandLine command) {
        if (word.startsWith("-")) {
            String name = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
            List<String> known =
                    new ArrayList<>(command.getCommandSpec().optionsMap().keySet());
            return "unknown option " + Printable.quoted(name) + nearest(name, known);
        }
        if (command.getSubcommands().isEmpty()) {
            return "one argument too many: " + Printable.quoted(word);
        }
        List<String> commands = Commands.names();
        return "unknown command " + Printable.quoted(word)
                + Nearest.to(word, commands)
                        .map(near -> "; the nearest known one is '" + near + "'")
                        .orElse("; known are " + String.join(", ", commands));
    }

    private static String nearest(String word, List<String> known) {
        return Nearest.to(word, known)
                .map(near -> "; the nearest known one is '" + near + "'")
                .orElse("");
    }

    private static String manual(CommandLine command) {
        return command.getCommandSpec().qualifiedName() + " --help";
    }
}
