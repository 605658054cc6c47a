package io.tidegate.e2e.bench;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;

/**
 * A provider on plain sockets, one thread for each connection, so that nothing of it shares code
 * with what is measured. A stream's next chunk leaves when its reader has asked for it.
 */
final class FixedAnswers implements Closeable {
  private static final String HEAD = "HTTP/1.1 200 OK\r\ncontent-type: ";
  private static final byte[] CHUNK =
      chunk(
          "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":"
              + "[{\"index\":0,\"delta\":{\"content\":\""
              + "x".repeat(200)
              + "\"}}]}\n\n");
  private static final byte[] LAST =
      chunk(
          "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":10,"
              + "\"completion_tokens\":20,\"total_tokens\":30}}\n\ndata: [DONE]\n\n");
  private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Semaphore wanted = new Semaphore(0);

  FixedAnswers() throws IOException {
    Thread.ofPlatform().daemon().name("far-end").start(this::accept);
  }

  int port() {
    return socket.getLocalPort();
  }

  /** One more chunk of the open stream may leave. */
  void next() {
    wanted.release();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = socket.accept();
        connection.setTcpNoDelay(true);
        Thread.ofPlatform().daemon().name("far-end").start(() -> serve(connection));
      }
    } catch (IOException closed) {
      // The run is over.
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      OutputStream out = connection.getOutputStream();
      while (true) {
        Http1.Head head = Http1.head(in);
        boolean stream =
            new String(in.readNBytes(head.length()), StandardCharsets.UTF_8)
                .contains("\"stream\":true");
        int size = Integer.parseInt(head.field("x-bench-answer"));
        if (stream) {
          stream(out, size);
        } else {
          out.write(unary(size));
        }
      }
    } catch (IOException closed) {
      // The run is over, or its caller has gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stream(OutputStream out, int chunks) throws IOException, InterruptedException {
    out.write(bytes(HEAD + "text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"));
    for (int i = 0; i < chunks; i++) {
      wanted.acquire();
      out.write(CHUNK);
    }
    wanted.acquire();
    out.write(LAST);
    out.write(bytes("0\r\n\r\n"));
  }

  private static byte[] unary(int size) {
    String body =
        "{\"id\":\"c\",\"object\":\"chat.completion\",\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":"
            + "{\"role\":\"assistant\",\"content\":\""
            + "y".repeat(size)
            + "\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":10,"
            + "\"completion_tokens\":20,\"total_tokens\":30}}";
    return bytes(HEAD + "application/json\r\ncontent-length: " + body.length() + "\r\n\r\n" + body);
  }

  private static byte[] chunk(String event) {
    return bytes(Integer.toHexString(event.length()) + "\r\n" + event + "\r\n");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
