package io.tidegate.cli.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * YAML nodes as JSON, with the line of every field. Only {@code true} and {@code false} are
 * booleans, as in YAML 1.2: a field named {@code on} stays one.
 */
final class YamlTree {
  private final Map<String, Integer> lines;

  YamlTree(Map<String, Integer> lines) {
    this.lines = lines;
  }

  JsonNode convert(Node node, String path) {
    return switch (node) {
      case MappingNode mapping -> mapping(mapping, path);
      case SequenceNode sequence -> sequence(sequence, path);
      case ScalarNode scalar -> scalar(scalar);
      default -> throw new IllegalStateException("an alias that nobody resolved at " + path);
    };
  }

  private ObjectNode mapping(MappingNode mapping, String path) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw broken("a key that is no word", tuple.getKeyNode());
      }
      String at = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
      lines.put(at, key.getStartMark().getLine() + 1);
      if (object.has(key.getValue())) {
        throw broken("the field \"" + at + "\" stands here twice", key);
      }
      object.set(key.getValue(), convert(tuple.getValueNode(), at));
    }
    return object;
  }

  private ArrayNode sequence(SequenceNode sequence, String path) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (Node item : sequence.getValue()) {
      String at = path + "[" + list.size() + "]";
      lines.put(at, item.getStartMark().getLine() + 1);
      list.add(convert(item, at));
    }
    return list;
  }

  private static JsonNode scalar(ScalarNode scalar) {
    JsonNodeFactory make = JsonNodeFactory.instance;
    String text = scalar.getValue();
    if (!scalar.isPlain() || scalar.getTag().equals(Tag.STR)) {
      return make.textNode(text);
    }
    if (scalar.getTag().equals(Tag.NULL)) {
      return make.nullNode();
    }
    if (text.matches("true|True|TRUE|false|False|FALSE")) {
      return make.booleanNode(Boolean.parseBoolean(text));
    }
    if (scalar.getTag().equals(Tag.INT) && text.matches("[-+]?\\d{1,18}")) {
      return make.numberNode(Long.parseLong(text));
    }
    if (scalar.getTag().equals(Tag.INT) && text.matches("[-+]?\\d+")) {
      return make.numberNode(new BigInteger(text));
    }
    if (scalar.getTag().equals(Tag.FLOAT) && text.matches("[-+]?[\\d.]+([eE][-+]?\\d+)?")) {
      return make.numberNode(new BigDecimal(text));
    }
    return make.textNode(text);
  }

  private static MarkedYAMLException broken(String what, Node at) {
    return new BrokenYaml(what, at);
  }

  /** A mapping that YAML allows and Kubernetes does not. */
  private static final class BrokenYaml extends MarkedYAMLException {
    BrokenYaml(String what, Node at) {
      super(null, null, what, at.getStartMark());
    }
  }
}
