package io.tidegate.operator;

import io.tidegate.operator.compile.Compilation;
import io.tidegate.operator.compile.ResourceView;
import io.tidegate.operator.status.DesiredStatus;
import io.tidegate.operator.status.StatusInput;
import java.util.List;
import java.util.function.Function;

/** The operator's two pure stages. */
record Decisions(
    Function<ResourceView, Compilation> compiler,
    Function<StatusInput, List<DesiredStatus>> projection) {}
