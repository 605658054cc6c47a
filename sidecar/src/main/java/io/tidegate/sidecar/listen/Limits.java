package io.tidegate.sidecar.listen;

import java.time.Duration;

/**
 * What callers may take of the sidecar.
 *
 * @param bodySpace what the request bodies of all open calls may take of the memory, in bytes
 * @param bodySilence how long a request body may stand still before its end
 * @param bodyTime how long a request body may take in all
 * @param connections how many may be open at a time
 * @param rest how long a connection may be open without a call
 */
public record Limits(
    long bodySpace, Duration bodySilence, Duration bodyTime, int connections, Duration rest) {
  /**
   * As the sidecar runs. Of the heap a quarter: a body is held as it came, and once more as what it
   * was made into. Clients write from this machine: 32 MiB within the time for a body is 280 KB/s.
   * As many connections as go out at a time. A rest longer than the five minutes for which OkHttp,
   * the longest-waiting of the official SDKs' clients, keeps its own.
   */
  public static Limits standard() {
    return new Limits(
        Runtime.getRuntime().maxMemory() / 4,
        Duration.ofSeconds(30),
        Duration.ofMinutes(2),
        2048,
        Duration.ofMinutes(6));
  }

  public Limits bodySpace(long bytes) {
    return new Limits(bytes, bodySilence, bodyTime, connections, rest);
  }

  public Limits bodySilence(Duration longest) {
    return new Limits(bodySpace, longest, bodyTime, connections, rest);
  }

  public Limits bodyTime(Duration longest) {
    return new Limits(bodySpace, bodySilence, longest, connections, rest);
  }

  public Limits connections(int most) {
    return new Limits(bodySpace, bodySilence, bodyTime, most, rest);
  }

  public Limits rest(Duration longest) {
    return new Limits(bodySpace, bodySilence, bodyTime, connections, longest);
  }
}
