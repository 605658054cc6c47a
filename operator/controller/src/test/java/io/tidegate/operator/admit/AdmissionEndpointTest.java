package io.tidegate.operator.admit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.zjsonpatch.JsonPatch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.operator.events.Events;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdmissionEndpointTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PLAIN_POD =
      """
      {"apiVersion":"v1","kind":"Pod","metadata":{"generateName":"web-","labels":{},
       "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-1","uid":"u1","controller":true}]},
       "spec":{"containers":[{"name":"app","image":"acme/web:1","resources":{},"env":[]}],"volumes":[]}}\
      """;

  private static final String PROXIED_POD =
      PLAIN_POD.replace(
          "\"env\":[]", "\"env\":[{\"name\":\"HTTP_PROXY\",\"value\":\"http://corp:3128\"}]");

  private record Published(ObjectReference on, Events.Reason kind, String message) {}

  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final List<Published> events = new CopyOnWriteArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private volatile InjectionProfile profile = InjectionProfile.builtIn();
  private volatile NamespaceLookup namespaces = any -> Map.of("tidegate.io/inject", "enabled");
  private HttpServer server;

  @BeforeEach
  void start() {
    InjectionPolicy policy =
        new InjectionPolicy(
            TestSettings.SETTINGS,
            name -> namespaces.labelsOf(name),
            (namespace, labels, _) -> profile);
    AdmissionEndpoint endpoint =
        new AdmissionEndpoint(
            policy,
            new PodMutator(TestSettings.SETTINGS),
            new InjectionRecorder(
                meters,
                (on, kind, message) -> events.add(new Published(on, kind, message)),
                now::get));
    Router router = Router.router(vertx);
    router.post("/admit/inject").handler(endpoint.handler());
    server = vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1").await();
  }

  @AfterEach
  void stop() {
    client.close();
    vertx.close().await();
  }

  @Test
  void aRehearsalMakesAPatchAndTellsNobody() throws Exception {
    PodMutator mutator = new PodMutator(TestSettings.SETTINGS);
    InjectionRecorder recorder =
        new InjectionRecorder(
            meters, (on, kind, message) -> events.add(new Published(on, kind, message)), now::get);

    assertThat(new AdmissionReviewer(JSON, null, mutator, recorder).rehearse()).isPositive();
    assertThat(events).isEmpty();
    assertThat(
            meters.getMeters().stream()
                .flatMap(m -> StreamSupport.stream(m.measure().spliterator(), false)))
        .allMatch(measured -> measured.getValue() == 0);
  }

  @Test
  void thePatchOfAnAdmittedPodAppliesToWhatTheApiServerSent() throws Exception {
    JsonNode response = review(PLAIN_POD, false).path("response");
    assertThat(response.path("uid").asText()).isEqualTo("42");
    assertThat(response.path("allowed").asBoolean()).isTrue();
    assertThat(response.path("patchType").asText()).isEqualTo("JSONPatch");
    JsonNode patch = JSON.readTree(Base64.getDecoder().decode(response.path("patch").asText()));
    JsonNode pod = JsonPatch.apply(patch, JSON.readTree(PLAIN_POD));
    assertThat(pod.at("/spec/initContainers/0/name").asText()).isEqualTo("tidegate");
    assertThat(pod.at("/spec/containers/0/resources").isObject()).isTrue();
    assertThat(pod.at("/metadata/labels/tidegate.io~1injected").asText()).isEqualTo("true");
    assertThat(
            meters
                .counter("tidegate.admissions", "result", "injected", "reason", "Injected")
                .count())
        .isEqualTo(1);
    assertThat(events)
        .extracting(e -> e.on().getKind() + "/" + e.on().getName())
        .containsExactly("ReplicaSet/web-1");
  }

  @Test
  void aFailureOfOurOwnAdmitsThePodAndSaysSo() throws Exception {
    namespaces =
        any -> {
          throw new IllegalStateException("the API server is away");
        };
    JsonNode response = review(PLAIN_POD, false).path("response");
    assertThat(response.path("allowed").asBoolean()).isTrue();
    assertThat(response.has("patch")).isFalse();
    assertThat(response.path("warnings").get(0).asText()).contains("WITHOUT a sidecar");
    assertThat(
            meters
                .counter("tidegate.admissions", "result", "failed", "reason", "InternalError")
                .count())
        .isEqualTo(1);
  }

  @Test
  void aPodWithoutSpecIsLeftToTheApiServersOwnValidation() throws Exception {
    JsonNode response =
        review("{\"kind\":\"Pod\",\"metadata\":{\"name\":\"x\"}}", false).path("response");
    assertThat(response.path("allowed").asBoolean()).isTrue();
    assertThat(response.path("warnings")).isNotEmpty();
  }

  @Test
  void aPodThatReachesForTheSidecarsSecretsIsRefusedWithTheFieldAndTheNextStep() throws Exception {
    String pod =
        PLAIN_POD.replace(
            "\"env\":[]", "\"volumeMounts\":[{\"name\":\"tidegate-token\",\"mountPath\":\"/t\"}]");
    JsonNode response = review(pod, false).path("response");
    assertThat(response.path("allowed").asBoolean()).isFalse();
    assertThat(response.at("/status/message").asText())
        .contains("container app mounts volume tidegate-token", "next: remove the mount");
    assertThat(events).extracting(Published::kind).containsExactly(InjectionEvent.InjectionRefused);
  }

  @Test
  void aWayPastTheSidecarIsToldInAnEventAndInAWarning() throws Exception {
    String pod =
        PLAIN_POD.replace(
            "\"env\":[]", "\"env\":[{\"name\":\"HTTP_PROXY\",\"value\":\"http://corp:3128\"}]");
    JsonNode response = review(pod, false).path("response");
    String told = "container app: HTTP_PROXY is set and NO_PROXY does not name 127.0.0.1; next: ";
    assertThat(response.path("warnings").get(0).asText()).startsWith("Bypassed: " + told);
    assertThat(events)
        .filteredOn(event -> event.kind() == InjectionEvent.Bypassed)
        .singleElement()
        .satisfies(event -> assertThat(event.message()).startsWith(told));
  }

  /** The API server's own plugin for ServiceAccounts changes nearly every pod after us. */
  @Test
  void aPodThatIsReviewedTwiceIsToldAndCountedOnce() throws Exception {
    profile = InjectionProfile.missing("gone");
    ObjectNode injected = injected(PROXIED_POD);
    List<Published> once = List.copyOf(events);
    injected
        .withArray("/spec/initContainers/0/volumeMounts")
        .addObject()
        .put("name", "kube-api-access-x")
        .put("mountPath", "/var/run/secrets/kubernetes.io/serviceaccount");

    review(injected.toString(), false);
    assertThat(events).isEqualTo(once);
    assertThat(bypassed()).isEqualTo(1);
    assertThat(admissions("InjectedAgain")).isEqualTo(1);
  }

  @Test
  void whatCameIntoThePodBetweenTwoReviewsIsTold() throws Exception {
    ObjectNode injected = injected(PROXIED_POD);
    List<Published> once = List.copyOf(events);
    ((ArrayNode) injected.at("/spec/containers"))
        .add(((ObjectNode) injected.at("/spec/containers/0")).deepCopy().put("name", "later"));
    review(injected.toString(), false);
    assertThat(events.subList(once.size(), events.size()))
        .extracting(event -> event.kind() + " " + event.message())
        .singleElement()
        .satisfies(event -> assertThat(event).startsWith("Bypassed container later: "));
  }

  /** A template can have the very annotation that another pod of it got. */
  @Test
  void anAnnotationThatSomebodyElseWroteSilencesNothing() throws Exception {
    profile = InjectionProfile.missing("gone");
    ObjectNode injected = injected(PROXIED_POD);
    review(injected.toString(), false);
    List<Published> once = List.copyOf(events);

    review(injected.toString(), false);
    assertThat(events).hasSize(2 * once.size());
    assertThat(bypassed()).isEqualTo(2);
    assertThat(admissions("Injected")).isEqualTo(2);
    String elsewhere = injected.toString().replace("web-1", "web-2").replace("\"u1", "\"u2");
    review(elsewhere, false);
    assertThat(bypassed()).as("of another controller").isEqualTo(3);
    assertThat(events).hasSize(3 * once.size());
  }

  @Test
  void aReviewThatComesTooLateToBeASecondOneIsAFirst() throws Exception {
    ObjectNode injected = injected(PROXIED_POD);
    now.set(now.get().plus(FirstReviews.LONGEST).plusMillis(1));
    review(injected.toString(), false);
    assertThat(bypassed()).isEqualTo(2);
  }

  /** As the API server has it after our patch. */
  private ObjectNode injected(String pod) throws Exception {
    JsonNode first = review(pod, false).path("response");
    JsonNode patch = JSON.readTree(Base64.getDecoder().decode(first.path("patch").asText()));
    return (ObjectNode) JsonPatch.apply(patch, JSON.readTree(pod));
  }

  private double bypassed() {
    return meters.counter("tidegate.injection.bypassed", "reason", "Proxy").count();
  }

  private double admissions(String reason) {
    return meters.counter("tidegate.admissions", "result", "injected", "reason", reason).count();
  }

  @Test
  void aLabelThatNamesNoProfileIsToldOnTheOwnerAndOnThePod() throws Exception {
    profile = InjectionProfile.missing("gone");
    review(PLAIN_POD, false);
    assertThat(events)
        .filteredOn(event -> event.kind() == Caution.ProfileNotFound)
        .allSatisfy(
            event ->
                assertThat(event.message())
                    .contains("label tidegate.io/profile=gone", "correct the label"))
        .extracting(event -> event.on().getKind() + "/" + event.on().getName())
        .containsExactly("ReplicaSet/web-1", "Pod/web-*");
  }

  @Test
  void aDryRunWritesNoEvent() throws Exception {
    assertThat(review(PLAIN_POD, true).at("/response/patch").asText()).isNotEmpty();
    assertThat(events).isEmpty();
  }

  @Test
  void anUpdateIsAdmittedUnread() throws Exception {
    String body = body(PLAIN_POD, false).replace("\"CREATE\"", "\"UPDATE\"");
    JsonNode response = JSON.readTree(post(body).body()).path("response");
    assertThat(response.path("allowed").asBoolean()).isTrue();
    assertThat(response.has("patch")).isFalse();
  }

  @Test
  void whatIsNoReviewIsABadRequest() throws Exception {
    assertThat(post("{").statusCode()).isEqualTo(400);
    assertThat(post("").statusCode()).isEqualTo(400);
    assertThat(post("{\"request\":{}}").body()).contains("request.uid is missing");
  }

  @Test
  void aReviewBeyondTheBoundIsRefusedUnread() throws Exception {
    String padding = "x".repeat(AdmissionEndpoint.MOST_BYTES);
    assertThat(post("{\"a\":\"" + padding + "\"}").statusCode()).isEqualTo(413);
  }

  /** Each of them is an object in memory, of many times its two bytes. */
  @Test
  void aReviewOfNothingButBracketsIsRefused() throws Exception {
    HttpResponse<String> response = post("[" + "[],".repeat(1_000_000) + "[]]");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("400000");
  }

  private JsonNode review(String pod, boolean dryRun) throws Exception {
    HttpResponse<String> response = post(body(pod, dryRun));
    assertThat(response.statusCode()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  private static String body(String pod, boolean dryRun) {
    return """
    {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"42",
     "kind":{"group":"","version":"v1","kind":"Pod"},"operation":"CREATE","namespace":"support",
     "dryRun":%s,"object":%s}}\
    """
        .formatted(dryRun, pod);
  }

  private HttpResponse<String> post(String body) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + server.actualPort() + "/admit/inject");
    return client.send(
        HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
