/**
 * What an API server proves about a custom resource before it stores it: unknown fields, defaults,
 * structural schema, CEL rules. In: a CustomResourceDefinition and an object as JSON. Out: the
 * defaulted object and a list of {@link io.tidegate.cli.embedded.schema.FieldError}. Pure, on the
 * caller's thread.
 */
package io.tidegate.cli.embedded.schema;
