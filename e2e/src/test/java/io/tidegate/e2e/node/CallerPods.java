package io.tidegate.e2e.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Base64;

/** Objects of a namespace whose pods run {@link Caller}, as YAML. */
final class CallerPods {
  private static final String FOLDER = Caller.class.getPackageName().replace('.', '/');
  private static final String FILE = Caller.class.getSimpleName() + ".class";

  private CallerPods() {}

  /** The namespace with the program, and a route for it to a provider of this endpoint. */
  static String namespace(String name, String labels, String endpoint) {
    return """
    apiVersion: v1
    kind: Namespace
    metadata: {name: %1$s, labels: {%2$s}}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: program, namespace: %1$s}
    binaryData: {Caller.class: %3$s}
    ---
    %4$s---
    apiVersion: tidegate.io/v1alpha1
    kind: ModelRoute
    metadata: {name: chat, namespace: %1$s}
    spec:
      rules:
        - name: everything
          targets: [{provider: %1$s, model: small}]
    """
        .formatted(
            name,
            labels,
            classFile(Caller.class),
            provider(name, endpoint, "{name: small, id: small-1}"));
  }

  /** A provider of this endpoint that all namespaces may use, with its key. */
  static String provider(String name, String endpoint, String models) {
    return """
    apiVersion: v1
    kind: Secret
    metadata: {name: %1$s, namespace: tidegate-system}
    stringData: {apiKey: the-real-key}
    ---
    apiVersion: tidegate.io/v1alpha1
    kind: ModelProvider
    metadata: {name: %1$s, namespace: tidegate-system}
    spec:
      type: OpenAI
      endpoint: %2$s
      tls: {mode: Plaintext}
      credentials: {apiKey: {secretRef: {name: %1$s}}}
      allowedNamespaces: {from: All}
      models: [%3$s]
    """
        .formatted(name, endpoint, models);
  }

  /** The compiled program, which is one class, as a ConfigMap holds it. */
  static String classFile(Class<?> program) {
    try (InputStream file = program.getResourceAsStream(program.getSimpleName() + ".class")) {
      return Base64.getEncoder().encodeToString(file.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A pod's spec, in one line, fit for the Pod Security Standard {@code restricted}.
   *
   * @param fields more of the spec, like {@code restartPolicy: Never}
   * @param containers from {@link #container}
   */
  static String spec(String fields, String... containers) {
    return "{terminationGracePeriodSeconds: 1, "
        + "volumes: [{name: program, configMap: {name: program, items: "
        + ("[{key: Caller.class, path: " + FOLDER + "/" + FILE + "}]}}, ")
        + "{name: scratch, emptyDir: {}}], "
        + fields
        + ", containers: ["
        + String.join(", ", containers)
        + "]}";
  }

  /**
   * @param mode Caller's argument
   * @param fields more of the container, like {@code env: [...]}
   */
  static String container(String name, String mode, String fields) {
    return "{name: "
        + name
        + ", image: 'tidegate/sidecar:0.1.0', imagePullPolicy: Never, command: [/opt/java/bin/java,"
        + " -Xmx24m, -XX:+UseSerialGC, -XX:TieredStopAtLevel=1, -cp, /program, "
        + Caller.class.getName()
        + ", "
        + mode
        + "], securityContext: {allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities:"
        + " {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}, volumeMounts: [{name: program,"
        + " mountPath: /program}, {name: scratch, mountPath: /scratch}], "
        + fields
        + "}";
  }
}
