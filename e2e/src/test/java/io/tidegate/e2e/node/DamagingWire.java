package io.tidegate.e2e.node;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tidegate.e2e.chart.Chart;
import io.tidegate.e2e.cluster.WholeCluster;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Something between sidecars and operator that both believe in, since it has the operator's key,
 * and that changes what it carries when told to. The operator's Service leads here while it is
 * open; connections that were there before stay as they are.
 */
final class DamagingWire implements AutoCloseable {
  private static final String SERVICE = "service/tidegate-operator";
  private static final int OPERATOR_PORT = 8443;

  /** With which the operator begins a stream; the API server gets none. */
  private static final String HELLO = "\"frame\":\"hello\"";

  private static final String LATIN_1 = StandardCharsets.ISO_8859_1.name();

  private final Vertx vertx = Vertx.vertx();
  private final Kubectl system;
  private final KubernetesClient admin;
  private final Secret secret;
  private final AtomicInteger streams = new AtomicInteger();
  private volatile Change change;

  private record Change(String from, String to) {}

  DamagingWire(WholeCluster cluster) {
    this.system = new Kubectl(cluster, Chart.NAMESPACE);
    this.admin = cluster.admin();
    try {
      this.secret =
          admin.secrets().inNamespace(Chart.NAMESPACE).withName("tidegate-operator-tls").require();
      lead(cluster.machine(), listen(cluster.machine()));
    } catch (RuntimeException | AssertionError e) {
      closeAfter(e);
      throw e;
    }
  }

  /** The tests after this one need the Service as it was. */
  private void closeAfter(Throwable failure) {
    try {
      close();
    } catch (RuntimeException | AssertionError e) {
      failure.addSuppressed(e);
    }
  }

  private int listen(String address) {
    NetServerOptions in =
        new NetServerOptions()
            .setSsl(true)
            .setUseAlpn(true)
            .setKeyCertOptions(
                new PemKeyCertOptions().addCertValue(pem("tls.crt")).addKeyValue(pem("tls.key")));
    in.getSslOptions().setApplicationLayerProtocols(List.of("h2", "http/1.1"));
    NetServer server =
        vertx.createNetServer(in).connectHandler(this::connected).listen(0, address).await();
    return server.actualPort();
  }

  private Buffer pem(String key) {
    return Buffer.buffer(Base64.getDecoder().decode(secret.getData().get(key)));
  }

  /** The operator's pods lose the Service to an address that somebody wrote by hand. */
  private void lead(String address, int port) {
    Kubectl.apply(
        system.cluster(),
        """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata:
          name: wire
          namespace: %s
          labels: {kubernetes.io/service-name: tidegate-operator}
        addressType: IPv4
        endpoints: [{addresses: [%s], conditions: {ready: true}}]
        ports: [{name: tls, port: %d, protocol: TCP}]
        """
            .formatted(Chart.NAMESPACE, address, port));
    select("\"nobody\"");
  }

  private void select(String value) {
    system.run(
        "patch",
        SERVICE,
        "--type=merge",
        "--patch",
        "{\"spec\": {\"selector\": {\"tidegate.test/selected\": %s}}}".formatted(value));
  }

  /**
   * @param to as long as {@code from}, in ASCII too
   */
  void change(String from, String to) {
    change = new Change(from, to);
  }

  void heal() {
    change = null;
  }

  /** How many streams of sidecars have begun in here. */
  int streams() {
    return streams.get();
  }

  private void connected(NetSocket front) {
    front.pause();
    String protocol = front.applicationLayerProtocol();
    NetClientOptions out =
        new NetClientOptions()
            .setSsl(true)
            .setTrustOptions(new PemTrustOptions().addCertValue(pem("ca.crt")))
            .setHostnameVerificationAlgorithm(""); // the certificate names the Service
    if (protocol != null && !protocol.isEmpty()) {
      out.setUseAlpn(true).setApplicationLayerProtocols(List.of(protocol));
    }
    NetClient client = vertx.createNetClient(out);
    front.closeHandler(_ -> client.close());
    vertx
        .<String>executeBlocking(this::operator)
        .compose(address -> client.connect(OPERATOR_PORT, address))
        .onFailure(_ -> front.close())
        .onSuccess(back -> join(front, back));
  }

  private String operator() {
    return Replicas.serving(admin).getFirst().getStatus().getPodIP();
  }

  private void join(NetSocket front, NetSocket back) {
    Damage damage = new Damage();
    Greeting greeting = new Greeting();
    back.handler(
        bytes -> {
          greeting.look(bytes);
          front.write(damage.of(bytes), LATIN_1);
        });
    front.handler(back::write);
    back.closeHandler(_ -> front.close());
    front.resume();
  }

  /** Of one connection, wherever its bytes are cut. */
  private final class Greeting {
    private String held = "";
    private boolean seen;

    void look(Buffer bytes) {
      if (seen) {
        return;
      }
      String all = held + bytes.toString(LATIN_1);
      seen = all.contains(HELLO);
      held = seen ? "" : all.substring(Math.max(0, all.length() - HELLO.length()));
      if (seen) {
        streams.incrementAndGet();
      }
    }
  }

  /** Of one connection's bytes, wherever they are cut. */
  private final class Damage {
    private String held = "";

    String of(Buffer bytes) {
      Change now = change;
      String all = held + bytes.toString(LATIN_1);
      if (now == null) {
        held = "";
        return all;
      }
      all = all.replace(now.from(), now.to());
      int begun = now.from().length() - 1;
      while (!all.endsWith(now.from().substring(0, begun))) {
        begun--;
      }
      held = all.substring(all.length() - begun);
      return all.substring(0, all.length() - begun);
    }
  }

  /** Ends every connection; the Service leads to the operator's pods again. */
  @Override
  public void close() {
    try {
      select("null");
      system.run("delete", "endpointslice", "wire", "--ignore-not-found");
    } finally {
      vertx.close().await();
      admin.close();
    }
  }
}
