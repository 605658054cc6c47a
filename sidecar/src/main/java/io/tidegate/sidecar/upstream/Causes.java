package io.tidegate.sidecar.upstream;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.TooLongFrameException;
import io.vertx.core.http.HttpClosedException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** A network error in a few words for people; the far end's own words are left out. */
final class Causes {
  private Causes() {}

  static String say(Throwable error) {
    return switch (error) {
      case UnknownHostException e -> "the host name is unknown";
      case ConnectTimeoutException e -> "no connection within the provider's time-out";
      case TimeoutException e -> "no connection within the provider's time-out";
      case ConnectException e -> "the connection was refused";
      case SSLException e -> "the TLS handshake failed (certificate, host name or protocol)";
      case HttpClosedException e -> "the connection was closed";
      case null -> "the connection failed";
      case TooLongFrameException e -> "a line or its headers are too long";
      default -> "the connection failed (" + error.getClass().getSimpleName() + ")";
    };
  }
}
