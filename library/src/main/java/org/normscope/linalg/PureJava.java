package org.normscope.linalg;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.JavaBLAS;
import dev.ludovic.netlib.lapack.JavaLAPACK;
import dev.ludovic.netlib.lapack.LAPACK;

/** Keeps Breeze away from native libraries: they sum in another order, so reports would depend on the machine. */
final class PureJava {
    private static final String[] LIBRARIES = {"blas", "lapack"};

    private PureJava() {}

    /** Names libraries that don't exist, before anything asks for one; what the user set stays. */
    static void prefer() {
        for (String library : LIBRARIES) {
            String key = "dev.ludovic.netlib." + library + ".nativeLib";
            if (System.getProperty(key) == null) {
                System.setProperty(key, "none.so");
            }
        }
    }

    /**
     * Prefers pure Java, makes sure of it, and lets LAPACK find its machine constants: its first caller stores them in static fields
     * without a lock, and a second thread would take zeros, for good. To be called by a class's initializer, which one thread runs.
     *
     * @throws IllegalStateException if this JVM has loaded a native library already
     */
    static void require() {
        prefer();
        if (!(BLAS.getInstance() instanceof JavaBLAS) || !(LAPACK.getInstance() instanceof JavaLAPACK)) {
            throw new IllegalStateException(
                    "this JVM already uses a native BLAS or LAPACK, whose sums differ from machine to"
                            + " machine; start it with -Ddev.ludovic.netlib.blas.nativeLib=none.so"
                            + " -Ddev.ludovic.netlib.lapack.nativeLib=none.so");
        }
        JavaLAPACK.getInstance().dlamch("E");
    }
}
