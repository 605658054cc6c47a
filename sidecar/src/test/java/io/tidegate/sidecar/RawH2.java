package io.tidegate.sidecar;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * A client of HTTP/2 with prior knowledge that writes any frame, sound or not. Header fields go as
 * literals without indexing and without Huffman (RFC 7541, section 6.2.2), so that their bytes are
 * the test's.
 */
final class RawH2 implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int GOAWAY = 7;
  static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int PRIORITY = 32;
  private static final int LENGTH_AND_TYPE = 9;

  /** What a stream got until it ended. */
  static final class Answer {
    int status;
    final StringBuilder body = new StringBuilder();
    boolean ended;

    /** -1: it was not reset. */
    long reset = -1;
  }

  final Map<Integer, Answer> answers = new HashMap<>();

  /** The error code; -1: none came. */
  long goAway = -1;

  boolean closed;

  /**
   * The connection was reset: a server that closes with bytes of ours unread does that, and its
   * last words may be lost on the way (RFC 9112, section 9.6).
   */
  boolean broken;

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private final DefaultHttp2HeadersDecoder headers = new DefaultHttp2HeadersDecoder(false);

  RawH2(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(30_000);
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    frame(SETTINGS, 0, 0, new byte[0]);
  }

  void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(LENGTH_AND_TYPE + payload.length);
    frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
    frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
    try {
      out.write(frame.array());
    } catch (SocketException e) {
      broken = true; // the server has closed; what it said is still to be read, or lost
    }
  }

  /** The head of a call to the chat path; a name given here replaces the usual field. */
  void head(int stream, boolean last, String... more) throws IOException {
    String[] usual = {":method", "POST", ":scheme", "http", ":path", "/v1/chat/completions"};
    String[] all = new String[usual.length + more.length];
    System.arraycopy(usual, 0, all, 0, usual.length);
    System.arraycopy(more, 0, all, usual.length, more.length);
    fields(stream, last, all);
  }

  /** Names and values in turn. */
  void fields(int stream, boolean last, String... fields) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < fields.length; i += 2) {
      block.write(0);
      literal(block, fields[i]);
      literal(block, fields[i + 1]);
    }
    frame(HEADERS, END_HEADERS | (last ? END_STREAM : 0), stream, block.toByteArray());
  }

  /** RFC 7541, section 5.1: a length in a prefix of seven bits. */
  private static void literal(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length < 127) {
      block.write(bytes.length);
    } else {
      block.write(127);
      int rest = bytes.length - 127;
      for (; rest >= 128; rest >>= 7) {
        block.write(rest & 127 | 128);
      }
      block.write(rest);
    }
    block.writeBytes(bytes);
  }

  void data(int stream, boolean last, String bytes) throws IOException {
    frame(DATA, last ? END_STREAM : 0, stream, bytes.getBytes(StandardCharsets.UTF_8));
  }

  void reset(int stream, int code) throws IOException {
    frame(RST_STREAM, 0, stream, ByteBuffer.allocate(4).putInt(code).array());
  }

  /** Reads until this stream has ended, is reset, or the connection is closed. */
  Answer answer(int stream) throws Exception {
    Answer answer = answers.computeIfAbsent(stream, s -> new Answer());
    while (!closed && !answer.ended && answer.reset < 0) {
      read();
    }
    return answer;
  }

  /** Reads until the server closes. */
  void untilClosed() throws Exception {
    while (!closed) {
      read();
    }
  }

  void read() throws Exception {
    try {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      byte[] payload = in.readNBytes(length);
      took(type, flags, stream, payload);
    } catch (EOFException e) {
      closed = true;
    } catch (SocketException e) {
      closed = true;
      broken = true;
    }
  }

  private void took(int type, int flags, int stream, byte[] payload) throws Exception {
    Answer answer = answers.computeIfAbsent(stream, s -> new Answer());
    switch (type) {
      case HEADERS -> {
        int skipped = (flags & PRIORITY) != 0 ? 5 : 0;
        Http2Headers fields =
            headers.decodeHeaders(
                stream, Unpooled.wrappedBuffer(payload, skipped, payload.length - skipped));
        answer.status = Integer.parseInt(fields.status().toString());
      }
      case DATA -> answer.body.append(new String(payload, StandardCharsets.UTF_8));
      case RST_STREAM -> answer.reset = Integer.toUnsignedLong(ByteBuffer.wrap(payload).getInt());
      case GOAWAY -> goAway = Integer.toUnsignedLong(ByteBuffer.wrap(payload).getInt(4));
      default -> {}
    }
    if ((type == HEADERS || type == DATA) && (flags & END_STREAM) != 0) {
      answer.ended = true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
