package io.tidegate.operator.admit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Optional;

/**
 * What was told of pods that the API server may ask about once more: it does so, within the same
 * creation, whenever another plugin changed the pod after us. The pod's annotation says of which
 * first review a review is the second, but never by itself: whoever writes the pod may have written
 * that too. Each first review serves for one second one, so that no more is left untold than was
 * told twice. Another replica of the operator has another memory, and tells again.
 */
final class FirstReviews {
  private static final int MOST = 4_096;

  /** Between our two answers other webhooks have their turns, of some seconds each at worst. */
  static final Duration LONGEST = Duration.ofSeconds(15);

  private final InstantSource clock;
  private final Deque<Told> told = new ArrayDeque<>();

  /**
   * @param pod digest of its subject and its annotation, which are as long as their writer likes
   */
  private record Told(String pod, InjectionReport report, Instant until) {}

  FirstReviews(InstantSource clock) {
    this.clock = clock;
  }

  synchronized void remember(AdmissionSubject subject, InjectionReport report) {
    Instant now = clock.instant();
    forget(now);
    if (told.size() == MOST) {
      told.removeFirst();
    }
    told.addLast(new Told(digest(subject, report.toJson()), report, now.plus(LONGEST)));
  }

  /**
   * What the first review of this pod told, once; empty if this is the first, for all we know.
   *
   * @param annotation the pod's, as it came; null: it has none
   */
  synchronized Optional<InjectionReport> take(AdmissionSubject subject, String annotation) {
    forget(clock.instant());
    if (annotation == null || told.isEmpty()) {
      return Optional.empty();
    }
    String pod = digest(subject, annotation);
    for (Iterator<Told> all = told.iterator(); all.hasNext(); ) {
      Told one = all.next();
      if (one.pod().equals(pod)) {
        all.remove();
        return Optional.of(one.report());
      }
    }
    return Optional.empty();
  }

  private void forget(Instant now) {
    while (!told.isEmpty() && told.getFirst().until().isBefore(now)) {
      told.removeFirst();
    }
  }

  private static String digest(AdmissionSubject subject, String annotation) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(subject.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha.digest(annotation.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
