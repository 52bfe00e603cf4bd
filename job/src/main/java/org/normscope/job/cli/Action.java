package org.normscope.job.cli;

import picocli.CommandLine.ParseResult;

/** What a command does. */
interface Action {
    /**
     * Does it.
     *
     * @return the exit status
     * @throws Exception whatever went wrong; {@link Failure} knows its status
     */
    int run(ParseResult call, Streams streams) throws Exception;
}
