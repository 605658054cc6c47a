/**
 * What the images hold, as one directory for each layer: Debian's C library and certificates, a
 * Java runtime of the modules that are needed, jars in a fixed order. Jib turns the directories
 * into images.
 *
 * <p>In: the built modules, the JDK that runs this, Debian's packages. Out: directories whose
 * content depends on nothing else. Run by Maven as a process of its own, on one thread.
 */
package io.tidegate.layers;
