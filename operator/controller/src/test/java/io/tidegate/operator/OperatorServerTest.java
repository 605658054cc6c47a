package io.tidegate.operator;

import static io.tidegate.operator.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.operator.tls.CertificateIssuer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OperatorServerTest {
  private static OperatorSettings at(String host) {
    return OperatorSettings.of(
        Map.of("TIDEGATE_HOST", host, "TIDEGATE_OPERATOR_URL", "https://op.test:8443"));
  }

  /** A webhook that is registered by URL is called by the address that the operator listens on. */
  @Test
  void theCertificateNamesTheAddressThatCallersUse() {
    assertThat(OperatorServer.names(at("127.77.0.1")))
        .containsExactlyInAnyOrder("op.test", "127.77.0.1");
    assertThat(OperatorServer.names(at("op.test"))).containsExactly("op.test");
    assertThat(OperatorServer.names(at("0.0.0.0"))).containsExactly("op.test");
    assertThat(OperatorServer.names(at("::"))).containsExactly("op.test");
  }

  @ParameterizedTest
  @EnumSource(
      value = HttpVersion.class,
      names = {"HTTP_1_1", "HTTP_2"})
  void whatWasAskedBeforeTheEndIsAnsweredAndNobodyElseIsTakenIn(HttpVersion version) {
    Vertx vertx = Vertx.vertx();
    try (TestCluster cluster = new TestCluster()) {
      CertificateIssuer issuer =
          CertificateIssuer.open(
              cluster.client(), "tidegate-system", Set.of("localhost"), Clock.systemUTC());
      Promise<Void> asked = Promise.promise();
      Promise<String> answer = Promise.promise();
      OperatorServer server =
          OperatorServer.listen(
                  vertx, issuer, "127.0.0.1", 0, router -> slow(router, asked, answer.future()))
              .await();
      HttpClient client =
          vertx.createHttpClient(
              StubSidecar.trusting(issuer.caPem()).setProtocolVersion(version),
              new PoolOptions().setHttp2MaxSize(1));
      Future<String> under = get(client, server.port());
      asked.future().await();
      CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
      until("the port is closed", () -> refused(server.port()));
      assertThat(closed).isNotDone();
      answer.complete("answered");
      assertThat(under.await()).isEqualTo("answered");
      closed.join();
      client.close().await();
    } finally {
      vertx.close().await();
    }
  }

  /** What the API server's client, which is of HTTP/1.1, then asks comes by another connection. */
  @Test
  void whoeverIsAnsweredByAReplicaThatIsGoingComesNoMoreOnThatConnection() {
    Vertx vertx = Vertx.vertx();
    try (TestCluster cluster = new TestCluster()) {
      CertificateIssuer issuer =
          CertificateIssuer.open(
              cluster.client(), "tidegate-system", Set.of("localhost"), Clock.systemUTC());
      OperatorServer server =
          OperatorServer.listen(
                  vertx,
                  issuer,
                  "127.0.0.1",
                  0,
                  router -> router.get("/").handler(call -> call.end("answered")))
              .await();
      HttpClient client =
          vertx.createHttpClient(
              StubSidecar.trusting(issuer.caPem()).setProtocolVersion(HttpVersion.HTTP_1_1));
      assertThat(connection(client, server.port())).isNull();
      server.retire();
      assertThat(connection(client, server.port())).isEqualTo("close");
      assertThat(get(client, server.port()).await()).isEqualTo("answered");
      client.close().await();
      server.close();
    } finally {
      vertx.close().await();
    }
  }

  /** The answer's header of that name. */
  private static String connection(HttpClient client, int port) {
    return client
        .request(HttpMethod.GET, port, "localhost", "/")
        .compose(request -> request.send())
        .map(response -> response.getHeader("Connection"))
        .await();
  }

  private static void slow(Router router, Promise<Void> asked, Future<String> answer) {
    router
        .get("/")
        .handler(
            call -> {
              asked.tryComplete();
              answer.onSuccess(call::end);
            });
  }

  private static Future<String> get(HttpClient client, int port) {
    return client
        .request(HttpMethod.GET, port, "localhost", "/")
        .compose(request -> request.send())
        .compose(response -> response.body())
        .map(Buffer::toString);
  }

  private static boolean refused(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return !socket.isConnected();
    } catch (IOException e) {
      return true;
    }
  }
}
