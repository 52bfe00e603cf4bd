package org.normscope.job.architecture.broken.mllib;

import org.normscope.job.architecture.broken.cli.Command;

interface KnowsCommand {
    void use(Command command);
}
