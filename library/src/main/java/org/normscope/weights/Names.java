package org.normscope.weights;

/** Names of tensors, taken apart. */
final class Names {
    private Names() {}

    /** The name without an ending that it has. */
    static String without(String name, String ending) {
        return name.substring(0, name.length() - ending.length());
    }

    /** Whether the name ends in a whole word: after the start, a dot, or what separates files and archives. */
    static boolean endsInWord(String name, String word) {
        return name.endsWith(word) && isBoundary(name, name.length() - word.length());
    }

    /** Whether a word of the name may begin here. */
    static boolean isBoundary(String name, int start) {
        return start == 0 || "./!".indexOf(name.charAt(start - 1)) >= 0;
    }

    /** The part behind the last dot. */
    static String lastWord(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
