package org.normscope.weights;

/** Names of tensors, taken apart. */
final class Names {
    /** The longest name that patterns are tried on in whole: backtracking over a name of megabytes takes hours. */
    private static final int LONGEST = 1000;

    private Names() {}

    /** The end of a name, as much of it as patterns may be tried on; all of it where no adversary made it. */
    static String end(String name) {
        return name.substring(Math.max(0, name.length() - LONGEST));
    }

    /** Whether patterns may be tried on the whole name. */
    static boolean isOrdinary(String name) {
        return name.length() <= LONGEST;
    }

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
