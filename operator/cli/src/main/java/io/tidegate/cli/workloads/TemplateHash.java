package io.tidegate.cli.workloads;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Tells one pod template from another; a changed template is a rollout. */
final class TemplateHash {
  static final String LABEL = "pod-template-hash";
  static final String REVISION = "controller-revision-hash";

  private TemplateHash() {}

  static String of(PodTemplateSpec template) {
    try {
      byte[] text = Serialization.asJson(template).getBytes(StandardCharsets.UTF_8);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
      return HexFormat.of().formatHex(digest, 0, 5);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK lacks SHA-256", e);
    }
  }
}
