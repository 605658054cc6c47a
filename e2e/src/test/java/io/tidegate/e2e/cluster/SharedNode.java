package io.tidegate.e2e.cluster;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives the tests of a run their one {@link WholeCluster}, started for the first that asks and
 * ended with the run. Where the machine cannot run a node, its classes are skipped with the reason;
 * where it can, a cluster that does not start fails them.
 */
public final class SharedNode implements ExecutionCondition, ParameterResolver {
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (context.getTestMethod().isPresent()) {
      return ConditionEvaluationResult.enabled("its class was asked");
    }
    if (GivenCluster.isGiven()) {
      return ConditionEvaluationResult.disabled(
          "The cluster of -Dtidegate.kubeconfig is not ours to load images into and to switch"
              + " off.");
    }
    return WholeCluster.obstacle()
        .map(ConditionEvaluationResult::disabled)
        .orElseGet(() -> ConditionEvaluationResult.enabled("this machine can run a node"));
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == WholeCluster.class;
  }

  @Override
  public WholeCluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getStore(StoreScope.LAUNCHER_SESSION, Namespace.create(SharedNode.class))
        .computeIfAbsent(WholeCluster.class, key -> WholeCluster.start(), WholeCluster.class);
  }
}
