package io.tidegate.e2e.chart;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The objects that a chart gives under some values.
 *
 * @param yaml as Helm prints it, comments included
 */
record Rendering(String yaml, List<HasMetadata> objects) {
  private static final Pattern SEPARATOR = Pattern.compile("(?m)^---\\s*$");
  private static final KubernetesSerialization YAML = new KubernetesSerialization();
  private static final Pattern ONLY_COMMENTS = Pattern.compile("(?s)(\\s*(#[^\\n]*)?\\n?)*");

  static Rendering of(String yaml) {
    List<HasMetadata> objects =
        SEPARATOR
            .splitAsStream(yaml)
            .filter(document -> !ONLY_COMMENTS.matcher(document).matches())
            .<HasMetadata>map(YAML::unmarshal)
            .toList();
    return new Rendering(yaml, objects);
  }

  <T extends HasMetadata> Stream<T> all(Class<T> type) {
    return objects.stream().filter(type::isInstance).map(type::cast);
  }

  /** The only object of this type and name. */
  <T extends HasMetadata> T one(Class<T> type, String name) {
    List<T> found = all(type).filter(o -> o.getMetadata().getName().equals(name)).toList();
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " objects " + type.getSimpleName() + " " + name);
    }
    return found.getFirst();
  }

  /** {@code Kind name}, or {@code Kind namespace/name}, sorted. */
  List<String> names() {
    return objects.stream().map(Rendering::name).sorted().toList();
  }

  static String name(HasMetadata object) {
    String namespace = object.getMetadata().getNamespace();
    return object.getKind()
        + " "
        + (namespace == null ? "" : namespace + "/")
        + object.getMetadata().getName();
  }
}
