package io.tidegate.e2e.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidegate.cli.CrdFiles;
import io.tidegate.cli.embedded.EmbeddedApi;
import io.tidegate.e2e.cluster.Cluster;
import io.tidegate.e2e.cluster.Definitions;
import io.tidegate.e2e.cluster.SharedCluster;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The embedded API and a real API server give each case of the corpus the same verdict. */
@ExtendWith(SharedCluster.class)
final class CorpusAgreementIT {
  private static EmbeddedApi api;
  private static KubernetesClient client;
  private static KubernetesClient realClient;
  private static ApiUnderTest embedded;
  private static ApiUnderTest real;

  @BeforeAll
  static void start(Cluster cluster) throws IOException {
    api =
        EmbeddedApi.start(
            "127.0.0.1", 0, (namespace, name) -> Optional.empty(), InstantSource.system());
    client = api.client();
    CrdFiles.load().forEach(crd -> client.resource(crd).create());
    embedded = new ApiUnderTest(client, "default");
    realClient = cluster.admin();
    Definitions.apply(realClient);
    real = new ApiUnderTest(realClient, cluster.newNamespace("corpus"));
  }

  @AfterAll
  static void stop() {
    client.close();
    api.close();
    realClient.close();
  }

  static List<ObjectCase> cases() {
    return Corpus.cases();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void bothGiveOneVerdict(ObjectCase given) {
    ApiVerdict theirs = real.verdict(given);
    ApiVerdict ours = embedded.verdict(given);
    assertThat(shown(ours, given))
        .as("embedded: %s%nreal: %s", ours.message(), theirs.message())
        .isEqualTo(shown(theirs, given));
    assertThat(ours.spec().equals(CorpusAgreementIT::byValue, theirs.spec()))
        .as("stored: embedded %s%nreal %s", ours.spec(), theirs.spec())
        .isTrue();
    assertThat(theirs.stored()).as(theirs.message()).isEqualTo(given.refused().isEmpty());
    given.refused().ifPresent(fields -> assertThat(theirs.fields()).containsAll(fields));
  }

  /** A server may store 1.0 as 1. */
  private static int byValue(JsonNode one, JsonNode other) {
    boolean numbers = one.isNumber() && other.isNumber();
    return (numbers ? one.decimalValue().compareTo(other.decimalValue()) == 0 : one.equals(other))
        ? 0
        : 1;
  }

  /** An object that no field's rule refuses is refused in each decoder's own words. */
  private static String shown(ApiVerdict verdict, ObjectCase given) {
    boolean fields = given.refused().filter(Set::isEmpty).isEmpty();
    return verdict.code() + (fields ? " " + verdict.causes() : "");
  }
}
