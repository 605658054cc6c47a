package io.tidegate.sidecar.config;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How large a configuration may be: each sidecar holds it in memory, as text and as records, and
 * each change of it goes to each pod. Known to both ends, so that no operator sends what no sidecar
 * takes.
 */
public final class SnapshotSize {
  /** Of the canonical JSON, in UTF-8. */
  public static final int MAX_BYTES = 4 << 20;

  /**
   * Of a frame that has a snapshot as one of its strings: each byte of canonical JSON becomes two
   * at most, since what JSON wants escaped twice is escaped once already.
   */
  public static final int MAX_FRAME_BYTES = 2 * MAX_BYTES + (64 << 10);

  private static final int NAMED = 3;

  private SnapshotSize() {}

  /**
   * @throws SnapshotRefused if it is too large; it names what makes it so, and blames no object,
   *     because each of them is within its own bounds
   */
  public static void check(String canonicalJson, Snapshot snapshot) throws SnapshotRefused {
    if (canonicalJson.length() * 3L <= MAX_BYTES) {
      return;
    }
    long bytes = utf8(canonicalJson);
    if (bytes > MAX_BYTES) {
      throw new SnapshotRefused(
          null,
          "all that governs one pod has "
              + bytes
              + " bytes and may have "
              + MAX_BYTES
              + "; the largest of it: "
              + largest(snapshot)
              + ". Let fewer routes select these pods, or shorten these; a provider's CA bundle"
              + " counts in each");
    }
  }

  private static String largest(Snapshot snapshot) {
    return Stream.of(
            snapshot.routes().stream().map(route -> part(route.object(), route)),
            snapshot.prompts().stream().map(prompt -> part(prompt.object(), prompt)),
            snapshot.providers().stream().map(provider -> part(provider.object(), provider)),
            snapshot.budgets().stream().map(budget -> part(budget.object(), budget)))
        .flatMap(each -> each)
        .sorted(Comparator.comparingLong(Part::bytes).reversed().thenComparing(Part::object))
        .limit(NAMED)
        .map(part -> part.object() + " (" + part.bytes() + ")")
        .collect(Collectors.joining(", "));
  }

  private static Part part(ObjectRef object, Object content) {
    return new Part(object, utf8(SnapshotCodec.canonical(content)));
  }

  private static long utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private record Part(ObjectRef object, long bytes) {}
}
