package io.tidegate.e2e.operator;

import io.fabric8.kubernetes.client.Config;
import io.tidegate.cli.local.LoopbackNetwork;
import io.tidegate.e2e.OperatorProcess;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The operator as a process of its own beside an {@link Installation}, at an address of this
 * machine's loopback, acting as the chart's ServiceAccount; and what it uses.
 */
final class OperatorChild implements AutoCloseable {
  private final OperatorProcess process;

  /** Holds the claim on the address for as long as this lives. */
  @SuppressWarnings("unused")
  private final LoopbackNetwork network;

  final String caPem;
  final String address;

  private OperatorChild(OperatorProcess process, LoopbackNetwork network, String caPem) {
    this.process = process;
    this.network = network;
    this.address = network.first();
    this.caPem = caPem;
  }

  /**
   * Starts it and lets the API server call its webhook.
   *
   * @param work a directory of its own
   * @param javaOptions of the Java machine; empty: those that start it fast
   */
  static OperatorChild start(Installation installation, Path work, List<String> javaOptions)
      throws IOException {
    LoopbackNetwork network =
        LoopbackNetwork.claim(
            work.resolve("hosts"), OperatorProcess.TLS_PORT, OperatorProcess.ADMIN_PORT);
    String address = network.first();
    OperatorProcess process =
        new OperatorProcess(work, kubeconfig(installation, work), address, javaOptions);
    process.start();
    byte[] ca =
        Base64.getDecoder()
            .decode(
                installation
                    .admin
                    .secrets()
                    .inNamespace(Installation.NAMESPACE)
                    .withName("tidegate-operator-tls")
                    .require()
                    .getData()
                    .get("ca.crt"));
    OperatorChild child =
        new OperatorChild(process, network, new String(ca, StandardCharsets.US_ASCII));
    installation.webhookTo(child.url("/admit/inject"), child.caPem);
    return child;
  }

  /** Options of the image's Java machine under the chart's memory limit, 768 MiB. */
  static List<String> asInTheImage() {
    return Stream.concat(
            Stream.of(
                "-Xmx460m",
                "@../operator/controller/src/main/resources/io/tidegate/operator/jvm-options"),
            Stream.of(System.getProperty("tidegate.bench.options", "").split(" "))
                .filter(option -> !option.isEmpty()))
        .toList();
  }

  private static Path kubeconfig(Installation installation, Path work) throws IOException {
    Config admin = installation.cluster.config();
    String ca =
        admin.getCaCertData() != null
            ? "certificate-authority-data: " + admin.getCaCertData()
            : "certificate-authority: " + admin.getCaCertFile();
    return Files.writeString(
        work.resolve("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: '%s', %s}}]
        users: [{name: u, user: {token: '%s'}}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        current-context: x
        """
            .formatted(admin.getMasterUrl(), ca, installation.token()));
  }

  String url(String path) {
    return "https://" + address + ":" + OperatorProcess.TLS_PORT + path;
  }

  /** A client of its TLS port. */
  HttpClient client(Vertx vertx, int mostConnections) {
    return vertx.createHttpClient(
        clientOptions().setKeepAliveTimeout(600),
        new PoolOptions().setHttp1MaxSize(mostConnections));
  }

  /** A client that makes a connection for each request. */
  HttpClient connectingClient(Vertx vertx) {
    return vertx.createHttpClient(clientOptions().setKeepAlive(false));
  }

  private HttpClientOptions clientOptions() {
    return new HttpClientOptions()
        .setSsl(true)
        .setSslHandshakeTimeout(60)
        .setConnectTimeout(60_000)
        .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(caPem)));
  }

  /** The sum of its metrics whose line begins like this. */
  double metric(String start) {
    try (java.io.InputStream metrics =
        URI.create("http://" + address + ":" + OperatorProcess.ADMIN_PORT + "/metrics")
            .toURL()
            .openStream()) {
      return Metrics.sum(new String(metrics.readAllBytes(), StandardCharsets.UTF_8), start);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its resident memory in MiB, now and at most (proc_pid_status(5)). */
  String memory() {
    return "RSS %d MiB, at most %d MiB".formatted(status("VmRSS:"), status("VmHWM:"));
  }

  private long status(String field) {
    try (var lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
      return lines
              .filter(line -> line.startsWith(field))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
              .findFirst()
              .orElseThrow()
          / 1024;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Processor time that it took so far. */
  String processor() {
    return ProcessHandle.of(process.pid())
        .flatMap(handle -> handle.info().totalCpuDuration())
        .map(time -> String.format(Locale.ROOT, "%.1f s of the processor", time.toMillis() / 1e3))
        .orElse("");
  }

  @Override
  public void close() throws InterruptedException {
    process.close();
  }
}
