package io.tidegate.sidecar.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Profile;
import io.tidegate.sidecar.config.Provider;
import io.tidegate.sidecar.config.Snapshot;
import io.tidegate.sidecar.config.SnapshotCodec;
import io.tidegate.sidecar.fetch.Certificates;
import io.tidegate.sidecar.policy.Policy;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpstreamPoolIT {
  private static final ObjectRef NAME = new ObjectRef("ModelProvider", "ai", "one");
  @TempDir Path dir;
  private Certificates certificate;
  private Vertx vertx;
  private HttpServer plain;
  private HttpServer secure;
  private UpstreamPool pool;

  @BeforeEach
  void start() throws Exception {
    Path hosts = Files.writeString(dir.resolve("hosts"), "127.0.0.1 operator.test other.test\n");
    vertx =
        Vertx.vertx(
            new VertxOptions().setAddressResolverOptions(UpstreamPool.resolver(hosts.toString())));
    certificate = Certificates.selfSigned(dir, "model");
    plain = serve(new HttpServerOptions());
    secure = serve(new HttpServerOptions().setSsl(true).setKeyCertOptions(certificate.server()));
    pool = new UpstreamPool(vertx);
  }

  @AfterEach
  void stop() throws Exception {
    await(vertx.close());
  }

  private HttpServer serve(HttpServerOptions options) throws Exception {
    HttpServer server = vertx.createHttpServer(options);
    server.requestHandler(request -> request.response().end("ok"));
    return await(server.listen(0, "127.0.0.1"));
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  private static Policy policy(String endpoint, String caPem, long generation) throws Exception {
    Provider provider =
        new Provider(
            NAME,
            Provider.Type.OpenAICompatible,
            endpoint,
            null,
            caPem,
            new Provider.Timeouts(60_000, 60_000, 60_000, 120_000),
            List.of(new Provider.Model("m", "m", null, null, null)));
    Profile profile =
        new Profile(
            null,
            List.of(),
            new Profile.Unmatched(Profile.Unmatched.Action.Deny, List.of()),
            new Profile.RequestLimits(1000, 10));
    return Policy.load(
        SnapshotCodec.encode(
            new Snapshot(
                1,
                new Snapshot.Workload("ns", "sa", "w"),
                List.of(),
                List.of(provider),
                List.of(),
                List.of(),
                profile,
                List.of(new Snapshot.Source(NAME, generation)))));
  }

  /** Status, or the failure. */
  private Future<Object> ask(Policy policy) {
    Promise<Object> answer = Promise.promise();
    OutboundRequest request =
        new OutboundRequest("POST", "/x", MultiMap.caseInsensitiveMultiMap(), Buffer.buffer("{}"));
    vertx.runOnContext(
        now ->
            pool.open(
                policy.provider(NAME),
                request,
                new Exchange.Listener() {
                  private int status;

                  @Override
                  public void head(Exchange.Head head) {
                    status = head.status();
                  }

                  @Override
                  public void bytes(Buffer bytes) {}

                  @Override
                  public void end() {
                    answer.complete(status);
                  }

                  @Override
                  public void failed(Exchange.Failure failure) {
                    answer.complete(failure);
                  }
                }));
    return answer.future();
  }

  @Test
  void namesComeFromTheHostsFile() throws Exception {
    Policy policy = policy("http://operator.test:" + plain.actualPort(), null, 1);
    assertThat(await(ask(policy))).isEqualTo(200);
  }

  @Test
  void aCertificateIsProvedAgainstTheProvidersOwnBundle() throws Exception {
    String pem = certificate.pem();
    Policy trusting = policy("https://operator.test:" + secure.actualPort(), pem, 1);
    assertThat(await(ask(trusting))).isEqualTo(200);
    Policy system = policy("https://operator.test:" + secure.actualPort(), null, 1);
    assertThat(await(ask(system)))
        .isInstanceOfSatisfying(
            Exchange.Failure.class,
            failure -> {
              assertThat(failure.what()).isEqualTo(Exchange.FailureCause.NO_CONNECTION);
              assertThat(failure.cause()).contains("TLS");
            });
  }

  @Test
  void aCertificateForAnotherNameIsRefused() throws Exception {
    String pem = certificate.pem();
    Policy other = policy("https://other.test:" + secure.actualPort(), pem, 1);
    assertThat(await(ask(other))).isInstanceOf(Exchange.Failure.class);
  }

  @Test
  void anUnknownNameSaysSo() throws Exception {
    assertThat(await(ask(policy("http://nowhere.invalid:1", null, 1))).toString())
        .contains("NO_CONNECTION");
  }

  @Test
  void poolsAreSharedByEqualEndpointsAndClosedWhenUnused() throws Exception {
    Policy first = policy("http://127.0.0.1:" + plain.actualPort(), null, 1);
    Policy same = policy("http://127.0.0.1:" + plain.actualPort(), null, 2);
    Policy other = policy("http://operator.test:" + plain.actualPort(), null, 3);
    assertThat(await(follow(first))).isZero();
    await(ask(first));
    assertThat(await(follow(same))).isEqualTo(1);
    await(ask(same));
    assertThat(await(follow(same))).isEqualTo(1);
    assertThat(await(follow(other))).isZero();
    // A call that pinned the older policy still gets through, and leaves nothing behind.
    assertThat(await(ask(first))).isEqualTo(200);
    assertThat(await(follow(other))).isZero();
  }

  private Future<Integer> follow(Policy policy) {
    Promise<Integer> size = Promise.promise();
    vertx.runOnContext(
        now -> {
          pool.follow(policy);
          size.complete(pool.size());
        });
    return size.future();
  }
}
