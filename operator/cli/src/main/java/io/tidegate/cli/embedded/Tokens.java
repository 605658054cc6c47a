package io.tidegate.cli.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Issues and reviews ServiceAccount tokens bound to pods: JWTs (RFC 7519) signed with ES256 by a
 * key of this process, with the claims that a real API server writes
 * (kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin).
 */
final class Tokens {
  private static final String API_AUDIENCE = "https://kubernetes.default.svc";
  private static final String CLAIMS = "kubernetes.io";
  private static final String ALGORITHM = "SHA256withECDSAinP1363Format";
  private static final long SHORTEST_SECONDS = 600;

  private final ObjectStore store;
  private final ObjectMapper mapper;
  private final InstantSource clock;
  private final KeyPair keys;

  Tokens(ObjectStore store, ObjectMapper mapper, InstantSource clock) {
    this.store = store;
    this.mapper = mapper;
    this.clock = clock;
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      this.keys = generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK lacks EC keys on P-256", e);
    }
  }

  /** Answers a TokenRequest on a ServiceAccount. */
  ApiAnswer issue(ResourcePath account, ObjectNode request) {
    ObjectNode owner =
        store.get(account.object()).orElseThrow(() -> ApiRefusal.notFound(account.object()));
    JsonNode spec = request.path("spec");
    long seconds = spec.path("expirationSeconds").asLong(3600);
    if (seconds < SHORTEST_SECONDS) {
      throw new ApiRefusal(
          422,
          "Invalid",
          "spec.expirationSeconds: Invalid value: %d: may not specify a duration less than 10 minutes"
              .formatted(seconds));
    }
    Instant now = clock.instant();
    Instant expiry = now.plus(Duration.ofSeconds(seconds));
    ObjectNode claims = mapper.createObjectNode();
    claims
        .putArray("aud")
        .addAll(audiences(spec).stream().map(mapper.getNodeFactory()::textNode).toList());
    claims.put("exp", expiry.getEpochSecond()).put("iat", now.getEpochSecond());
    claims.put("nbf", now.getEpochSecond()).put("iss", API_AUDIENCE);
    claims.put("sub", "system:serviceaccount:" + account.namespace() + ":" + account.name());
    ObjectNode bound = claims.putObject(CLAIMS).put("namespace", account.namespace());
    bound.putObject("serviceaccount").put("name", account.name()).put("uid", uid(owner));
    bind(account, spec.path("boundObjectRef"), bound);
    ObjectNode answer = request.deepCopy();
    answer.put("kind", "TokenRequest").put("apiVersion", "authentication.k8s.io/v1");
    answer.withObject("/spec").put("expirationSeconds", seconds);
    answer
        .putObject("status")
        .put("token", sign(claims))
        .put("expirationTimestamp", expiry.toString());
    return new ApiAnswer(201, answer);
  }

  private void bind(ResourcePath account, JsonNode reference, ObjectNode claims) {
    if (!reference.path("kind").asText("").equals("Pod")) {
      return;
    }
    String name = reference.path("name").asText();
    ResourcePath path = ResourcePath.core(account.namespace(), "pods", name);
    ObjectNode pod = store.get(path).orElseThrow(() -> ApiRefusal.notFound(path));
    String wanted = reference.path("uid").asText("");
    if (!wanted.isEmpty() && !wanted.equals(uid(pod))) {
      throw new ApiRefusal(
          409,
          "Conflict",
          "the UID in the bound object reference (%s) does not match the UID in record (%s)"
              .formatted(wanted, uid(pod)));
    }
    if (!pod.path("spec").path("serviceAccountName").asText("").equals(account.name())) {
      throw ApiRefusal.badRequest(
          "cannot bind token for serviceaccount \"%s\" to pod running with different serviceaccount name."
              .formatted(account.name()));
    }
    claims.putObject("pod").put("name", name).put("uid", uid(pod));
  }

  /**
   * Answers a TokenReview: who the token is, if it holds, is of a wanted audience and not expired.
   */
  ApiAnswer review(ObjectNode review) {
    ObjectNode answer = review.deepCopy();
    ObjectNode status = answer.putObject("status");
    try {
      Set<String> wanted = audiences(review.path("spec"));
      JsonNode claims = verified(review.path("spec").path("token").asText(""));
      Set<String> shared = new LinkedHashSet<>();
      claims.path("aud").forEach(a -> shared.add(a.asText()));
      shared.retainAll(wanted);
      if (shared.isEmpty()) {
        throw new IllegalArgumentException(
            "token audiences "
                + claims.path("aud")
                + " is invalid for the target audiences "
                + wanted);
      }
      user(claims, status);
      shared.forEach(status.putArray("audiences")::add);
    } catch (IllegalArgumentException e) {
      status
          .put("authenticated", false)
          .put("error", "[invalid bearer token, " + e.getMessage() + "]");
    }
    return new ApiAnswer(201, answer);
  }

  private void user(JsonNode claims, ObjectNode status) {
    JsonNode bound = claims.path(CLAIMS);
    String namespace = bound.path("namespace").asText();
    JsonNode account = bound.path("serviceaccount");
    alive(namespace, "serviceaccounts", account);
    if (bound.has("pod")) {
      alive(namespace, "pods", bound.path("pod"));
    }
    status.put("authenticated", true);
    ObjectNode user = status.putObject("user");
    user.put("username", claims.path("sub").asText()).put("uid", account.path("uid").asText());
    user.putArray("groups")
        .add("system:serviceaccounts")
        .add("system:serviceaccounts:" + namespace)
        .add("system:authenticated");
    if (bound.has("pod")) {
      ObjectNode extra = user.putObject("extra");
      extra.putArray("authentication.kubernetes.io/pod-name").add(bound.path("pod").path("name"));
      extra.putArray("authentication.kubernetes.io/pod-uid").add(bound.path("pod").path("uid"));
    }
  }

  private void alive(String namespace, String plural, JsonNode reference) {
    ResourcePath path = ResourcePath.core(namespace, plural, reference.path("name").asText());
    String uid = store.get(path).map(Tokens::uid).orElse("");
    if (!uid.equals(reference.path("uid").asText())) {
      throw new IllegalArgumentException(
          plural + " \"" + path.name() + "\" that the token is bound to is gone");
    }
  }

  private JsonNode verified(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("not a JWT");
    }
    try {
      Signature check = Signature.getInstance(ALGORITHM);
      check.initVerify(keys.getPublic());
      check.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      if (!check.verify(Base64.getUrlDecoder().decode(parts[2]))) {
        throw new IllegalArgumentException("the signature is not ours");
      }
      JsonNode claims = mapper.readTree(Base64.getUrlDecoder().decode(parts[1]));
      if (clock.instant().getEpochSecond() >= claims.path("exp").asLong()) {
        throw new IllegalArgumentException("service account token has expired");
      }
      return claims;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("cannot be read: " + e.getMessage(), e);
    }
  }

  private String sign(ObjectNode claims) {
    try {
      Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
      byte[] header = "{\"alg\":\"ES256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.US_ASCII);
      String signed =
          encoder.encodeToString(header)
              + "."
              + encoder.encodeToString(mapper.writeValueAsBytes(claims));
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(keys.getPrivate());
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + encoder.encodeToString(signature.sign());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("cannot sign a token", e);
    }
  }

  private static Set<String> audiences(JsonNode spec) {
    Set<String> audiences = new LinkedHashSet<>();
    spec.path("audiences").forEach(a -> audiences.add(a.asText()));
    return audiences.isEmpty() ? Set.of(API_AUDIENCE) : audiences;
  }

  private static String uid(JsonNode object) {
    return object.path("metadata").path("uid").asText();
  }
}
