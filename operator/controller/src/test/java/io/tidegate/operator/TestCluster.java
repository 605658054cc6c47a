package io.tidegate.operator;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.KubernetesMixedDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.ServerRequest;
import io.fabric8.mockwebserver.ServerResponse;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.tidegate.api.ModelProvider;
import io.tidegate.api.ModelRoute;
import io.tidegate.api.ObjectStatus;
import io.tidegate.api.PromptVersion;
import io.tidegate.api.SidecarProfile;
import io.tidegate.api.TenantBudget;
import io.tidegate.operator.admit.InjectionProfile;
import io.tidegate.operator.admit.InjectionSettings;
import io.tidegate.operator.admit.PodMutator;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Fabric8's mock API server, with the TokenReview that it lacks. A pod's token is {@code
 * token/NAMESPACE/POD}.
 */
public final class TestCluster implements AutoCloseable {
  public static final String OPERATOR = "tidegate-system";
  public static final String URL = "https://tidegate-operator.tidegate-system.svc:8443";
  public static final String IMAGE = "tidegate/sidecar:0.1.0";

  /** The mock logs each request; held here, since the logging system forgets levels otherwise. */
  private static final Logger QUIET = Logger.getLogger("io.fabric8.mockwebserver");

  static {
    QUIET.setLevel(Level.WARNING);
  }

  public final AtomicInteger reviews = new AtomicInteger();
  private final KubernetesMockServer server;
  private final KubernetesClient client;
  private final Map<String, String> uids = new ConcurrentHashMap<>();
  public final AtomicInteger refusals = new AtomicInteger();

  /** Requests whose path begins so are answered with 403. */
  public final Set<String> forbidden = ConcurrentHashMap.newKeySet();

  private final Set<String> revoked = ConcurrentHashMap.newKeySet();

  /** The mock's own, known from its first request on. */
  private final AtomicReference<Vertx> vertx = new AtomicReference<>();

  public TestCluster() {
    Map<ServerRequest, Queue<ServerResponse>> responses = new HashMap<>();
    server =
        new KubernetesMockServer(
            new Context(new ObjectMapper()),
            new MockWebServer(),
            responses,
            dispatcher(responses),
            false);
    for (var type : kinds()) {
      server.expectCustomResource(CustomResourceDefinitionContext.fromCustomResourceType(type));
    }
    server.init();
    server
        .expect()
        .post()
        .withPath("/apis/authentication.k8s.io/v1/tokenreviews")
        .andReply(201, request -> review(request.getBody().readUtf8()))
        .always();
    client = server.createClient();
    namespace(OPERATOR, Map.of());
  }

  private KubernetesMixedDispatcher dispatcher(
      Map<ServerRequest, Queue<ServerResponse>> responses) {
    return new KubernetesMixedDispatcher(responses) {
      @Override
      public MockResponse dispatch(RecordedRequest request) {
        if (Vertx.currentContext() != null) {
          vertx.compareAndSet(null, Vertx.currentContext().owner());
        }
        if (forbidden.stream().anyMatch(request.getPath()::startsWith)) {
          refusals.incrementAndGet();
          return new MockResponse()
              .setResponseCode(403)
              .setBody("{\"kind\": \"Status\", \"code\": 403, \"message\": \"forbidden\"}");
        }
        return super.dispatch(request);
      }
    };
  }

  private static List<Class<? extends CustomResource<?, ?>>> kinds() {
    return List.of(
        ModelProvider.class,
        ModelRoute.class,
        TenantBudget.class,
        PromptVersion.class,
        SidecarProfile.class);
  }

  public KubernetesClient client() {
    return client;
  }

  public Operator operator(String... keysAndValues) {
    return Operator.start(
        settings(keysAndValues),
        new KubernetesClientBuilder().withConfig(client.getConfiguration()));
  }

  /** Free ports and short waits; further settings as pairs without the prefix. */
  public static OperatorSettings settings(String... keysAndValues) {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "TIDEGATE_HOST", "127.0.0.1",
                "TIDEGATE_TLS_PORT", "0",
                "TIDEGATE_ADMIN_PORT", "0",
                "TIDEGATE_DEBOUNCE_QUIET_MILLIS", "10",
                "TIDEGATE_DEBOUNCE_MOST_MILLIS", "100",
                "TIDEGATE_STATUS_INTERVAL_MILLIS", "100"));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      environment.put("TIDEGATE_" + keysAndValues[i], keysAndValues[i + 1]);
    }
    return OperatorSettings.of(environment);
  }

  public void namespace(String name, Map<String, String> labels) {
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .build())
        .create();
  }

  public void secret(String namespace, String name, String key, String value) {
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withData(
                    Map.of(
                        key,
                        java.util.Base64.getEncoder()
                            .encodeToString(
                                value.getBytes(java.nio.charset.StandardCharsets.UTF_8))))
                .build())
        .createOr(io.fabric8.kubernetes.client.dsl.NonDeletingOperation::update);
  }

  /** Creates the object, or replaces its spec whatever version of it the operator wrote since. */
  public <T extends HasMetadata> T apply(
      Class<T> type, String namespace, String name, String spec) {
    T object =
        Serialization.unmarshal(
            "metadata: {namespace: " + namespace + ", name: " + name + "}\nspec: " + spec, type);
    T held = client.resource(object).get();
    if (held == null) {
      return client.resource(object).create();
    }
    object.setMetadata(held.getMetadata());
    object.getMetadata().setResourceVersion(null);
    return LastWriter.win(() -> client.resource(object).update());
  }

  /** A provider with model {@code m} that needs no key, and a route to it for every call. */
  public void policy(String namespace) {
    apply(
        ModelProvider.class,
        namespace,
        "p",
        "{type: OpenAICompatible, endpoint: 'https://p.example/v1', models: [{name: m}]}");
    route(namespace, "r", "p", 100);
  }

  public void route(String namespace, String name, String provider, int maxOutputTokens) {
    apply(
        ModelRoute.class,
        namespace,
        name,
        "{limits: {maxOutputTokens: "
            + maxOutputTokens
            + "}, rules: [{name: all, targets: [{provider: "
            + provider
            + ", model: m}]}]}");
  }

  /**
   * The next write of the route's status is a conflict. The mock checks no resourceVersion there,
   * so this stands for what an API server does.
   */
  public void conflictOnce(String namespace, String route) {
    server
        .expect()
        .put()
        .withPath(
            "/apis/tidegate.io/v1alpha1/namespaces/"
                + namespace
                + "/modelroutes/"
                + route
                + "/status")
        .andReturn(
            409,
            new StatusBuilder().withCode(409).withReason("Conflict").withMessage("old").build())
        .once();
  }

  /** The same in a namespace of its own, without pods. */
  public void policyOf(String namespace) {
    namespace(namespace, Map.of());
    policy(namespace);
  }

  /** Of the route that {@link #policy} made. */
  public Optional<ObjectStatus> statusOf(String namespace) {
    return Optional.ofNullable(
        client.resources(ModelRoute.class).inNamespace(namespace).withName("r").get().getStatus());
  }

  /** A running pod with the sidecar that the operator injects. */
  public Pod pod(String namespace, String name) {
    return pod(namespace, name, pod -> pod);
  }

  public Pod pod(String namespace, String name, UnaryOperator<Pod> changed) {
    Pod injected = changed.apply(injected(namespace, name));
    injected.setStatus(
        new io.fabric8.kubernetes.api.model.PodStatusBuilder().withPhase("Running").build());
    Pod created = client.resource(injected).create();
    uids.put(token(namespace, name), created.getMetadata().getUid());
    return created;
  }

  public static Pod injected(String namespace, String name) {
    return injected(namespace, name, null);
  }

  /**
   * @param graceSeconds until it is killed; null: Kubernetes' own
   */
  public static Pod injected(String namespace, String name, Long graceSeconds) {
    Pod plain =
        new PodBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(name)
            .withUid("uid-" + name)
            .endMetadata()
            .withNewSpec()
            .withServiceAccountName("default")
            .withTerminationGracePeriodSeconds(graceSeconds)
            .addNewContainer()
            .withName("app")
            .withImage("app:1")
            .endContainer()
            .endSpec()
            .build();
    return new PodMutator(new InjectionSettings(OPERATOR, URL, IMAGE, () -> ""))
        .mutate(plain, InjectionProfile.builtIn())
        .pod();
  }

  public static String token(String namespace, String pod) {
    return "token/" + namespace + "/" + pod;
  }

  public void revoke(String token) {
    revoked.add(token);
  }

  private TokenReview review(String body) {
    reviews.incrementAndGet();
    return TokenReviews.answer(
        Serialization.unmarshal(body, TokenReview.class),
        token -> revoked.contains(token) ? null : uids.get(token));
  }

  @Override
  public void close() {
    client.close();
    try {
      server.destroy();
    } catch (IllegalStateException late) {
      // The mock gives its connections ten seconds, which a busy machine may not; and gives up.
      Vertx started = vertx.get();
      if (started == null) {
        throw late;
      }
      started.close().await();
    }
  }
}
