package org.normscope.job.architecture.broken.spark;

import org.normscope.job.architecture.broken.cli.Command;

interface KnowsCommand {
    void use(Command command);
}
