package io.tidegate.e2e.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tidegate.operator.Operator;
import io.tidegate.sidecar.config.Acknowledgement;
import io.tidegate.sidecar.config.Acknowledgement.Verdict;
import io.tidegate.sidecar.config.StreamFrame;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.parsetools.RecordParser;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Speaks to an operator's TLS port as a sidecar and as the API server do. */
final class OperatorClient implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client;
  private final int port;
  private volatile String session;

  OperatorClient(Operator operator) {
    this.port = operator.tlsPort();
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setSsl(true)
                .setTrustOptions(
                    new PemTrustOptions().addCertValue(Buffer.buffer(operator.caPem()))));
  }

  /** Connects as a sidecar that acknowledges whatever comes; returns the answer's status. */
  int stream(String token) {
    return client
        .request(HttpMethod.GET, port, "localhost", "/v1/snapshots")
        .compose(
            request ->
                request.putHeader("Authorization", "Bearer " + token).send().map(this::receive))
        .await();
  }

  private int receive(HttpClientResponse answer) {
    if (answer.statusCode() == 200) {
      answer.handler(RecordParser.newDelimited("\n", this::line));
    }
    return answer.statusCode();
  }

  private void line(Buffer line) {
    try {
      switch (JSON.readValue(line.getBytes(), StreamFrame.class)) {
        case StreamFrame.Hello hello -> session = hello.session();
        case StreamFrame.Configuration sent ->
            post(
                "/v1/acknowledgements",
                JSON.writeValueAsString(
                    new Acknowledgement(
                        session, sent.nonce(), sent.version(), Verdict.Running, null, null)));
        default -> {}
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    post("/admit/inject", body).await();
  }

  private Future<Integer> post(String path, String body) {
    return client
        .request(HttpMethod.POST, port, "localhost", path)
        .compose(request -> request.putHeader("Content-Type", "application/json").send(body))
        .map(HttpClientResponse::statusCode);
  }

  @Override
  public void close() {
    client.close().await();
    vertx.close().await();
  }
}
