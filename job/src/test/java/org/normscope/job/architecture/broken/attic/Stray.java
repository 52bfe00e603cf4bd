package org.normscope.job.architecture.broken.attic;

interface Stray {}
