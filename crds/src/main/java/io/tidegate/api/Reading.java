package io.tidegate.api;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;

/**
 * What became of a JSON tree that was read as a type. Nothing is guessed: no number from a text, no
 * text from a number, no whole number from a fraction.
 *
 * @param value null if the tree is, or does not fit
 * @param misfit null if the tree fits
 */
record Reading<V>(V value, Misfit misfit) {
  private static final JsonMapper EVERY_FIELD = mapper(true);
  private static final JsonMapper KNOWN_FIELDS = mapper(false);

  /** Every field must be known, and every value within the bounds that the type declares. */
  static <V> Reading<V> strict(String path, JsonNode tree, Class<V> type) {
    return read(EVERY_FIELD, path, tree, type);
  }

  /** The same, but unknown fields are read over. */
  static <V> Reading<V> known(String path, JsonNode tree, Class<V> type) {
    return read(KNOWN_FIELDS, path, tree, type);
  }

  private static <V> Reading<V> read(JsonMapper mapper, String path, JsonNode tree, Class<V> type) {
    try {
      V value = mapper.treeToValue(tree, type);
      return Bounds.misfit(path, value)
          .map(misfit -> new Reading<V>(null, misfit))
          .orElseGet(() -> new Reading<>(value, null));
    } catch (JsonProcessingException e) {
      return new Reading<>(null, Complaints.misfit(path, e));
    }
  }

  private static JsonMapper mapper(boolean everyField) {
    return JsonMapper.builder()
        .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, everyField)
        .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
        .withCoercionConfig(
            LogicalType.Textual,
            text ->
                text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
        .build();
  }
}
