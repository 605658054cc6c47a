/**
 * {@code tidegate get}: objects of an API as a table with the printer columns of their
 * CustomResourceDefinition, as kubectl shows them. In: kind, namespace. Out: text.
 */
package io.tidegate.cli.get;
