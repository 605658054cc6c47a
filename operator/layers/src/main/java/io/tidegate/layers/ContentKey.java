package io.tidegate.layers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 over everything that a step's result depends on, so that an unchanged step is skipped.
 */
final class ContentKey {
  private final MessageDigest digest = sha256();

  ContentKey with(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
    digest.update(bytes);
    return this;
  }

  /** A file's name and content. */
  ContentKey with(Path file) throws IOException {
    with(file.getFileName().toString());
    return with(sha256Of(file));
  }

  /** The key of what was given so far; to be asked for once. */
  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  static String sha256Of(Path file) throws IOException {
    return HexFormat.of().formatHex(sha256().digest(Files.readAllBytes(file)));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
