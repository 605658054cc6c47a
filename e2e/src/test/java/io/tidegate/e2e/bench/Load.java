package io.tidegate.e2e.bench;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Callers in a closed loop (unary), or streams that are all open at once. */
final class Load {
  private static final byte[] STAMP = "\"t\":".getBytes(StandardCharsets.US_ASCII);
  private final Vertx vertx;
  private final HttpClient client;

  Load(Vertx vertx) {
    this.vertx = vertx;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions().setKeepAlive(true), new PoolOptions().setHttp1MaxSize(1000));
  }

  /** Latency of each request, sent one after the other by each caller. */
  Sample unary(int port, int bytes, int callers, Duration time) throws InterruptedException {
    Sample sample = new Sample();
    Buffer body =
        Buffer.buffer(
            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\""
                + "q".repeat(bytes)
                + "\"}]}");
    CountDownLatch done = new CountDownLatch(callers);
    long end = System.nanoTime() + time.toNanos();
    for (int i = 0; i < callers; i++) {
      vertx.runOnContext(v -> unaryOnce(port, bytes, body, sample, end, done));
    }
    finish(done, time);
    return sample;
  }

  private void unaryOnce(
      int port, int bytes, Buffer body, Sample sample, long end, CountDownLatch done) {
    long start = System.nanoTime();
    if (start > end) {
      done.countDown();
      return;
    }
    request(port, bytes)
        .compose(request -> request.send(body))
        .compose(
            response ->
                response
                    .body()
                    .map(answer -> response.statusCode() == 200 && answer.length() > bytes))
        .onComplete(
            result -> {
              if (result.succeeded() && result.result()) {
                sample.add(System.nanoTime() - start);
              } else {
                sample.fail();
              }
              unaryOnce(port, bytes, body, sample, end, done);
            });
  }

  /** Delay of each chunk from the far end's write to the caller's read. */
  Sample streams(int port, int streams, int chunks) throws InterruptedException {
    Sample sample = new Sample();
    Buffer body =
        Buffer.buffer(
            "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}");
    CountDownLatch done = new CountDownLatch(streams);
    for (int i = 0; i < streams; i++) {
      vertx.setTimer(
          1 + i * 5L,
          v ->
              request(port, chunks)
                  .compose(request -> request.send(body))
                  .onFailure(
                      e -> {
                        sample.fail();
                        done.countDown();
                      })
                  .onSuccess(
                      response -> {
                        response.handler(chunk -> read(chunk, sample));
                        response.exceptionHandler(
                            e -> {
                              sample.fail();
                              done.countDown();
                            });
                        response.endHandler(e -> done.countDown());
                      }));
    }
    finish(done, Duration.ofMillis(chunks * FarEnd.CHUNK_MILLIS + streams * 5L));
    return sample;
  }

  private io.vertx.core.Future<HttpClientRequest> request(int port, int answer) {
    return client
        .request(HttpMethod.POST, port, "127.0.0.1", "/v1/chat/completions")
        .onSuccess(
            request ->
                request
                    .putHeader("content-type", "application/json")
                    .putHeader("x-bench-answer", Integer.toString(answer)));
  }

  private static void read(Buffer chunk, Sample sample) {
    long now = System.nanoTime();
    byte[] bytes = chunk.getBytes();
    for (int i = 0; i + STAMP.length < bytes.length; i++) {
      int m = 0;
      while (m < STAMP.length && bytes[i + m] == STAMP[m]) {
        m++;
      }
      if (m == STAMP.length) {
        long stamp = 0;
        for (int d = i + m; d < bytes.length && bytes[d] >= '0' && bytes[d] <= '9'; d++) {
          stamp = stamp * 10 + bytes[d] - '0';
        }
        sample.add(now - stamp);
      }
    }
  }

  private static void finish(CountDownLatch done, Duration expected) throws InterruptedException {
    if (!done.await(expected.toSeconds() + 60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the load does not end");
    }
  }
}
