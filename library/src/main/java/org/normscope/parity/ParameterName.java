package org.normscope.parity;

/** What torch accepts as the name of a parameter. */
final class ParameterName {
    private ParameterName() {}

    /** @throws IllegalArgumentException if the name is empty or has a dot */
    static void check(String name) {
        if (name.isEmpty() || name.indexOf('.') >= 0) {
            throw new IllegalArgumentException(
                    "'" + name + "' is no parameter's name; give one without the module's path, such as weight");
        }
    }
}
