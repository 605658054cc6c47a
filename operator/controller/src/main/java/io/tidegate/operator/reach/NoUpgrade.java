package io.tidegate.operator.reach;

import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLSession;

/**
 * What a watch's WebSocket that cannot be opened now is answered with. Fabric8 takes a refused
 * connection, and a 503, for a way that carries no WebSockets and goes on by plain HTTP, where
 * nobody pings; it takes this for an API server that is away, and asks again.
 *
 * @param uri of the watch
 * @param headers of the answer, if there was one: it may say when to ask again
 */
record NoUpgrade(URI uri, HttpHeaders headers) implements HttpResponse<Void> {
  private static final HttpHeaders NONE = HttpHeaders.of(Map.of(), (_, _) -> true);

  /** The failure as Fabric8 is to see it. */
  static Throwable instead(Throwable failure, URI uri) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    HttpHeaders headers = NONE;
    if (cause instanceof WebSocketHandshakeException refused && refused.getResponse() != null) {
      if (refused.getResponse().statusCode() != HttpURLConnection.HTTP_UNAVAILABLE) {
        return refused;
      }
      headers = refused.getResponse().headers();
    }
    return new WebSocketHandshakeException(new NoUpgrade(uri, headers)).initCause(cause);
  }

  @Override
  public int statusCode() {
    return HttpURLConnection.HTTP_GATEWAY_TIMEOUT;
  }

  @Override
  public HttpRequest request() {
    return null;
  }

  @Override
  public Optional<HttpResponse<Void>> previousResponse() {
    return Optional.empty();
  }

  @Override
  public Void body() {
    return null;
  }

  @Override
  public Optional<SSLSession> sslSession() {
    return Optional.empty();
  }

  @Override
  public HttpClient.Version version() {
    return HttpClient.Version.HTTP_1_1;
  }
}
