package io.tidegate.sidecar.dialect;

import java.nio.charset.StandardCharsets;

/**
 * A strict pull scanner over JSON bytes that knows where each token stands; it builds no tree and
 * copies nothing until asked for a text.
 *
 * <p>Source: RFC 8259, without the freedoms it grants: no byte order mark, no depth beyond the
 * limit, nothing behind the value. UTF-8 is checked apart ({@link Utf8}).
 */
final class JsonScanner {
  enum Token {
    OBJECT_START,
    OBJECT_END,
    ARRAY_START,
    ARRAY_END,
    NAME,
    STRING,
    NUMBER,
    TRUE,
    FALSE,
    NULL,
    END
  }

  private enum Expect {
    VALUE,
    VALUE_OR_ARRAY_END,
    NAME,
    NAME_OR_OBJECT_END,
    COMMA_OR_END,
    NOTHING
  }

  private final byte[] bytes;
  private final JsonLexer lexer;
  private final boolean[] objects;
  private int depth;
  private int start;
  private int tokenEnd;
  private Expect expect = Expect.VALUE;

  /**
   * @param maxDepth how many containers may be open at once
   */
  JsonScanner(byte[] bytes, int from, int end, int maxDepth) {
    this.bytes = bytes;
    this.lexer = new JsonLexer(bytes, from, end);
    this.objects = new boolean[maxDepth];
  }

  /** Offset of the current token's first byte. */
  int start() {
    return start;
  }

  /** Offset behind the current token's last byte. */
  int end() {
    return tokenEnd;
  }

  /** Containers open now, the one just started included. */
  int depth() {
    return depth;
  }

  Token next() throws NotJson {
    lexer.skipSpace();
    if (expect == Expect.NOTHING) {
      if (!lexer.atEnd()) {
        throw lexer.fault("something follows the JSON value");
      }
      return Token.END;
    }
    if (expect == Expect.COMMA_OR_END && lexer.peek() == ',') {
      lexer.step();
      expect = objects[depth - 1] ? Expect.NAME : Expect.VALUE;
      lexer.skipSpace();
    }
    start = lexer.at();
    Token token = token(lexer.peek());
    if (token != Token.NAME) {
      tokenEnd = lexer.at();
    }
    return token;
  }

  private Token token(int c) throws NotJson {
    return switch (expect) {
      case NAME -> name();
      case NAME_OR_OBJECT_END -> c == '}' ? close(Token.OBJECT_END) : name();
      case VALUE_OR_ARRAY_END -> c == ']' ? close(Token.ARRAY_END) : value(c);
      case COMMA_OR_END -> {
        if (c != (objects[depth - 1] ? '}' : ']')) {
          throw lexer.fault(objects[depth - 1] ? "',' or '}' is missing" : "',' or ']' is missing");
        }
        yield close(objects[depth - 1] ? Token.OBJECT_END : Token.ARRAY_END);
      }
      default -> value(c);
    };
  }

  /** Reads on to the last token of the value that begins with the current one. */
  void skip(Token first) throws NotJson {
    if (first == Token.OBJECT_START || first == Token.ARRAY_START) {
      int outside = depth - 1;
      while (depth > outside) {
        next();
      }
    }
  }

  private Token name() throws NotJson {
    if (lexer.peek() != '"') {
      throw lexer.fault("a field name in quotes is missing");
    }
    lexer.string();
    tokenEnd = lexer.at();
    lexer.skipSpace();
    if (lexer.peek() != ':') {
      throw lexer.fault("':' is missing");
    }
    lexer.step();
    expect = Expect.VALUE;
    return Token.NAME;
  }

  private Token value(int c) throws NotJson {
    return switch (c) {
      case '{' -> open(Token.OBJECT_START, Expect.NAME_OR_OBJECT_END);
      case '[' -> open(Token.ARRAY_START, Expect.VALUE_OR_ARRAY_END);
      case '"' -> {
        lexer.string();
        yield scalar(Token.STRING);
      }
      case 't' -> literal("true", Token.TRUE);
      case 'f' -> literal("false", Token.FALSE);
      case 'n' -> literal("null", Token.NULL);
      default -> {
        lexer.number(c);
        yield scalar(Token.NUMBER);
      }
    };
  }

  private Token open(Token token, Expect next) throws NotJson {
    if (depth == objects.length) {
      throw lexer.fault("more than " + objects.length + " levels are nested");
    }
    lexer.step();
    objects[depth++] = token == Token.OBJECT_START;
    expect = next;
    return token;
  }

  private Token close(Token token) {
    lexer.step();
    depth--;
    return scalar(token);
  }

  private Token scalar(Token token) {
    expect = depth == 0 ? Expect.NOTHING : Expect.COMMA_OR_END;
    return token;
  }

  private Token literal(String text, Token token) throws NotJson {
    lexer.literal(text);
    return scalar(token);
  }

  /** Text of the current name or string, escapes resolved; of any other token, as it is written. */
  String text() {
    if (bytes[start] != '"') {
      return new String(bytes, start, tokenEnd - start, StandardCharsets.UTF_8);
    }
    String raw = new String(bytes, start + 1, tokenEnd - start - 2, StandardCharsets.UTF_8);
    return raw.indexOf('\\') < 0 ? raw : unescape(raw);
  }

  private static String unescape(String raw) {
    StringBuilder out = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char e = raw.charAt(++i);
      switch (e) {
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        case 'u' -> {
          out.append((char) Integer.parseInt(raw, i + 1, i + 5, 16));
          i += 4;
        }
        default -> out.append(e);
      }
    }
    return out.toString();
  }
}
