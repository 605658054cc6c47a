package io.tidegate.operator.admit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tidegate.api.SidecarProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each {@code NAME.in.yaml} holds a Namespace, perhaps a SidecarProfile, and a pod; {@code
 * NAME.out.yaml} what becomes of it. {@code -Dtidegate.regenerate=true} writes the latter anew.
 */
class InjectionGoldenTest {
  private static final Path CASES = Path.of("src/test/resources/injection");
  private static final String IN = ".in.yaml";

  static Stream<String> cases() throws IOException {
    try (Stream<Path> files = Files.list(CASES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(IN))
          .map(name -> name.substring(0, name.length() - IN.length()))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatBecomesOfThePodIsAsWrittenDown(String name) throws IOException {
    String outcome = outcome(Files.readString(CASES.resolve(name + IN)));
    Path golden = CASES.resolve(name + ".out.yaml");
    if (Boolean.getBoolean("tidegate.regenerate")) {
      Files.writeString(golden, outcome);
    }
    assertThat(outcome).isEqualTo(Files.readString(golden));
  }

  private static String outcome(String input) {
    Map<String, String> namespaceLabels = new LinkedHashMap<>();
    Optional<SidecarProfile> profile = Optional.empty();
    Pod pod = null;
    for (String document : input.split("(?m)^---$", -1)) {
      if (document.contains("kind: Namespace")) {
        namespaceLabels.putAll(
            Serialization.unmarshal(document, Namespace.class).getMetadata().getLabels());
      } else if (document.contains("kind: SidecarProfile")) {
        profile = Optional.of(Serialization.unmarshal(document, SidecarProfile.class));
      } else {
        pod = Serialization.unmarshal(document, Pod.class);
      }
    }
    InjectionProfile injection =
        profile.map(InjectionProfile::of).orElseGet(InjectionProfile::builtIn);
    return print(
        new InjectionPolicy(TestSettings.SETTINGS, any -> namespaceLabels, (ns, l, _) -> injection)
            .decide("support", pod),
        pod);
  }

  private static String print(InjectionDecision decision, Pod pod) {
    Map<String, Object> outcome = new LinkedHashMap<>();
    switch (decision) {
      case InjectionDecision.Skip skip ->
          outcome.put("skip", skip.reason() + ": " + skip.sentence());
      case InjectionDecision.Refuse refusal ->
          outcome.put("refuse", refusal.reason() + ": " + refusal.message());
      case InjectionDecision.Inject(InjectionProfile profile) -> {
        PodMutator.Mutation mutation = new PodMutator(TestSettings.SETTINGS).mutate(pod, profile);
        List<String> warnings = new ArrayList<>(mutation.report().warnings());
        mutation.replaced().forEach(note -> warnings.add(note.sentence()));
        outcome.put("warnings", warnings);
        outcome.put("pod", mutation.pod());
      }
    }
    return Serialization.asYaml(outcome);
  }
}
