/**
 * Good and bad objects of every kind, sent through the embedded API and through a real API server:
 * both must give the same verdict and name the same fields. In: {@code src/test/resources/corpus}
 * and the bounds of the committed CRDs. Out: {@link io.tidegate.e2e.corpus.ApiVerdict}s.
 */
package io.tidegate.e2e.corpus;
