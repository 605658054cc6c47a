package io.tidegate.operator.admit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tidegate.operator.events.Events;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells what happened: a counter by reason always, an Event where a person would want to know. */
public final class InjectionRecorder {
  private static final Logger LOG = LoggerFactory.getLogger(InjectionRecorder.class);
  private static final String ADMISSIONS = "tidegate.admissions";
  private static final String BYPASSED = "tidegate.injection.bypassed";

  private final MeterRegistry meters;
  private final Events events;
  private final FirstReviews first;
  private final Timer duration;

  public InjectionRecorder(MeterRegistry meters, Events events, InstantSource clock) {
    this.meters = meters;
    this.events = events;
    this.first = new FirstReviews(clock);
    this.duration =
        Timer.builder("tidegate.admission.duration")
            .description("From the parsed review to its answer")
            .register(meters);
  }

  /**
   * Says what is new. The API server asks again whenever another plugin changed the pod after us,
   * as the one for ServiceAccounts does with nearly every pod, and what was told then is not told
   * again.
   *
   * @param annotation the report that the pod came with, whoever wrote it; null: none
   */
  void injected(AdmissionSubject subject, PodMutator.Mutation mutation, String annotation) {
    InjectionReport report = mutation.report();
    InjectionReport before = first.take(subject, annotation).orElse(null);
    count("injected", before == null ? "Injected" : "InjectedAgain");
    if (before == null) {
      first.remember(subject, report);
      String profile = report.profile();
      tell(subject, InjectionEvent.Injected, "sidecar injected into pods by profile " + profile);
    }
    for (InjectionReport.Bypass bypass : report.bypassed()) {
      if (before == null || !before.bypassed().contains(bypass)) {
        meters.counter(BYPASSED, "reason", bypass.reason().name()).increment();
        tell(subject, InjectionEvent.Bypassed, bypass.sentence());
      }
    }
    for (InjectionReport.Note note : report.cautions()) {
      if (before == null || !before.cautions().contains(note)) {
        tellPodToo(subject, note.caution(), note.sentence());
      }
    }
  }

  /** Whoever wants to know of the pod is told once it exists, with all others that are without. */
  void skipped(SkipReason reason) {
    count("skipped", reason.name());
  }

  /** Who creates a pod without a controller reads the refusal itself, and no pod comes of it. */
  void refused(AdmissionSubject subject, InjectionDecision.Refuse refusal) {
    count("refused", refusal.reason().name());
    if (subject.reportOn().filter(on -> on.getUid() != null).isPresent()) {
      tell(subject, InjectionEvent.InjectionRefused, refusal.message());
    }
  }

  void failed(String namespace, Exception failure) {
    count("failed", "InternalError");
    LOG.error(
        "admission of a pod in namespace {} failed; it runs without sidecar", namespace, failure);
  }

  /** A body that is no AdmissionReview, or too long a one. */
  void unreadable(String reason, String detail) {
    count("failed", reason);
    LOG.warn("admission request unreadable: {}", detail);
  }

  <T> T timed(Supplier<T> review) {
    return duration.record(review);
  }

  private void tell(AdmissionSubject subject, Events.Reason reason, String message) {
    if (!subject.dryRun()) {
      subject.reportOn().ifPresent(on -> events.publish(on, reason, message));
    }
  }

  /** Whoever wonders why its calls are refused looks at the pod, not at what created it. */
  private void tellPodToo(AdmissionSubject subject, Events.Reason reason, String message) {
    tell(subject, reason, message);
    if (!subject.dryRun() && !subject.pod().equals(subject.reportOn())) {
      subject.pod().ifPresent(pod -> events.publish(pod, reason, message));
    }
  }

  private void count(String result, String reason) {
    meters.counter(ADMISSIONS, "result", result, "reason", reason).increment();
  }
}
