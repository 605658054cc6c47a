package io.tidegate.layers;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * CycloneDX (https://cyclonedx.org/docs/1.6/json/) of an image: what Maven's plugin says of the
 * jars, and beside it Debian's packages and the Java runtime.
 */
final class BillOfMaterials {
  static final String FOLDER = "/usr/share/sbom";

  private static final JsonMapper JSON = new JsonMapper();

  private BillOfMaterials() {}

  static String of(Path jars, List<DebianPackage> packages) throws IOException {
    if (!(JSON.readTree(jars.toFile()) instanceof ObjectNode bill)) {
      throw new IOException(jars + " is no bill of materials");
    }
    ArrayNode components = bill.withArrayProperty("components");
    for (DebianPackage one : packages) {
      ObjectNode component =
          component(components, "pkg:deb/debian/" + one.name() + "@" + one.version());
      component.put("type", "library").put("name", one.name()).put("version", one.version());
      component.putArray("hashes").addObject().put("alg", "SHA-256").put("content", one.sha256());
    }
    String java = Runtime.version().toString();
    component(components, "pkg:generic/openjdk@" + java)
        .put("type", "platform")
        .put("name", "openjdk")
        .put("version", java)
        .put("publisher", System.getProperty("java.vendor"));
    return text(bill);
  }

  private static ObjectNode component(ArrayNode components, String purl) {
    return components.addObject().put("bom-ref", purl).put("purl", purl);
  }

  private static String text(JsonNode bill) throws IOException {
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
    return JSON.writer(printer).writeValueAsString(bill) + "\n";
  }
}
