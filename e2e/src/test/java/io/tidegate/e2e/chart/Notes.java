package io.tidegate.e2e.chart;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What Helm prints after an install, and the objects that it tells to apply. */
record Notes(String text) {
  private static final String NO_CLUSTER =
      "{apiVersion: v1, kind: Config, clusters: [], contexts: [], users: []}";

  static Notes of(Chart chart, Map<String, ?> values) {
    try {
      Path directory = Files.createTempDirectory("tidegate-notes");
      Path config = Files.writeString(directory.resolve("config"), NO_CLUSTER);
      Path file = Files.writeString(directory.resolve("values"), Serialization.asJson(values));
      InstallCommand install =
          new Helm(chart.directory())
              .install()
              .withName(Chart.RELEASE)
              .withNamespace(Chart.NAMESPACE)
              .withKubeVersion(Chart.KUBE_VERSION)
              .withKubeConfig(config)
              .withValuesFile(file)
              .clientOnly()
              .dryRun();
      String output = install.call().getOutput();
      Files.delete(file);
      Files.delete(config);
      Files.delete(directory);
      return new Notes(output.substring(output.indexOf("\nNOTES:\n") + "\nNOTES:\n".length()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Between the lines of the here-document. */
  List<HasMetadata> objects() {
    String begin = "kubectl apply -f - <<EOF\n";
    int from = text.indexOf(begin) + begin.length();
    return Rendering.of(text.substring(from, text.indexOf("\nEOF\n", from))).objects();
  }
}
