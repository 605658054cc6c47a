package io.tidegate.e2e.operator;

import io.tidegate.operator.StubSidecar;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** The operator's Service as its callers see it: by the one name that its certificate is for. */
final class NamedService implements AutoCloseable {
  /** Of a network for documentation (RFC 5737), where nobody is. */
  private static final String FAR_AWAY = "198.51.100.1";

  private final String name;
  private final String address;
  private final Vertx vertx;
  private volatile int port;

  NamedService(String name, String address) {
    this.name = name;
    this.address = address;
    this.vertx =
        Vertx.vertx(
            new VertxOptions()
                .setAddressResolverOptions(
                    new AddressResolverOptions()
                        .setHostsValue(Buffer.buffer(address + " " + name + "\n"))));
  }

  /**
   * One to which a Service may lead, since no API server takes an address of loopback: that from
   * which this machine would speak to others. Nothing is sent; links of test nodes come and go.
   */
  static Optional<String> addressOfThisMachine() throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(FAR_AWAY, 9));
      return Optional.of(socket.getLocalAddress())
          .filter(Inet4Address.class::isInstance)
          .filter(own -> !own.isLoopbackAddress() && !own.isAnyLocalAddress())
          .map(InetAddress::getHostAddress);
    } catch (SocketException e) {
      return Optional.empty();
    }
  }

  String name() {
    return name;
  }

  String address() {
    return address;
  }

  void leadTo(int newPort) {
    port = newPort;
  }

  /** One that trusts these CAs and no others. */
  StubSidecar sidecar(String caPem) {
    return new StubSidecar(vertx.createHttpClient(StubSidecar.trusting(caPem)), name, port);
  }

  /** The certificate that is shown to who trusts these CAs; empty where he does not believe it. */
  Optional<X509Certificate> shown(String caPem) {
    NetClient client =
        vertx.createNetClient(
            new NetClientOptions()
                .setSsl(true)
                .setSslHandshakeTimeout(60)
                .setHostnameVerificationAlgorithm("HTTPS")
                .setTrustOptions(trust(caPem)));
    return client
        .connect(port, name)
        .compose(NamedService::certificate)
        .map(Optional::of)
        .recover(
            failure ->
                failure instanceof SSLHandshakeException
                    ? Future.succeededFuture(Optional.empty())
                    : Future.failedFuture(failure))
        .eventually(client::close)
        .await();
  }

  private static Future<X509Certificate> certificate(NetSocket socket) {
    try {
      return Future.succeededFuture((X509Certificate) socket.peerCertificates().getFirst());
    } catch (SSLPeerUnverifiedException e) {
      return Future.failedFuture(e);
    }
  }

  private static PemTrustOptions trust(String caPem) {
    return new PemTrustOptions().addCertValue(Buffer.buffer(caPem));
  }

  /** Closes the clients too. */
  @Override
  public void close() {
    vertx.close().await();
  }
}
