package io.tidegate.sidecar;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** The list of calls that the product does not make, and what stands in their place. */
final class ForbiddenCalls {
  private static final String CLOCK = "time comes from an injected InstantSource";
  private static final String CHARSET = "a charset is named, never the machine's default";
  private static final String BLOCKS = "the event loop never waits";

  static final List<Method> EVERYWHERE =
      List.of(
          new Method(System.class, "currentTimeMillis", CLOCK),
          new Method(java.time.Instant.class, "now", CLOCK, 0),
          new Method(java.time.LocalDate.class, "now", CLOCK),
          new Method(java.time.LocalDateTime.class, "now", CLOCK),
          new Method(java.time.ZonedDateTime.class, "now", CLOCK),
          new Method(java.time.OffsetDateTime.class, "now", CLOCK),
          new Method(java.util.Date.class, "<init>", CLOCK, 0),
          new Method(Thread.class, "sleep", "waiting is for a condition, with a deadline"),
          new Method(String.class, "getBytes", CHARSET, 0),
          new Method(String.class, "<init>", CHARSET, byte[].class),
          new Method(String.class, "<init>", CHARSET, byte[].class, int.class, int.class),
          new Method(java.io.InputStreamReader.class, "<init>", CHARSET, java.io.InputStream.class),
          new Method(
              java.io.OutputStreamWriter.class, "<init>", CHARSET, java.io.OutputStream.class));

  static final List<Method> ON_THE_EVENT_LOOP =
      List.of(
          new Method(Future.class, "get", BLOCKS),
          new Method(CompletableFuture.class, "get", BLOCKS),
          new Method(CompletableFuture.class, "join", BLOCKS),
          new Method(io.vertx.core.Future.class, "await", BLOCKS),
          new Method(CountDownLatch.class, "await", BLOCKS),
          new Method(Semaphore.class, "acquire", BLOCKS),
          new Method(BlockingQueue.class, "take", BLOCKS),
          new Method(BlockingQueue.class, "put", BLOCKS),
          new Method(Object.class, "wait", BLOCKS),
          new Method(Thread.class, "join", BLOCKS));

  private ForbiddenCalls() {}

  /**
   * @param parameters null: any
   */
  record Method(Class<?> owner, String name, String insteadOf, List<String> parameters) {
    Method(Class<?> owner, String name, String insteadOf) {
      this(owner, name, insteadOf, (List<String>) null);
    }

    /** The one without parameters. */
    Method(Class<?> owner, String name, String insteadOf, int none) {
      this(owner, name, insteadOf, List.of());
      assert none == 0;
    }

    Method(Class<?> owner, String name, String insteadOf, Class<?>... parameters) {
      this(owner, name, insteadOf, Arrays.stream(parameters).map(Class::getName).toList());
    }

    private boolean isCalledBy(JavaAccess<?> access) {
      return access.getTarget() instanceof AccessTarget.CodeUnitAccessTarget target
          && target.getName().equals(name)
          && target.getOwner().isAssignableTo(owner)
          && (parameters == null
              || parameters.equals(
                  target.getRawParameterTypes().stream().map(JavaClass::getName).toList()));
    }
  }

  static ArchCondition<JavaClass> call(Method method) {
    return new ArchCondition<>("call " + method.owner().getSimpleName() + "." + method.name()) {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        for (JavaAccess<?> access : item.getAccessesFromSelf()) {
          if (method.isCalledBy(access)) {
            events.add(SimpleConditionEvent.satisfied(access, access.getDescription()));
          }
        }
      }
    };
  }

  static ArchCondition<JavaField> notHoldMutable(Class<?> mutable) {
    Set<String> interfaces = Set.of("java.util.Map", "java.util.List", "java.util.Set");
    return new ArchCondition<>("not hold a mutable " + mutable.getSimpleName()) {
      @Override
      public void check(JavaField field, ConditionEvents events) {
        JavaClass type = field.getRawType();
        if (type.isAssignableTo(mutable) && !interfaces.contains(type.getName())) {
          events.add(SimpleConditionEvent.violated(field, field.getFullName() + " can change"));
        }
      }
    };
  }
}
