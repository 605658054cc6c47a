package io.tidegate.e2e.cluster;

import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives the tests of a run their one {@link Cluster}, started for the first that asks and ended
 * with the run. Whoever changes what is not in a namespace must allow for the others.
 */
public final class SharedCluster implements ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Cluster.class;
  }

  @Override
  public Cluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getStore(StoreScope.LAUNCHER_SESSION, Namespace.create(SharedCluster.class))
        .computeIfAbsent(Running.class, key -> Running.open(), Running.class)
        .cluster();
  }

  /** What the store closes. */
  private record Running(Cluster cluster, Optional<ControlPlane> own) implements AutoCloseable {
    static Running open() {
      Optional<Cluster> given = GivenCluster.find();
      if (given.isPresent()) {
        return new Running(given.get(), Optional.empty());
      }
      ControlPlane own = ControlPlane.start();
      return new Running(own, Optional.of(own));
    }

    @Override
    public void close() {
      own.ifPresent(ControlPlane::close);
    }
  }
}
