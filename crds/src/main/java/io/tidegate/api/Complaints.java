package io.tidegate.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Jackson's reasons in the words of whoever wrote the object. */
final class Complaints {
  private static final int LONGEST_VALUE = 64;

  private Complaints() {}

  static Misfit misfit(String path, JsonProcessingException e) {
    return e instanceof JsonMappingException mapping
        ? new Misfit(path + steps(mapping), complaint(mapping))
        : new Misfit(path, "cannot be read");
  }

  private static String steps(JsonMappingException e) {
    return e.getPath().stream()
        .map(
            step ->
                step.getFieldName() == null
                    ? "[" + step.getIndex() + "]"
                    : "." + step.getFieldName())
        .collect(Collectors.joining());
  }

  private static String complaint(JsonMappingException e) {
    return switch (e) {
      case UnrecognizedPropertyException _ -> "is a field that this operator does not know";
      case InvalidNullException _ -> "holds null";
      case InvalidFormatException format when format.getTargetType().isEnum() ->
          "is '"
              + shortened(String.valueOf(format.getValue()))
              + "', which is none of "
              + Arrays.stream(format.getTargetType().getEnumConstants())
                  .map(String::valueOf)
                  .collect(Collectors.joining(", "));
      case MismatchedInputException mismatch -> "is no " + wanted(mismatch.getTargetType());
      default -> "holds what this operator cannot read";
    };
  }

  private static String shortened(String value) {
    return value.length() > LONGEST_VALUE ? value.substring(0, LONGEST_VALUE) + "..." : value;
  }

  private static String wanted(Class<?> type) {
    if (type == null || type.isRecord() || Map.class.isAssignableFrom(type)) {
      return "object of fields that this operator knows";
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "list";
    }
    if (type == String.class || type.isEnum()) {
      return "text";
    }
    return Number.class.isAssignableFrom(type)
        ? "number that this operator can read"
        : type.getSimpleName().toLowerCase(Locale.ROOT);
  }
}
