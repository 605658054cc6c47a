package io.tidegate.operator;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.tidegate.operator.admit.InjectionNames;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Answers as an API server does: a token is good for its own audience, and a question that names
 * none is about the API server's. {@code token/NAMESPACE/POD} is the sidecar's, {@code
 * app/NAMESPACE/POD} what the kubelet mounts into the application of the same pod.
 */
public final class TokenReviews {
  private static final String API_SERVER = "https://kubernetes.default.svc";

  private TokenReviews() {}

  /** The application's own token. */
  static String appToken(String namespace, String pod) {
    return "app/" + namespace + "/" + pod;
  }

  /**
   * @param uids of the pod whose sidecar has this token; null if nobody has it
   */
  public static TokenReview answer(TokenReview asked, UnaryOperator<String> uids) {
    String token = asked.getSpec().getToken();
    String[] parts = token.split("/", -1);
    boolean app = parts[0].equals("app");
    String audience = app ? API_SERVER : InjectionNames.TOKEN_AUDIENCE;
    List<String> wanted = asked.getSpec().getAudiences();
    String uid = uids.apply(token.replaceFirst("^app/", "token/"));
    if (uid == null || !(wanted.isEmpty() ? List.of(API_SERVER) : wanted).contains(audience)) {
      return new TokenReviewBuilder(asked)
          .withNewStatus()
          .withAuthenticated(false)
          .endStatus()
          .build();
    }
    return new TokenReviewBuilder(asked)
        .withNewStatus()
        .withAuthenticated(true)
        .withAudiences(audience)
        .withNewUser()
        .withUsername("system:serviceaccount:" + parts[1] + ":default")
        .withExtra(
            Map.of(
                "authentication.kubernetes.io/pod-name", List.of(parts[2]),
                "authentication.kubernetes.io/pod-uid", List.of(uid)))
        .endUser()
        .endStatus()
        .build();
  }
}
