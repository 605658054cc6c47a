/**
 * Targets for Jazzer (github.com/CodeIntelligenceTesting/jazzer): what reads bytes from outside,
 * given bytes that coverage guides. {@code mvn -Dtidegate.fuzz.seconds=600 -Dtest=FuzzIT
 * -Dsurefire.failIfNoSpecifiedTests=false -pl e2e -am test} looks for ten minutes.
 */
package io.tidegate.e2e.fuzz;
