package io.tidegate.operator.compile;

import static io.tidegate.operator.compile.Cluster.OPERATOR;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.tidegate.api.ModelProvider;
import io.tidegate.api.ModelRoute;
import io.tidegate.api.PromptVersion;
import io.tidegate.api.TenantBudget;
import io.tidegate.sidecar.config.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The first thing that a new user applies has nothing wrong with it. */
class QuickstartTest {
  private static final Path QUICKSTART = Path.of("..", "..", "samples", "quickstart");

  @Test
  void nothingIsFoundWrongAndEveryObjectTakesPart() throws IOException {
    Cluster cluster = new Cluster().pod("quickstart", "assistant");
    List<String> governing = new ArrayList<>();
    for (HasMetadata object : objects()) {
      if (object instanceof Secret secret) {
        secret
            .getStringData()
            .keySet()
            .forEach(key -> cluster.secret(OPERATOR, secret.getMetadata().getName(), key));
      } else if (object.getApiVersion().startsWith("tidegate.io/")) {
        cluster.add(object);
        governing.add(object.getKind() + " " + object.getMetadata().getName());
      }
    }
    Compilation compilation = cluster.compile();
    assertThat(compilation.findings()).isEmpty();
    WorkloadSnapshot snapshot = compilation.forPod("uid-assistant");
    assertThat(snapshot.sources())
        .extracting(ref -> ref.kind() + " " + ref.name())
        .containsExactlyInAnyOrderElementsOf(governing);
    assertThat(snapshot.credentials())
        .containsOnlyKeys(OPERATOR + "/sample", OPERATOR + "/sample-anthropic");
    assertThat(snapshot.snapshot().workload())
        .isEqualTo(new Snapshot.Workload("quickstart", "default", "app"));
  }

  private static List<HasMetadata> objects() throws IOException {
    KubernetesSerialization yaml = new KubernetesSerialization();
    yaml.registerKubernetesResource(ModelProvider.class);
    yaml.registerKubernetesResource(ModelRoute.class);
    yaml.registerKubernetesResource(PromptVersion.class);
    yaml.registerKubernetesResource(TenantBudget.class);
    List<HasMetadata> objects = new ArrayList<>();
    try (Stream<Path> files = Files.list(QUICKSTART)) {
      for (Path file : files.filter(it -> it.toString().endsWith(".yaml")).toList()) {
        for (String document : Files.readString(file).split("(?m)^---$", -1)) {
          objects.add(yaml.unmarshal(document));
        }
      }
    }
    return objects;
  }
}
