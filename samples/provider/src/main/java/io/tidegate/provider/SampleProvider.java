package io.tidegate.provider;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.security.SecureRandom;

/** A running provider. */
public final class SampleProvider implements AutoCloseable {
  private static final String LISTEN = "SAMPLE_PROVIDER_LISTEN";
  private static final String KEY = "SAMPLE_PROVIDER_KEY";
  private static final String DEFAULT_LISTEN = "127.0.0.1:4200";

  private final Vertx vertx;
  private final HttpServer server;

  private SampleProvider(Vertx vertx, HttpServer server) {
    this.vertx = vertx;
    this.server = server;
  }

  /** Takes any key, but wants one. */
  public static SampleProvider start(String host, int port) {
    return start(host, port, null);
  }

  /**
   * Returns once it listens. Blocks, so not on an event loop.
   *
   * @param port 0: any free port
   * @param key the only key that is right; null: any
   */
  public static SampleProvider start(String host, int port, String key) {
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(2)
                // Else Vert.x would make a directory for files, which a killed process leaves.
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    Stats stats = new Stats();
    ProviderServer handler = new ProviderServer(vertx, stats, key, new SecureRandom());
    HttpServerOptions options =
        new HttpServerOptions().setHost(host).setPort(port).setTcpNoDelay(true);
    try {
      HttpServer server =
          vertx
              .createHttpServer(options)
              .connectionHandler(stats::connected)
              .requestHandler(handler)
              .listen()
              .await();
      return new SampleProvider(vertx, server);
    } catch (RuntimeException e) {
      vertx.close().await();
      throw e;
    }
  }

  public int port() {
    return server.actualPort();
  }

  /** Ends every connection at once. */
  @Override
  public void close() {
    vertx.close().await();
  }

  /** Runs until the process is ended. */
  public static void main(String[] args) {
    String listen = System.getenv().getOrDefault(LISTEN, DEFAULT_LISTEN);
    int colon = listen.lastIndexOf(':');
    if (colon < 1 || !listen.substring(colon + 1).matches("\\d{1,5}")) {
      System.err.println(LISTEN + "=" + listen + " is not HOST:PORT; next: write it so");
      System.exit(2);
    }
    String host = listen.substring(0, colon);
    try {
      SampleProvider provider =
          start(host, Integer.parseInt(listen.substring(colon + 1)), System.getenv(KEY));
      Runtime.getRuntime().addShutdownHook(new Thread(provider::close, "shutdown"));
      System.out.println("sample provider listens on " + host + ":" + provider.port());
    } catch (RuntimeException e) {
      System.err.println("cannot listen on " + listen + ": " + e.getMessage());
      System.exit(1);
    }
  }
}
