package org.normscope.job.architecture.broken.demo;

import org.normscope.job.architecture.broken.cli.Command;

interface KnowsCommand {
    void use(Command command);
}
