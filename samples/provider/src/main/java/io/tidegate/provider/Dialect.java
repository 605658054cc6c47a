package io.tidegate.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.MultiMap;
import java.util.List;

/** One provider's way to say what an {@link Answer} holds. */
interface Dialect {

  /**
   * One server-sent event.
   *
   * @param text with its closing empty line
   * @param tokens of output that it delivers
   */
  record Frame(String text, int tokens) {}

  ObjectNode unary(Answer answer);

  List<Frame> stream(Answer answer, boolean includeUsage);

  ObjectNode error(int status, String message, String requestId);

  /** What a stream says instead of going on. */
  Frame errorFrame(String requestId);

  /** Those that SDKs show their callers. */
  void headers(MultiMap headers, String requestId, long millis);
}
