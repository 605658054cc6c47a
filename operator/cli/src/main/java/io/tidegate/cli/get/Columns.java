package io.tidegate.cli.get;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The cells of an object's row: kubectl's columns for the kind. */
final class Columns {
  /** Kinds of Kubernetes itself that are worth a look here, with the columns that kubectl has. */
  private static final Map<String, List<Column>> BUILT_IN =
      Map.of(
          "Pod",
          List.of(
              text("Ready", ".status.conditions[?(@.type==\"Ready\")].status"),
              text("Status", ".status.phase"),
              text("IP", ".status.podIP")),
          "Deployment",
          List.of(text("Ready", ".status.readyReplicas"), text("Replicas", ".spec.replicas")),
          "Service",
          List.of(text("Port", ".spec.ports[0].port")),
          "Event",
          List.of(
              text("Reason", ".reason"),
              text("Object", ".involvedObject.name"),
              text("Message", ".message")));

  private record Column(String name, String path, boolean date) {}

  private final List<Column> columns = new ArrayList<>();
  private final InstantSource clock;

  /**
   * @param definition empty for a kind of Kubernetes itself
   * @param wide columns of lower priority too
   */
  Columns(
      String kind,
      Optional<CustomResourceDefinition> definition,
      boolean wide,
      InstantSource clock) {
    this.clock = clock;
    definition.ifPresentOrElse(
        d ->
            d.getSpec().getVersions().getFirst().getAdditionalPrinterColumns().stream()
                .filter(c -> wide || c.getPriority() == null || c.getPriority() == 0)
                .forEach(this::add),
        () -> builtIn(kind));
  }

  private static Column text(String name, String path) {
    return new Column(name, path, false);
  }

  private void add(CustomResourceColumnDefinition column) {
    columns.add(
        new Column(column.getName(), column.getJsonPath(), column.getType().equals("date")));
  }

  private void builtIn(String kind) {
    columns.addAll(BUILT_IN.getOrDefault(kind, List.of()));
    columns.add(new Column("Age", ".metadata.creationTimestamp", true));
  }

  List<String> headings() {
    return columns.stream().map(Column::name).toList();
  }

  List<String> cells(JsonNode object) {
    return columns.stream().map(c -> cell(c, JsonPaths.at(object, c.path()))).toList();
  }

  private String cell(Column column, JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    return column.date()
        ? age(value.asText())
        : value.isValueNode() ? value.asText() : value.toString();
  }

  /**
   * Elapsed time as kubectl writes it: two units at most, the second only where it tells something.
   */
  private String age(String since) {
    try {
      Duration age = Duration.between(Instant.parse(since), clock.instant());
      long seconds = Math.max(0, age.toSeconds());
      if (seconds < 120) {
        return seconds + "s";
      }
      if (seconds < 3 * 3600) {
        return seconds / 60 + "m";
      }
      return seconds < 48 * 3600 ? seconds / 3600 + "h" : seconds / 86400 + "d";
    } catch (DateTimeException e) {
      return "<unknown>";
    }
  }
}
