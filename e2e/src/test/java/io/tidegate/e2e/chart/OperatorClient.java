package io.tidegate.e2e.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tidegate.operator.Operator;
import io.tidegate.operator.StubSidecar;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayDeque;
import java.util.Deque;

/** Speaks to an operator's TLS port as sidecars and as the API server do. */
final class OperatorClient implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final Vertx vertx = Vertx.vertx();
  private final Deque<StubSidecar> sidecars = new ArrayDeque<>();
  private final HttpClientAgent client;
  private final int port;

  OperatorClient(Operator operator) {
    this.port = operator.tlsPort();
    this.client = StubSidecar.client(vertx, operator);
  }

  /** Connects as a sidecar that acknowledges whatever comes; returns the answer's status. */
  int stream(String token) {
    sidecars.push(new StubSidecar(client, port).acknowledging());
    return sidecars.peek().connect(token).status();
  }

  /** Asks for a pod's injection, as the API server does at its creation. */
  void review(String namespace, Object pod) throws JsonProcessingException {
    String body =
        """
        {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
         "uid": "1", "kind": {"version": "v1", "kind": "Pod"}, "operation": "CREATE",
         "namespace": "%s", "dryRun": false, "object": %s}}
        """
            .formatted(namespace, JSON.writeValueAsString(pod));
    client
        .request(HttpMethod.POST, port, "localhost", "/admit/inject")
        .compose(request -> request.putHeader("Content-Type", "application/json").send(body))
        .await();
  }

  @Override
  public void close() {
    sidecars.forEach(StubSidecar::close);
    client.close().await();
    vertx.close().await();
  }
}
