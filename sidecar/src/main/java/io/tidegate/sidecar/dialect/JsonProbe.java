package io.tidegate.sidecar.dialect;

import io.tidegate.sidecar.policy.Usage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Picks a few values out of JSON that passes by in pieces of any size, by their exact place: names
 * inside texts, tool arguments or metadata are not mistaken for them. It trusts the provider's JSON
 * to be well formed, keeps no more than the usage object, and allocates nothing for events without
 * one.
 *
 * <p>Places: {@code model}, {@code usage}, {@code error}, {@code type}, {@code stop_reason}, {@code
 * choices[].finish_reason}, {@code message.model}, {@code message.usage}, {@code
 * delta.stop_reason}.
 */
final class JsonProbe {
  private enum Context {
    OTHER,
    ROOT,
    MESSAGE,
    DELTA,
    CHOICES,
    CHOICE
  }

  private enum Key {
    MODEL("model"),
    USAGE("usage"),
    ERROR("error"),
    TYPE("type"),
    STOP_REASON("stop_reason"),
    FINISH_REASON("finish_reason"),
    CHOICES("choices"),
    MESSAGE("message"),
    DELTA("delta");

    private static final Key[] ALL = values();
    private final byte[] name;

    Key(String name) {
      this.name = name.getBytes(StandardCharsets.US_ASCII);
    }
  }

  private static final int DEEPEST = 3;
  private static final int LONGEST_TEXT = 128;
  private static final int LONGEST_USAGE = 16 * 1024;
  private static final byte[] STOP = "message_stop".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FAULT = "error".getBytes(StandardCharsets.US_ASCII);

  private final UsageMerge usage = new UsageMerge();
  private final Context[] contexts = new Context[DEEPEST + 1];
  private final byte[] text = new byte[LONGEST_TEXT];

  private int depth;
  private boolean inString;
  private boolean escaped;
  private boolean expectName;
  private Key key;
  private int textLength = -1; // -1: the current string is not kept
  private byte[] captured = new byte[256];
  private int capturedLength = -1; // -1: no usage object is open
  private int captureDepth;

  private boolean closed;
  private boolean trailing;
  private boolean emptyChoices;
  private boolean usageHere;

  private String model;
  private String finishReason;
  private boolean error;
  private boolean stopped;

  Usage usage() {
    return usage.usage();
  }

  String model() {
    return model;
  }

  String finishReason() {
    return finishReason;
  }

  boolean error() {
    return error;
  }

  /** Whether Anthropic's {@code message_stop} was seen. */
  boolean stopped() {
    return stopped;
  }

  /** Whether exactly one object has come, whole. */
  boolean whole() {
    return closed && !trailing && depth == 0 && !inString;
  }

  /** Whether the value since the last reset has usage and an empty list of choices. */
  boolean usageOnly() {
    return usageHere && emptyChoices;
  }

  /** Another JSON value begins; what was learnt stays. */
  void reset() {
    depth = 0;
    inString = false;
    escaped = false;
    expectName = false;
    key = null;
    textLength = -1;
    capturedLength = -1;
    closed = false;
    trailing = false;
    emptyChoices = false;
    usageHere = false;
  }

  void take(byte[] bytes, int from, int length) {
    int end = from + length;
    int i = from;
    while (i < end) {
      int start = i;
      i = inString ? string(bytes, i, end) : structure(bytes[i], i);
      if (capturedLength >= 0) {
        capture(bytes, start, i);
      }
      if (depth == captureDepth && capturedLength > 0 && !inString) {
        usage.merge(captured, capturedLength);
        usageHere = true;
        capturedLength = -1;
      }
    }
  }

  /** Bytes of a string up to the piece's end or behind the closing quote. */
  private int string(byte[] bytes, int from, int end) {
    int i = from;
    while (i < end) {
      byte b = bytes[i++];
      if (escaped) {
        escaped = false;
      } else if (b == '\\') {
        escaped = true;
      } else if (b == '"') {
        inString = false;
        endString();
        return i;
      }
      if (textLength >= 0) {
        keep(b);
      }
    }
    return i;
  }

  private void keep(byte b) {
    if (textLength == LONGEST_TEXT) {
      textLength = -1;
    } else {
      text[textLength++] = b;
    }
  }

  private int structure(byte b, int at) {
    switch (b) {
      case '"' -> {
        inString = true;
        boolean kept = tracked() != Context.OTHER && capturedLength < 0;
        textLength = kept && (expectName || key != null) ? 0 : -1;
        trailing |= depth == 0;
      }
      case '{', '[' -> open(b);
      case '}', ']' -> {
        depth--;
        closed |= depth == 0;
        if (depth < 0) {
          depth = 0;
          trailing = true;
        }
        expectName = false;
      }
      case ',' -> {
        Context context = tracked();
        expectName = context != Context.OTHER && context != Context.CHOICES;
        key = null;
      }
      case ':' -> expectName = false;
      case ' ', '\n', '\r', '\t' -> {
        // Between tokens.
      }
      default -> trailing |= depth == 0;
    }
    return at + 1;
  }

  private Context tracked() {
    return depth == 0 || depth > DEEPEST ? Context.OTHER : contexts[depth];
  }

  private void open(byte b) {
    trailing |= depth == 0 && closed;
    Context inside = depth == 0 ? b == '{' ? Context.ROOT : Context.OTHER : inside(b == '{');
    depth++;
    if (depth <= DEEPEST) {
      contexts[depth] = inside;
    }
    key = null;
    expectName = inside != Context.OTHER && inside != Context.CHOICES;
  }

  private Context inside(boolean object) {
    return switch (tracked()) {
      case ROOT -> insideRoot(object);
      case MESSAGE -> {
        if (object && key == Key.USAGE) {
          beginCapture();
        }
        yield Context.OTHER;
      }
      case CHOICES -> {
        emptyChoices = false;
        yield object ? Context.CHOICE : Context.OTHER;
      }
      default -> Context.OTHER;
    };
  }

  private Context insideRoot(boolean object) {
    if (key == null) {
      return Context.OTHER;
    }
    return switch (key) {
      case USAGE -> {
        if (object) {
          beginCapture();
        }
        yield Context.OTHER;
      }
      case ERROR -> {
        error = true;
        yield Context.OTHER;
      }
      case CHOICES -> {
        emptyChoices = !object;
        yield object ? Context.OTHER : Context.CHOICES;
      }
      case MESSAGE -> object ? Context.MESSAGE : Context.OTHER;
      case DELTA -> object ? Context.DELTA : Context.OTHER;
      default -> Context.OTHER;
    };
  }

  private void beginCapture() {
    capturedLength = 0;
    captureDepth = depth;
  }

  private void capture(byte[] bytes, int from, int to) {
    int length = capturedLength + to - from;
    if (length > LONGEST_USAGE) {
      capturedLength = -1;
      return;
    }
    if (length > captured.length) {
      captured = Arrays.copyOf(captured, Math.max(length, captured.length * 2));
    }
    System.arraycopy(bytes, from, captured, capturedLength, to - from);
    capturedLength = length;
  }

  private void endString() {
    if (textLength < 0) {
      if (expectName) {
        key = null;
      }
      return;
    }
    if (expectName) {
      key = keyOf();
    } else {
      value(tracked());
    }
    textLength = -1;
  }

  private Key keyOf() {
    for (Key candidate : Key.ALL) {
      if (is(candidate.name)) {
        return candidate;
      }
    }
    return null;
  }

  private void value(Context context) {
    switch (key) {
      case MODEL -> {
        if (model == null && (context == Context.ROOT || context == Context.MESSAGE)) {
          model = decoded();
        }
      }
      case TYPE -> {
        if (context == Context.ROOT) {
          stopped |= is(STOP);
          error |= is(FAULT);
        }
      }
      case ERROR -> error |= context == Context.ROOT;
      case STOP_REASON -> {
        if (context == Context.ROOT || context == Context.DELTA) {
          finishReason = decoded();
        }
      }
      case FINISH_REASON -> {
        if (context == Context.CHOICE) {
          finishReason = decoded();
        }
      }
      default -> {
        // A text where an object is expected says nothing here.
      }
    }
  }

  private boolean is(byte[] name) {
    return Arrays.equals(text, 0, textLength, name, 0, name.length);
  }

  private String decoded() {
    byte[] quoted = new byte[textLength + 2];
    quoted[0] = '"';
    System.arraycopy(text, 0, quoted, 1, textLength);
    quoted[textLength + 1] = '"';
    try {
      JsonScanner string = new JsonScanner(quoted, 0, quoted.length, 0);
      string.next();
      return string.text();
    } catch (NotJson e) {
      // A broken escape: the name as it came is still the best one to show.
      return new String(text, 0, textLength, StandardCharsets.UTF_8);
    }
  }
}
