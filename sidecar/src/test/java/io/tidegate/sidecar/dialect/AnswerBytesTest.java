package io.tidegate.sidecar.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.tidegate.sidecar.call.Operation;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** What holds for every answer, whatever its bytes and their pieces. */
class AnswerBytesTest {
  @Property(tries = 500)
  void howAStreamIsCutChangesNothing(
      @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 1, max = 200) Integer> sizes) {
    AnswerReader reader = AnswerReader.of(Operation.CHAT_COMPLETIONS, true, true);
    Buffer stream = Buffer.buffer(Answers.OPENAI);
    Buffer out = Buffer.buffer();
    int at = 0;
    for (int i = 0; at < stream.length(); i++) {
      int to = Math.min(stream.length(), at + sizes.get(i % sizes.size()));
      out.appendBuffer(reader.take(stream.getBuffer(at, to)));
      at = to;
    }
    out.appendBuffer(reader.finish());
    assertThat(out.toString()).isEqualTo(AnswerReaderTest.hidden(Answers.OPENAI));
    assertThat(reader.usage()).isEqualTo(AnswerReaderTest.OPENAI_USAGE);
  }

  @Property(tries = 1000)
  void noBytesMakeAReaderThrowOrLoseAByte(@ForAll List<byte[]> chunks) {
    for (boolean sse : new boolean[] {true, false}) {
      AnswerReader reader = AnswerReader.of(Operation.MESSAGES, sse, false);
      Buffer in = Buffer.buffer();
      Buffer out = Buffer.buffer();
      for (byte[] chunk : chunks) {
        in.appendBytes(chunk);
        out.appendBuffer(reader.take(Buffer.buffer(chunk)));
      }
      out.appendBuffer(reader.finish());
      assertThat(out).isEqualTo(in);
    }
  }

  @Property(tries = 300)
  void aGzippedStreamIsReadAlong(@ForAll @IntRange(min = 1, max = 300) int size)
      throws IOException {
    AnswerReader reader = AnswerReader.of(Operation.MESSAGES, true, false);
    byte[] packed = gzip(Answers.ANTHROPIC.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    try (GzipTap tap = new GzipTap(reader)) {
      for (int from = 0; from < packed.length; from += size) {
        int to = Math.min(packed.length, from + size);
        tap.take(Buffer.buffer(java.util.Arrays.copyOfRange(packed, from, to)));
      }
      assertThat(tap.reading()).isTrue();
    }
    assertThat(reader.usage()).isEqualTo(AnswerReaderTest.ANTHROPIC_USAGE);
    assertThat(reader.complete()).isTrue();
  }

  @Property(tries = 500)
  void noBytesMakeTheGzipReaderThrow(@ForAll List<byte[]> chunks, @ForAll boolean withHeader) {
    AnswerReader reader = AnswerReader.of(Operation.MESSAGES, true, false);
    try (GzipTap tap = new GzipTap(reader)) {
      if (withHeader) {
        tap.take(Buffer.buffer(new byte[] {0x1f, (byte) 0x8b, 8, 31, 0, 0, 0, 0, 0, 0}));
      }
      for (byte[] chunk : chunks) {
        tap.take(Buffer.buffer(chunk));
      }
    }
  }

  @Test
  void aGzipHeaderWithEveryOptionalPartIsSkipped() {
    byte[] header = {0x1f, (byte) 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 0};
    Buffer bytes =
        Buffer.buffer(header)
            .appendBytes(new byte[] {2, 0, 'x', 'y'})
            .appendString("name\0comment\0")
            .appendBytes(new byte[] {1, 2, 99});
    GzipHeader skip = new GzipHeader();
    for (int i = 0; i < bytes.length() - 1; i++) {
      assertThat(skip.skip(new byte[] {bytes.getByte(i)}, 1)).isEqualTo(1);
    }
    assertThat(skip.skip(new byte[] {99}, 1)).isZero();
    assertThat(skip.broken()).isFalse();
  }

  @Test
  void aGzipBombIsNotReadToItsEnd() throws IOException {
    AnswerReader reader = AnswerReader.of(Operation.MESSAGES, true, false);
    byte[] packed = gzip(new byte[(int) GzipTap.MOST_PLAIN + (1 << 20)]);
    try (GzipTap tap = new GzipTap(reader)) {
      tap.take(Buffer.buffer(packed));
      assertThat(tap.reading()).isFalse();
    }
  }

  @Test
  void aChunkOfWholeEventsMakesNoGarbage() {
    AnswerReader reader = AnswerReader.of(Operation.CHAT_COMPLETIONS, true, true);
    Buffer chunk =
        Buffer.buffer(
            "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"model\":\"gpt-5\","
                + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word\"},"
                + "\"finish_reason\":null}],\"usage\":null}\n\n");
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long[] allocated = new long[2];
    for (int round = 0; round < 2; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 20_000; i++) {
        reader.take(chunk);
      }
      allocated[round] = threads.getCurrentThreadAllocatedBytes() - before;
    }
    // Far below one object a chunk: what is left is the measuring itself.
    assertThat(allocated[1]).isLessThan(20_000);
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(plain);
    }
    return packed.toByteArray();
  }
}
