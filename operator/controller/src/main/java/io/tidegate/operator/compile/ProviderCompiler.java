package io.tidegate.operator.compile;

import io.tidegate.api.ModelProvider;
import io.tidegate.api.ModelProviderSpec;
import io.tidegate.operator.compile.WorkloadSnapshot.SecretKey;
import io.tidegate.sidecar.config.ObjectRef;
import io.tidegate.sidecar.config.Provider;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Map;
import java.util.Set;

/** ModelProvider to {@link Provider}, with its certificates and the place of its key. */
final class ProviderCompiler {
  private static final String KEY_FIELD = "spec.credentials.apiKey.secretRef";
  private static final String CA_FIELD = "spec.tls.caBundle.configMapRef";
  private final Surroundings surroundings;
  private final FindingLog findings;

  ProviderCompiler(Surroundings surroundings, FindingLog findings) {
    this.surroundings = surroundings;
    this.findings = findings;
  }

  KindCompiler<ModelProvider, CompiledProvider> kind() {
    return new KindCompiler<>(findings, this::compile, this::heldBack);
  }

  private CompiledProvider compile(ModelProvider object) {
    ObjectRef ref = ViewIndex.ref(object);
    ModelProviderSpec spec = object.getSpec();
    SecretKey secret = secret(ref, spec.credentials());
    Provider provider = surroundings.rejection() == null ? provider(ref, spec) : null;
    return new CompiledProvider(
        ref, ViewIndex.generation(object), spec.allowedNamespaces(), provider, secret);
  }

  private CompiledProvider heldBack(ModelProvider object, Finding finding) {
    return new CompiledProvider(finding.object(), ViewIndex.generation(object), null, null, null);
  }

  private Provider provider(ObjectRef ref, ModelProviderSpec spec) {
    String endpoint = endpoint(spec);
    if (endpoint == null) {
      findings.add(ref, Reason.ProviderInvalid, "spec.endpoint", "is missing");
      return null;
    }
    String ca = null;
    if (spec.tls().caBundle() != null) {
      ca = caBundle(ref, spec.tls().caBundle().configMapRef());
      if (ca == null) {
        return null;
      }
    }
    return new Provider(
        ref,
        Provider.Type.valueOf(spec.type().name()),
        endpoint,
        spec.credentials() == null ? null : ref.namespace() + "/" + ref.name(),
        ca,
        timeouts(spec.timeouts()),
        spec.models().stream().map(ProviderCompiler::model).toList());
  }

  private static String endpoint(ModelProviderSpec spec) {
    if (spec.endpoint() != null) {
      return spec.endpoint();
    }
    return switch (spec.type()) {
      case OpenAI -> "https://api.openai.com/v1";
      case Anthropic -> "https://api.anthropic.com";
      case OpenAICompatible -> null;
    };
  }

  private static Provider.Timeouts timeouts(ModelProviderSpec.Timeouts timeouts) {
    return new Provider.Timeouts(
        timeouts.connectSeconds() * 1000L,
        timeouts.firstTokenSeconds() * 1000L,
        timeouts.idleSeconds() * 1000L,
        timeouts.totalSeconds() * 1000L);
  }

  private static Provider.Model model(ModelProviderSpec.Model model) {
    ModelProviderSpec.Price price = model.price();
    return new Provider.Model(
        model.name(),
        model.id(),
        model.contextTokens(),
        model.maxOutputTokens(),
        price == null
            ? null
            : new Provider.Price(
                price.inputPerMillionTokens(),
                price.outputPerMillionTokens(),
                price.cacheReadPerMillionTokens(),
                price.cacheWritePerMillionTokens(),
                price.cacheWriteOneHourPerMillionTokens()));
  }

  private SecretKey secret(ObjectRef ref, ModelProviderSpec.Credentials credentials) {
    if (credentials == null) {
      return null;
    }
    ModelProviderSpec.SecretRef secret = credentials.apiKey().secretRef();
    if (!surroundings.secretsGranted()) {
      findings.add(
          ref,
          Reason.SecretNamespaceNotGranted,
          KEY_FIELD,
          "names a Secret in namespace " + ref.namespace() + ", where the operator may read none");
      return null;
    }
    Set<String> keys = surroundings.secretKeys(secret.name());
    if (keys == null) {
      findings.add(
          ref,
          Reason.SecretNotFound,
          KEY_FIELD + ".name",
          "names Secret " + ref.namespace() + "/" + secret.name() + ", which does not exist");
      return null;
    }
    if (!keys.contains(secret.key())) {
      findings.add(
          ref,
          Reason.SecretKeyNotFound,
          KEY_FIELD + ".key",
          "names key " + secret.key() + ", which Secret " + secret.name() + " lacks");
      return null;
    }
    return new SecretKey(ref.namespace(), secret.name(), secret.key());
  }

  /** Falling back to the system's certificates would trust more than the object says. */
  private String caBundle(ObjectRef ref, ModelProviderSpec.ConfigMapRef config) {
    if (!surroundings.configMapGranted(config.name())) {
      findings.add(
          ref,
          Reason.CaBundleNotGranted,
          CA_FIELD,
          "names ConfigMap "
              + ref.namespace()
              + "/"
              + config.name()
              + ", which the operator may not read");
      return null;
    }
    Map<String, String> data = surroundings.configMap(config.name());
    String pem = data == null ? null : data.get(config.key());
    if (pem == null) {
      findings.add(
          ref,
          Reason.CaBundleNotFound,
          CA_FIELD,
          "names key "
              + config.key()
              + " of ConfigMap "
              + ref.namespace()
              + "/"
              + config.name()
              + ", which does not exist");
      return null;
    }
    if (!holdsCertificates(pem)) {
      findings.add(
          ref,
          Reason.CaBundleInvalid,
          CA_FIELD,
          "names key " + config.key() + " of ConfigMap " + config.name() + ", which is no PEM");
      return null;
    }
    return pem;
  }

  private static boolean holdsCertificates(String pem) {
    try {
      byte[] bytes = pem.getBytes(StandardCharsets.US_ASCII);
      return !CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(bytes))
          .isEmpty();
    } catch (CertificateException e) {
      return false;
    }
  }
}
