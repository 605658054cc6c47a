package io.tidegate.operator.compile;

import io.tidegate.api.SidecarProfileSpec;
import io.tidegate.api.SidecarProfileSpec.Source;
import io.tidegate.sidecar.config.Profile;
import io.tidegate.sidecar.config.TaskField;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Where each field of the request contract comes from in one class of pods: the platform's labels
 * pin it in the order namespace, ServiceAccount, pod; what no label pins is left to the call's own
 * words.
 *
 * <p>A pod's label is believed only where the profile lists the field's allowed values, because
 * whoever writes a Deployment writes its labels.
 */
final class IdentityPins {
  private static final Set<Source> ALL_BUT_POD = EnumSet.complementOf(EnumSet.of(Source.PodLabel));
  private final GovernedNamespace namespace;

  IdentityPins(GovernedNamespace namespace) {
    this.namespace = namespace;
  }

  /** Only fields about which the profile or a label says something. */
  List<Profile.FieldRule> rules(SidecarProfileSpec profile, WorkloadClass pods) {
    List<Profile.FieldRule> rules = new ArrayList<>();
    for (TaskField field : TaskField.values()) {
      SidecarProfileSpec.FieldRule said = said(profile, field);
      Pin pin = pin(field, said, pods);
      if (said != null || pin != null) {
        rules.add(
            new Profile.FieldRule(
                field,
                pin == null ? null : pin.value,
                pin == null ? null : pin.place,
                callSources(sources(said)),
                said != null && said.required(),
                said == null ? null : said.defaultValue(),
                said == null ? List.of() : said.allowedValues()));
      }
    }
    return rules;
  }

  /** Labels of pods that the profile lets pin a field. */
  static Set<String> podLabels(SidecarProfileSpec profile) {
    Set<String> labels = new java.util.TreeSet<>();
    for (SidecarProfileSpec.FieldRule rule : profile.identity()) {
      if (rule.sources().contains(Source.PodLabel)) {
        labels.add(TaskField.valueOf(rule.field().name().toUpperCase(Locale.ROOT)).label());
      }
    }
    return labels;
  }

  private static SidecarProfileSpec.FieldRule said(SidecarProfileSpec profile, TaskField field) {
    return profile.identity().stream()
        .filter(rule -> rule.field().name().equals(field.key()))
        .findFirst()
        .orElse(null);
  }

  private Pin pin(TaskField field, SidecarProfileSpec.FieldRule said, WorkloadClass pods) {
    Set<Source> sources = sources(said);
    if (sources.contains(Source.Namespace)) {
      String value = namespace.labels().get(field.label());
      if (value != null && !value.isEmpty()) {
        return new Pin(value, "label " + field.label() + " of Namespace " + namespace.name());
      }
    }
    if (sources.contains(Source.ServiceAccount)) {
      Map<String, String> labels = namespace.labelsOfAccount(pods.serviceAccount());
      String value = labels.get(field.label());
      if (value != null && !value.isEmpty()) {
        return new Pin(
            value,
            "label "
                + field.label()
                + " of ServiceAccount "
                + namespace.name()
                + "/"
                + pods.serviceAccount());
      }
    }
    if (said != null && sources.contains(Source.PodLabel)) {
      String value = pods.labels().get(field.label());
      if (value != null && said.allowedValues().contains(value)) {
        return new Pin(value, "label " + field.label() + " of the pod");
      }
    }
    return null;
  }

  private static Set<Source> sources(SidecarProfileSpec.FieldRule said) {
    return said == null || said.sources().isEmpty() ? ALL_BUT_POD : EnumSet.copyOf(said.sources());
  }

  private static List<Profile.CallSource> callSources(Set<Source> sources) {
    List<Profile.CallSource> call = new ArrayList<>();
    for (Profile.CallSource source : Profile.CallSource.values()) {
      if (sources.contains(Source.valueOf(source.name()))) {
        call.add(source);
      }
    }
    return call;
  }

  private record Pin(String value, String place) {}
}
