package io.tidegate.api;

/**
 * The first thing in a stored object that its type here has no room for.
 *
 * @param field path in the object, such as {@code spec.rules[0].match.headers}
 * @param complaint completes a sentence that begins with the field; without a full stop
 */
public record Misfit(String field, String complaint) {}
