package org.normscope.job.architecture.broken.cli;

/** What nobody else may know. */
public interface Command {}
