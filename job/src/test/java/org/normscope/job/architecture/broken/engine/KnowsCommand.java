package org.normscope.job.architecture.broken.engine;

import org.normscope.job.architecture.broken.cli.Command;

interface KnowsCommand {
    void use(Command command);
}
