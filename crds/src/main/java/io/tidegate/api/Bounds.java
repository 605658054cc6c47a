package io.tidegate.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Checks a value against the bounds that its records declare, the same that the CRD is generated
 * from: whoever reads an object relies on them, and only an API server with this very CRD has seen
 * to them.
 */
final class Bounds {
  private Bounds() {}

  /** The first value that is out of bounds. */
  static Optional<Misfit> misfit(String path, Object value) {
    return switch (value) {
      case null -> Optional.empty();
      case Record record ->
          Stream.of(record.getClass().getRecordComponents())
              .flatMap(component -> field(path, record, component).stream())
              .findFirst();
      default -> Optional.empty();
    };
  }

  private static Optional<Misfit> field(String path, Record record, RecordComponent component) {
    JsonProperty renamed = component.getAccessor().getAnnotation(JsonProperty.class);
    String at = path + "." + (renamed == null ? component.getName() : renamed.value());
    Object value = value(record, component);
    if (value == null) {
      return component.getAccessor().isAnnotationPresent(Required.class)
          ? Optional.of(new Misfit(at, "is missing"))
          : Optional.empty();
    }
    return own(at, value, component.getAccessor(), component.getAnnotatedType())
        .or(() -> inside(at, value, component.getAnnotatedType()));
  }

  private static Object value(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the API's records are public", e);
    }
  }

  private static Optional<Misfit> inside(String at, Object value, AnnotatedType type) {
    return switch (value) {
      case List<?> list ->
          Stream.iterate(0, i -> i < list.size(), i -> i + 1)
              .flatMap(i -> entry(at + "[" + i + "]", list.get(i), argument(type, 0)).stream())
              .findFirst();
      case Map<?, ?> map ->
          map.entrySet().stream()
              .flatMap(
                  each ->
                      entry(at + "." + each.getKey(), each.getValue(), argument(type, 1)).stream())
              .findFirst();
      default -> misfit(at, value);
    };
  }

  private static Optional<Misfit> entry(String at, Object value, AnnotatedType type) {
    return value == null
        ? Optional.of(new Misfit(at, "is null"))
        : own(at, value, type, type).or(() -> inside(at, value, type));
  }

  private static AnnotatedType argument(AnnotatedType type, int index) {
    return ((AnnotatedParameterizedType) type).getAnnotatedActualTypeArguments()[index];
  }

  private static Optional<Misfit> own(
      String at, Object value, AnnotatedElement element, AnnotatedType type) {
    String complaint =
        switch (value) {
          case String text -> text(text, element, type);
          case Number number -> number(number, element, type);
          case List<?> list -> size(list.size(), "entries", element, type);
          case Map<?, ?> map -> size(map.size(), "entries", element, type);
          default -> null;
        };
    return Optional.ofNullable(complaint).map(why -> new Misfit(at, why));
  }

  private static String text(String text, AnnotatedElement element, AnnotatedType type) {
    Pattern pattern = find(Pattern.class, element, type);
    if (pattern != null && !Patterns.matches(pattern.value(), text)) {
      return "does not match " + pattern.value();
    }
    return size(text.codePointCount(0, text.length()), "characters", element, type);
  }

  private static String number(Number number, AnnotatedElement element, AnnotatedType type) {
    Min min = find(Min.class, element, type);
    if (min != null && number.doubleValue() < min.value()) {
      return "is less than " + (long) min.value();
    }
    Max max = find(Max.class, element, type);
    return max != null && number.doubleValue() > max.value()
        ? "is more than " + (long) max.value()
        : null;
  }

  private static String size(int size, String of, AnnotatedElement element, AnnotatedType type) {
    Size bounds = find(Size.class, element, type);
    if (bounds == null || (size >= bounds.min() && size <= bounds.max())) {
      return null;
    }
    return size < bounds.min()
        ? "has fewer than " + bounds.min() + " " + of
        : "has more than " + bounds.max() + " " + of;
  }

  private static <A extends Annotation> A find(
      Class<A> annotation, AnnotatedElement element, AnnotatedType type) {
    A own = element.getAnnotation(annotation);
    return own != null ? own : type.getAnnotation(annotation);
  }
}
