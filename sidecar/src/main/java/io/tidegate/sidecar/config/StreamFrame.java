package io.tidegate.sidecar.config;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Map;

/**
 * One line of the configuration stream ({@code GET /v1/snapshots}, TLS, chunked NDJSON). The
 * sidecar authenticates with {@code Authorization: Bearer} and its pod's projected token, and says
 * in {@code x-tidegate-held-version} which version it has.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "frame")
@JsonSubTypes({
  @JsonSubTypes.Type(value = StreamFrame.Hello.class, name = "hello"),
  @JsonSubTypes.Type(value = StreamFrame.Configuration.class, name = "configuration"),
  @JsonSubTypes.Type(value = StreamFrame.Credentials.class, name = "credentials"),
  @JsonSubTypes.Type(value = StreamFrame.Ping.class, name = "ping"),
  @JsonSubTypes.Type(value = StreamFrame.Goodbye.class, name = "goodbye")
})
public sealed interface StreamFrame {
  /**
   * First frame.
   *
   * @param session authenticates this stream's acknowledgements and reports; as secret as a token
   */
  record Hello(String session) implements StreamFrame {
    @Override
    public String toString() {
      return "Hello[session=(secret)]";
    }
  }

  /**
   * @param nonce echoed by the acknowledgement
   * @param body canonical JSON of a {@link Snapshot}, whose hash is {@code version}
   */
  record Configuration(String version, long nonce, String body) implements StreamFrame {}

  /**
   * All credentials this pod may use, replacing what came before.
   *
   * @param values {@link Provider#credential} to the secret value
   */
  record Credentials(Map<String, String> values) implements StreamFrame {
    public Credentials {
      values = Map.copyOf(values);
    }

    @Override
    public String toString() {
      return "Credentials[names=" + values.keySet() + "]";
    }
  }

  /** Sent every 10 s; 30 s without any frame is a broken stream. */
  record Ping() implements StreamFrame {}

  /**
   * The operator ends the stream; the sidecar comes back after the given time, with jitter. Right
   * after {@link Credentials} that took all away, this says why they were.
   *
   * @param reason one sentence for the log, and then for callers
   */
  record Goodbye(String reason, long retryAfterMillis) implements StreamFrame {}
}
