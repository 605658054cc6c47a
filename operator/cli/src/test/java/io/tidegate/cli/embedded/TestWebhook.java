package io.tidegate.cli.embedded;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A webhook over TLS with a certificate for one Service's name. */
final class TestWebhook implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final String pem;
  final BlockingQueue<JsonObject> reviews = new LinkedBlockingQueue<>();

  /**
   * @param answer the review's request to the review's response, without uid
   */
  TestWebhook(String serverName, Function<JsonObject, JsonObject> answer) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair keys = generator.generateKeyPair();
    this.pem = pem("CERTIFICATE", certificate(serverName, keys).getEncoded());
    this.server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setSsl(true)
                    .setKeyCertOptions(
                        new PemKeyCertOptions()
                            .addKeyValue(
                                Buffer.buffer(pem("PRIVATE KEY", keys.getPrivate().getEncoded())))
                            .addCertValue(Buffer.buffer(pem))))
            .requestHandler(
                request ->
                    request
                        .body()
                        .onSuccess(
                            body -> {
                              JsonObject review = body.toJsonObject();
                              reviews.add(review);
                              JsonObject asked = review.getJsonObject("request");
                              JsonObject response =
                                  answer.apply(asked).put("uid", asked.getString("uid"));
                              request
                                  .response()
                                  .end(
                                      new JsonObject()
                                          .put("apiVersion", "admission.k8s.io/v1")
                                          .put("kind", "AdmissionReview")
                                          .put("response", response)
                                          .encode());
                            }))
            .listen(0, "127.0.0.1")
            .await();
  }

  int port() {
    return server.actualPort();
  }

  String caBundle() {
    return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
  }

  private static X509CertificateHolder certificate(String name, KeyPair keys) throws Exception {
    X500Name subject = new X500Name("CN=" + name);
    Instant start = Instant.parse("2020-01-01T00:00:00Z");
    return new JcaX509v3CertificateBuilder(
            subject,
            BigInteger.ONE,
            Date.from(start),
            Date.from(start.plus(Duration.ofDays(36500))),
            subject,
            keys.getPublic())
        .addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(new GeneralName(GeneralName.dNSName, name)))
        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()));
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, Base64.getMimeEncoder().encodeToString(der), label);
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
