package io.tidegate.operator.serve;

import io.tidegate.operator.watch.InjectedPod;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Open streams by the session id that authenticates their reports. An id is {@code handle.secret}:
 * the handle finds the session, the secret is compared in constant time, so that answer times tell
 * nothing about ids that exist. Safe on every thread.
 */
final class Sessions {
  private static final int HANDLE_BYTES = 9;
  private static final int SECRET_BYTES = 24;

  private final SecureRandom random = new SecureRandom();
  private final Map<String, Session> byHandle = new ConcurrentHashMap<>();

  private record Session(byte[] secret, InjectedPod pod) {}

  /** A new id for this pod's stream. */
  String open(InjectedPod pod) {
    String handle = random(HANDLE_BYTES);
    String secret = random(SECRET_BYTES);
    byHandle.put(handle, new Session(bytes(secret), pod));
    return handle + "." + secret;
  }

  Optional<InjectedPod> find(String id) {
    int dot = id == null ? -1 : id.indexOf('.');
    if (dot < 0) {
      return Optional.empty();
    }
    Session session = byHandle.get(id.substring(0, dot));
    boolean known =
        session != null && MessageDigest.isEqual(session.secret(), bytes(id.substring(dot + 1)));
    return known ? Optional.of(session.pod()) : Optional.empty();
  }

  void close(String id) {
    byHandle.remove(id.substring(0, id.indexOf('.')));
  }

  private String random(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
