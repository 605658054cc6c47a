package io.tidegate.e2e.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidegate.cli.CrdFiles;
import io.tidegate.cli.embedded.EmbeddedApi;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The embedded API gives each case of the corpus the verdict that is written there. */
final class EmbeddedCorpusTest {
  private static EmbeddedApi api;
  private static KubernetesClient client;
  private static ApiUnderTest tested;

  @BeforeAll
  static void start() throws IOException {
    api =
        EmbeddedApi.start(
            "127.0.0.1", 0, (namespace, name) -> Optional.empty(), InstantSource.system());
    client = api.client();
    CrdFiles.load().forEach(crd -> client.resource(crd).create());
    tested = new ApiUnderTest(client, "default");
  }

  @AfterAll
  static void stop() {
    client.close();
    api.close();
  }

  static List<ObjectCase> cases() {
    return Corpus.cases();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void givesTheVerdictThatIsWritten(ObjectCase given) {
    ApiVerdict verdict = tested.verdict(given);
    if (given.refused().isEmpty()) {
      assertThat(verdict.stored()).as(verdict.message()).isTrue();
    } else {
      assertThat(verdict.stored()).as("stored").isFalse();
      assertThat(verdict.fields()).as(verdict.message()).containsAll(given.refused().get());
    }
  }

  @Test
  void everyRuleOfEveryKindRefusesSomethingHere() {
    Set<String> unused = new TreeSet<>(Corpus.ruleMessages());
    for (ObjectCase given : Corpus.cases()) {
      String message = tested.verdict(given).message();
      unused.removeIf(
          rule -> rule.startsWith(given.kind()) && message.contains(rule.split(": ", 2)[1]));
    }
    assertThat(unused).isEmpty();
  }
}
