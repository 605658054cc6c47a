/**
 * The custom resources of group {@code tidegate.io/v1alpha1}: one annotated type a kind, its spec
 * as records beside it. The CRD YAML in {@code crds/generated} is generated from these types.
 *
 * <p>An absent list or map reads as empty and an absent field with a schema default reads as that
 * default, so that a reader never meets the difference between an API server that wrote the default
 * and one that did not. Every other absent field is null.
 *
 * <p>Reading an object never fails: see {@link io.tidegate.api.GovernedResource} for what becomes
 * of one that was stored under a newer CRD or by hand.
 */
package io.tidegate.api;
