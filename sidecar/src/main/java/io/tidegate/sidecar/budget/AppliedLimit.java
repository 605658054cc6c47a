package io.tidegate.sidecar.budget;

import io.tidegate.sidecar.call.Task;
import io.tidegate.sidecar.config.Budget;
import io.tidegate.sidecar.policy.BudgetLimit;
import io.tidegate.sidecar.policy.Policy;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** One limit that counts an attempt, and the account it counts in. */
record AppliedLimit(Budget budget, Ledger.Account account) {
  /**
   * Longer values of {@code per} are kept as their digest, so that a caller's text cannot fill
   * memory.
   */
  static final int MAX_KEY_CHARS = 200;

  /**
   * Which limits count an attempt, in the policy's order: every part of the subject that is set
   * must equal the task's value.
   *
   * @param model the provider's name of the model
   */
  static List<AppliedLimit> of(Policy policy, Task task, String model) {
    List<AppliedLimit> applied = new ArrayList<>();
    for (Policy.BudgetAccount account : policy.budgets()) {
      Budget budget = account.budget();
      if (matches(budget.subject(), task, model)) {
        String key = key(budget, task);
        for (BudgetLimit limit : account.limits()) {
          applied.add(new AppliedLimit(budget, new Ledger.Account(budget.object(), limit, key)));
        }
      }
    }
    return applied;
  }

  BudgetLimit limit() {
    return account.limit();
  }

  /** Whether the limit counts what tokens cost or how many they are. */
  boolean countsTokens() {
    return limit().unit() == Budget.Unit.Usd || limit().unit() == Budget.Unit.Tokens;
  }

  private static boolean matches(Budget.Subject subject, Task task, String model) {
    return subject == null
        || (matches(subject.tenant(), task.tenant())
            && matches(subject.user(), task.user())
            && matches(subject.workflow(), task.workflow())
            && matches(subject.budgetClass(), task.budgetClass())
            && matches(subject.model(), model));
  }

  private static boolean matches(String wanted, String value) {
    return wanted == null || wanted.equals(value);
  }

  /**
   * Calls that do not state the field share one account: leaving it out must not escape a limit.
   */
  private static String key(Budget budget, Task task) {
    String value =
        budget.per() == null ? "" : Objects.requireNonNullElse(task.get(budget.per()), "");
    return value.length() <= MAX_KEY_CHARS ? value : digest(value);
  }

  private static String digest(String value) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
      return "sha256:" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
