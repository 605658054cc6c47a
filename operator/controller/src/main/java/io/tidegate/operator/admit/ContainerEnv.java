package io.tidegate.operator.admit;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.tidegate.api.SidecarProfileSpec.InjectEnv;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * One container's environment, before and after. Where a name stands twice, Kubernetes lets the
 * last one win; {@code env} wins over {@code envFrom}.
 */
final class ContainerEnv {
  private final GovernedVariables governed;
  private final InjectEnv policy;

  ContainerEnv(GovernedVariables governed, InjectEnv policy) {
    this.governed = governed;
    this.policy = policy;
  }

  /** The container's own base URLs that lead elsewhere. */
  List<String> ownBaseUrls(Container container) {
    List<String> names = new ArrayList<>(governed.baseUrls().keySet());
    names.addAll(GovernedVariables.WATCHED);
    return names.stream()
        .filter(name -> last(container, name).filter(this::leadsElsewhere).isPresent())
        .toList();
  }

  /** Adds our variables to the container; changes nothing else in it. */
  void inject(Container container) {
    List<EnvVar> env = new ArrayList<>(container.getEnv());
    governed.baseUrls().forEach((name, url) -> setBaseUrl(env, name, url));
    for (String key : GovernedVariables.KEYS) {
      if (needsKey(env, key)) {
        env.add(new EnvVar(key, InjectionNames.PLACEHOLDER_KEY, null));
      }
    }
    container.setEnv(env);
  }

  private void setBaseUrl(List<EnvVar> env, String name, String url) {
    if (env.stream().noneMatch(v -> name.equals(v.getName()))) {
      env.add(new EnvVar(name, url, null));
      return;
    }
    if (policy == InjectEnv.Override) {
      env.replaceAll(v -> name.equals(v.getName()) ? new EnvVar(name, url, null) : v);
    }
  }

  private static boolean needsKey(List<EnvVar> env, String key) {
    String other = GovernedVariables.OTHER_KEY.get(key);
    return env.stream()
        .noneMatch(v -> key.equals(v.getName()) || (other != null && other.equals(v.getName())));
  }

  /** Which of our variables the container now runs with, at our value. */
  List<String> ours(Container container) {
    List<String> ours = new ArrayList<>();
    governed
        .baseUrls()
        .forEach(
            (name, url) ->
                last(container, name)
                    .filter(v -> url.equals(v.getValue()))
                    .ifPresent(v -> ours.add(name)));
    for (String key : GovernedVariables.KEYS) {
      last(container, key)
          .filter(v -> InjectionNames.PLACEHOLDER_KEY.equals(v.getValue()))
          .ifPresent(v -> ours.add(key));
    }
    return ours;
  }

  /** Which of our variables the container has, at a value of its own. */
  List<String> kept(Container container) {
    List<String> ours = ours(container);
    SequencedSet<String> kept = new LinkedHashSet<>(governed.baseUrls().keySet());
    kept.addAll(GovernedVariables.KEYS);
    return kept.stream()
        .filter(name -> !ours.contains(name) && last(container, name).isPresent())
        .toList();
  }

  /** Every way by which calls of the mutated container may pass by the sidecar. */
  List<InjectionReport.Bypass> bypasses(Container container) {
    List<InjectionReport.Bypass> found = new ArrayList<>();
    for (String name : ownBaseUrls(container)) {
      found.add(
          bypass(container, BypassReason.OwnBaseUrl, name + " leads elsewhere than the sidecar"));
    }
    for (EnvFromSource source : container.getEnvFrom()) {
      if (maySetWatched(source)) {
        found.add(
            bypass(
                container,
                BypassReason.EnvFrom,
                "envFrom " + nameOf(source) + " may set a proxy or another base URL"));
      }
    }
    unexemptedProxy(container)
        .ifPresent(
            proxy ->
                found.add(
                    bypass(
                        container,
                        BypassReason.Proxy,
                        proxy + " is set and NO_PROXY does not name 127.0.0.1")));
    return found;
  }

  private static InjectionReport.Bypass bypass(Container c, BypassReason reason, String detail) {
    return new InjectionReport.Bypass(c.getName(), reason, detail);
  }

  private Optional<String> unexemptedProxy(Container container) {
    List<String> proxies =
        GovernedVariables.PROXIES.stream()
            .filter(name -> last(container, name).filter(v -> !"".equals(v.getValue())).isPresent())
            .toList();
    List<EnvVar> exemptions =
        GovernedVariables.NO_PROXIES.stream()
            .flatMap(name -> last(container, name).stream())
            .toList();
    boolean exempt =
        !exemptions.isEmpty()
            && exemptions.stream()
                .allMatch(
                    v -> v.getValue() != null && GovernedVariables.exemptsLoopback(v.getValue()));
    return exempt ? Optional.empty() : proxies.stream().findFirst();
  }

  /** With a prefix that none of the names begins with, an envFrom can set none of them. */
  private boolean maySetWatched(EnvFromSource source) {
    String prefix = source.getPrefix() == null ? "" : source.getPrefix();
    List<String> names = new ArrayList<>(GovernedVariables.WATCHED);
    names.addAll(GovernedVariables.PROXIES);
    names.addAll(GovernedVariables.NO_PROXIES);
    return names.stream().anyMatch(name -> name.startsWith(prefix));
  }

  private static String nameOf(EnvFromSource source) {
    if (source.getConfigMapRef() != null) {
      return "ConfigMap " + source.getConfigMapRef().getName();
    }
    return source.getSecretRef() != null ? "Secret " + source.getSecretRef().getName() : "entry";
  }

  private boolean leadsElsewhere(EnvVar variable) {
    return variable.getValue() == null || !governed.leadsHere(variable.getValue());
  }

  private static Optional<EnvVar> last(Container container, String name) {
    return container.getEnv().reversed().stream().filter(v -> name.equals(v.getName())).findFirst();
  }
}
