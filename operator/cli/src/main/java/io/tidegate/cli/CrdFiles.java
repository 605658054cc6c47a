package io.tidegate.cli;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tidegate.api.ModelProvider;
import io.tidegate.api.ModelRoute;
import io.tidegate.api.PromptVersion;
import io.tidegate.api.SidecarProfile;
import io.tidegate.api.TenantBudget;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The generated CustomResourceDefinitions, as they travel in the jar of {@code crds}. */
public final class CrdFiles {
  private static final List<Class<? extends HasMetadata>> KINDS =
      List.of(
          ModelProvider.class,
          ModelRoute.class,
          TenantBudget.class,
          PromptVersion.class,
          SidecarProfile.class);

  private CrdFiles() {}

  /** All definitions of group {@code tidegate.io}. */
  public static List<CustomResourceDefinition> load() {
    return KINDS.stream().map(CrdFiles::load).toList();
  }

  private static CustomResourceDefinition load(Class<? extends HasMetadata> kind) {
    String name = "/io/tidegate/crds/" + HasMetadata.getFullResourceName(kind) + "-v1.yaml";
    try (InputStream file = CrdFiles.class.getResourceAsStream(name)) {
      if (file == null) {
        throw new IllegalStateException(name + " is not on the class path: build module crds");
      }
      return Serialization.unmarshal(file, CustomResourceDefinition.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
