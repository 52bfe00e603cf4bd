package org.normscope.job.architecture.broken.settings;

/** What a sink may not know. */
public interface Key {}
