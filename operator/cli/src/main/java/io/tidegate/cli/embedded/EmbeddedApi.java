package io.tidegate.cli.embedded;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tidegate.operator.EventLoops;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kubernetes API inside this process, reached over HTTP on loopback with a bearer token.
 *
 * <p>Fabric8's mock server is the store; what it lacks and the line needs stands before it: schema,
 * defaults and CEL of the CustomResourceDefinitions that are created in it, tokens and their
 * review, admission webhooks for pods, a {@code default} ServiceAccount per namespace, deletion of
 * what a deleted object owns. It is no API server: see the package's page for what it does not
 * claim.
 */
public final class EmbeddedApi implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedApi.class);

  private final Vertx vertx;
  private final ApiListener listener;
  private final ObjectStore store;
  private final String url;
  private final String token;

  private EmbeddedApi(
      Vertx vertx, ApiListener listener, ObjectStore store, String url, String token) {
    this.vertx = vertx;
    this.listener = listener;
    this.store = store;
    this.url = url;
    this.token = token;
  }

  /**
   * Starts the API with the namespaces {@code default} and {@code kube-system}.
   *
   * @param host loopback address to listen on
   * @param port 0 for any free one
   * @param services where webhooks that are named by a Service are reached
   * @throws IOException when the address is taken
   */
  public static EmbeddedApi start(
      String host, int port, ServiceAddresses services, InstantSource clock) throws IOException {
    Vertx vertx = EventLoops.create();
    ObjectMapper mapper = new ObjectMapper();
    ObjectStore store = new ObjectStore();
    PodAdmission admission =
        new PodAdmission(store, mapper, new WebhookCaller(vertx, mapper, services));
    WriteLine writes = new WriteLine(store, new CustomKinds(), admission);
    Collector collector = new Collector(store, writes);
    ApiRequests requests =
        new ApiRequests(store, writes, new Tokens(store, mapper, clock), collector, mapper);
    byte[] secret = new byte[24];
    new SecureRandom().nextBytes(secret);
    String token = HexFormat.of().formatHex(secret);
    ApiListener listener = new ApiListener(vertx, mapper, requests, store, token);
    for (String namespace : List.of("default", "kube-system")) {
      writes.create(ResourcePath.core("", "namespaces", ""), namespace(namespace));
      collector.furnish(namespace);
    }
    try {
      int bound = listener.listen(host, port).orTimeout(30, TimeUnit.SECONDS).join();
      return new EmbeddedApi(vertx, listener, store, "http://" + host + ":" + bound, token);
    } catch (CompletionException e) {
      vertx.close();
      throw new IOException(
          "the embedded API cannot listen on %s:%d: %s"
              .formatted(host, port, e.getCause().getMessage()),
          e.getCause());
    }
  }

  private static ObjectNode namespace(String name) {
    ObjectNode namespace = JsonNodeFactory.instance.objectNode();
    namespace.put("apiVersion", "v1").put("kind", "Namespace");
    namespace.putObject("metadata").put("name", name);
    return namespace;
  }

  public String url() {
    return url;
  }

  /** How a Fabric8 client reaches this API. */
  public Config config() {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl(url)
        .withOauthToken(token)
        .withNamespace("default")
        .withHttp2Disable(true)
        .withRequestRetryBackoffLimit(0)
        .build();
  }

  /** A new client; whoever asks for it closes it. */
  public KubernetesClient client() {
    return new KubernetesClientBuilder().withConfig(config()).build();
  }

  /** A kubeconfig file's text; it holds the bearer token. */
  public String kubeconfig() {
    return """
    apiVersion: v1
    kind: Config
    current-context: tidegate
    clusters:
    - name: tidegate
      cluster: {server: "%s"}
    users:
    - name: tidegate
      user: {token: "%s"}
    contexts:
    - name: tidegate
      context: {cluster: tidegate, user: tidegate, namespace: default}
    """
        .formatted(url, token);
  }

  /** Stops listening and forgets every object. */
  @Override
  public void close() {
    listener.close();
    store.close();
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("the embedded API did not end in order", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
