package org.normscope.job.architecture.broken.settings;

import picocli.CommandLine;

interface KnowsPicocli {
    void use(CommandLine parser);
}
