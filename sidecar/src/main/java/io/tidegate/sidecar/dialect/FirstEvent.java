package io.tidegate.sidecar.dialect;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Holds back the beginning of an event stream until its first event with data is whole, to tell
 * whether that is an error: some providers answer 200 before they know that they are overloaded.
 * Comments and empty events are held too. Bounded; what is too long is no error.
 *
 * <p>Source: Anthropic's API reference, streaming, error events; OpenAI's {@code ErrorEvent}; the
 * error bodies of vLLM and OpenRouter, which carry the status as {@code error.code}.
 */
public final class FirstEvent {
  /** {@link #take}: more bytes are needed. */
  public static final int OPEN = -1;

  /** {@link #take}: the stream begins as streams do. */
  public static final int FINE = 0;

  private static final int MOST_HELD = 16 * 1024;
  private static final int DEEPEST = 16;

  private final Buffer held = Buffer.buffer();

  /** Everything that was taken. */
  public Buffer held() {
    return held;
  }

  /**
   * @return {@link #OPEN}, {@link #FINE}, or the status with which the provider should have
   *     answered: 429 and 529, 400 for a fault of the caller's, 500 for the rest, or its own number
   */
  public int take(Buffer bytes) {
    held.appendBuffer(bytes);
    String event = firstEvent(held.toString(StandardCharsets.ISO_8859_1));
    if (event != null) {
      return statusOf(event);
    }
    return held.length() > MOST_HELD ? FINE : OPEN;
  }

  /** Name and data of the first whole event with data, in two lines; null: not there yet. */
  private static String firstEvent(String text) {
    String name = "";
    StringBuilder data = new StringBuilder();
    int from = 0;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c != '\n' && c != '\r') {
        continue;
      }
      String line = text.substring(from, at);
      if (c == '\r' && at + 1 < text.length() && text.charAt(at + 1) == '\n') {
        at++;
      }
      from = at + 1;
      if (line.startsWith("event:")) {
        name = line.substring(6).strip();
      } else if (line.startsWith("data:")) {
        data.append(line, 5, line.length());
      } else if (line.isEmpty() && !data.isEmpty()) {
        return name + '\n' + data;
      }
    }
    return null;
  }

  private static int statusOf(String event) {
    int end = event.indexOf('\n');
    byte[] data = event.substring(end + 1).getBytes(StandardCharsets.ISO_8859_1);
    Fault fault = new Fault(new JsonScanner(data, 0, data.length, DEEPEST));
    try {
      fault.read();
    } catch (NotJson e) {
      // Whatever it is, it is no error that could be told from an answer.
      return event.startsWith("error\n") ? 500 : FINE;
    }
    return fault.isError || event.startsWith("error\n") ? fault.status() : FINE;
  }

  /** What the event's JSON says of an error. */
  private static final class Fault {
    private final JsonScanner json;
    private boolean isError;
    private int number;
    private String words = "";

    private Fault(JsonScanner json) {
      this.json = json;
    }

    private void read() throws NotJson {
      if (json.next() != JsonScanner.Token.OBJECT_START) {
        return;
      }
      while (json.next() == JsonScanner.Token.NAME) {
        String name = json.text();
        JsonScanner.Token value = json.next();
        if (name.equals("error") && value == JsonScanner.Token.OBJECT_START) {
          isError = true;
          inside();
        } else if (name.equals("error") && value == JsonScanner.Token.STRING) {
          isError = true;
          words += json.text();
        } else {
          isError |=
              (name.equals("type") || name.equals("object"))
                  && value == JsonScanner.Token.STRING
                  && json.text().equals("error");
          json.skip(value);
        }
      }
    }

    private void inside() throws NotJson {
      while (json.next() == JsonScanner.Token.NAME) {
        String name = json.text();
        JsonScanner.Token value = json.next();
        boolean kind = name.equals("type") || name.equals("code") || name.equals("status");
        if (kind && value == JsonScanner.Token.NUMBER) {
          number(json.text());
        } else if (kind && value == JsonScanner.Token.STRING) {
          words += ' ' + json.text();
          number(json.text());
        }
        json.skip(value);
      }
    }

    private void number(String text) {
      if (text.matches("[45][0-9][0-9]")) {
        number = Integer.parseInt(text);
      }
    }

    private int status() {
      if (number != 0) {
        return number;
      }
      String lower = words.toLowerCase(Locale.ROOT);
      if (lower.contains("overloaded")) {
        return 529;
      }
      if (lower.matches(".*(rate_?limit|quota|too_?many).*")) {
        return 429;
      }
      String callers =
          ".*(invalid|bad_?request|authentication|permission|not_?found|too_large|content_filter"
              + "|content_policy|context_length).*";
      return lower.matches(callers) ? 400 : 500;
    }
  }
}
