package io.tidegate.operator.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.operator.compile.Compilation;
import io.tidegate.operator.compile.WorkloadSnapshot;
import io.tidegate.operator.compile.WorkloadSnapshot.SecretKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SnapshotStoreTest {
  private static final Set<String> PODS = Set.of("a", "b");
  private final SnapshotStore store = new SnapshotStore();

  private static Compilation compilation(Map<String, String> versionByPod) {
    Map<String, WorkloadSnapshot> byPod = new java.util.HashMap<>();
    versionByPod.forEach(
        (pod, version) -> byPod.put(pod, new WorkloadSnapshot(version, "{}", null, Map.of())));
    return new Compilation(byPod, Map.of(), List.of());
  }

  private PublishedSnapshot of(String pod) {
    return store.forPod(pod).orElseThrow();
  }

  @Test
  void podsOfOneVersionShareWhatIsSent() {
    store.publish(compilation(Map.of("a", "v1", "b", "v1")), PODS);
    assertThat(of("a")).isSameAs(of("b"));
  }

  @Test
  void anEqualVersionKeepsItsNonce() {
    store.publish(compilation(Map.of("a", "v1")), PODS);
    long nonce = of("a").nonce();
    assertThat(store.publish(compilation(Map.of("a", "v1")), PODS)).isZero();
    assertThat(of("a").nonce()).isEqualTo(nonce);
  }

  @Test
  void anEqualVersionWithAKeyFromElsewhereIsNotSentAgainAndKnowsIt() {
    SecretKey elsewhere = new SecretKey("team", "other", "apiKey");
    store.publish(compilation(Map.of("a", "v1", "b", "v1")), PODS);
    long nonce = of("a").nonce();
    WorkloadSnapshot same = new WorkloadSnapshot("v1", "{}", null, Map.of("p", elsewhere));
    store.publish(new Compilation(Map.of("a", same, "b", same), Map.of(), List.of()), PODS);
    assertThat(of("a").nonce()).isEqualTo(nonce);
    assertThat(of("a").content().credentials()).containsEntry("p", elsewhere);
    assertThat(of("a")).isSameAs(of("b"));
  }

  @Test
  void aVersionThatComesBackGetsANewerNonce() {
    store.publish(compilation(Map.of("a", "v1")), PODS);
    store.publish(compilation(Map.of("a", "v2")), PODS);
    long second = of("a").nonce();
    store.publish(compilation(Map.of("a", "v1")), PODS);
    assertThat(of("a").nonce()).isGreaterThan(second);
  }

  @Test
  void aPodWithoutACompiledSnapshotKeepsItsLast() {
    store.publish(compilation(Map.of("a", "v1", "b", "v1")), PODS);
    store.publish(compilation(Map.of("b", "v2")), PODS);
    assertThat(of("a").version()).isEqualTo("v1");
    assertThat(of("b").version()).isEqualTo("v2");
  }

  @Test
  void aPodThatIsGoneIsForgotten() {
    store.publish(compilation(Map.of("a", "v1")), PODS);
    store.publish(compilation(Map.of()), Set.of("b"));
    assertThat(store.forPod("a")).isEmpty();
  }
}
