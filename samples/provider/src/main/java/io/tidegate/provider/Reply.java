package io.tidegate.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/** Puts one call's outcome on the wire. */
final class Reply {
  private static final int HUGE = 8 * 1024 * 1024;

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final Dialect dialect;
  private final Stats stats;
  private final String requestId;
  private final long arrived = System.nanoTime();

  Reply(Vertx vertx, HttpServerRequest request, Dialect dialect, Stats stats, String requestId) {
    this.vertx = vertx;
    this.request = request;
    this.dialect = dialect;
    this.stats = stats;
    this.requestId = requestId;
  }

  void error(int status, String message) {
    HttpServerResponse response = head(status, "application/json");
    if (status == 429) {
      response.putHeader("retry-after", "1");
    }
    end(response, dialect.error(status, message, requestId).toString());
  }

  void json(ObjectNode body) {
    end(head(200, "application/json"), body.toString());
  }

  void unary(Answer answer, Script script) {
    if (script.has(Behaviour.ERROR_MIDSTREAM)) {
      stats.refused();
      error(500, "The sample provider failed in mid-answer");
      return;
    }
    stats.billInput(answer);
    stats.billOutput(answer, answer.usage().output() - answer.usage().reasoning());
    ObjectNode body = dialect.unary(answer);
    if (script.has(Behaviour.HUGE)) {
      body.put("sample_padding", "x".repeat(HUGE));
    }
    HttpServerResponse response = head(200, "application/json");
    if (script.has(Behaviour.RESET_MIDSTREAM)) {
      String half = body.toString();
      response.setChunked(true).write(half.substring(0, half.length() / 2));
      vertx.runOnContext(later -> request.connection().close());
    } else if (script.has(Behaviour.SPLIT)) {
      new SplitWriter(response.setChunked(true)).write(bytes(body.toString()), response::end);
    } else {
      end(response, body.toString());
    }
  }

  void stream(Answer answer, Script script, boolean includeUsage) {
    HttpServerResponse response = head(200, "text/event-stream; charset=utf-8");
    response.putHeader(HttpHeaders.CACHE_CONTROL, "no-cache").setChunked(true);
    boolean zipped = script.has(Behaviour.GZIP_STREAM) && takesGzip();
    if (zipped) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
    }
    new StreamReply(vertx, request, stats, answer, script, zipped)
        .play(dialect.stream(answer, includeUsage), dialect.errorFrame(requestId));
  }

  private HttpServerResponse head(int status, String contentType) {
    HttpServerResponse response = request.response().setStatusCode(status);
    response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
    long millis = (System.nanoTime() - arrived) / 1_000_000;
    dialect.headers(response.headers(), requestId, millis);
    return response;
  }

  private boolean takesGzip() {
    String accepted = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
    return accepted != null && accepted.contains("gzip");
  }

  private void end(HttpServerResponse response, String body) {
    if (takesGzip()) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
      response.putHeader(HttpHeaders.VARY, "accept-encoding");
      response.end(Buffer.buffer(gzip(bytes(body))));
    } else {
      response.end(Buffer.buffer(bytes(body)));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return zipped.toByteArray();
  }
}
