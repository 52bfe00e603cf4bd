package org.normscope.job.architecture.broken.sink;

import org.normscope.job.architecture.broken.settings.Key;

interface KnowsSettings {
    void use(Key key);
}
