package io.tidegate.cli.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidegate.cli.embedded.schema.CustomKind;
import io.tidegate.cli.embedded.schema.FieldError;
import io.tidegate.cli.embedded.schema.MetadataCheck;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The stages of a write: names, unknown fields, defaults, admission, schema and CEL, store. Writes
 * are serialised but for the call of a webhook, so that a transition rule sees the object that its
 * update replaces.
 */
final class WriteLine {
  private static final Set<String> NAMELESS =
      Set.of("tokenreviews", "subjectaccessreviews", "selfsubjectaccessreviews");

  private final ObjectStore store;
  private final CustomKinds kinds;
  private final PodAdmission admission;
  private final ReentrantLock writing = new ReentrantLock();

  WriteLine(ObjectStore store, CustomKinds kinds, PodAdmission admission) {
    this.store = store;
    this.kinds = kinds;
    this.admission = admission;
  }

  ApiAnswer create(ResourcePath path, ObjectNode sent) {
    ObjectNode object = sent.deepCopy();
    name(path, object);
    namespaceExists(path);
    BuiltInDefaults.apply(path, object);
    ResourcePath target = path.named(object.path("metadata").path("name").asText());
    kinds
        .of(path)
        .ifPresent(
            kind -> {
              decode(kind, object);
              if (kind.hasStatus()) {
                object.remove("status");
              }
            });
    if (path.is("", "pods")) {
      PodAdmission.Admitted admitted = admission.admit(path.namespace(), object);
      return store(target, admitted.pod()).withWarnings(admitted.warnings());
    }
    return store(target, object);
  }

  private ApiAnswer store(ResourcePath target, ObjectNode object) {
    writing.lock();
    try {
      kinds.of(target).ifPresent(kind -> check(kind, object, Optional.empty()));
      if (isDefinition(target)) {
        kinds.define(object);
      }
      return store.create(target.named(""), object);
    } finally {
      writing.unlock();
    }
  }

  ApiAnswer replace(ResourcePath path, ObjectNode sent) {
    writing.lock();
    try {
      ObjectNode current = store.get(path).orElseThrow(() -> ApiRefusal.notFound(path));
      return update(path, current, sent.deepCopy());
    } finally {
      writing.unlock();
    }
  }

  /** A patch is the same write as a replacement by what the patch makes of the stored object. */
  ApiAnswer patch(ResourcePath path, String contentType, JsonNode patch) {
    writing.lock();
    try {
      ObjectNode current = store.get(path).orElseThrow(() -> ApiRefusal.notFound(path));
      return update(path, current, PatchedObject.of(current, contentType, patch));
    } finally {
      writing.unlock();
    }
  }

  private ApiAnswer update(ResourcePath path, ObjectNode current, ObjectNode next) {
    boolean status = path.subresource().equals("status");
    if (status) {
      JsonNode written = next.get("status");
      ObjectNode merged = current.deepCopy();
      merged.set("status", written);
      JsonNode version = next.path("metadata").path("resourceVersion");
      if (version.isTextual()) {
        merged.withObject("/metadata").set("resourceVersion", version);
      }
      next = merged;
    } else if (current.has("status") && kinds.of(path).isPresent()) {
      next.set("status", current.get("status"));
    }
    ObjectNode object = next;
    BuiltInDefaults.apply(path, object);
    kinds
        .of(path)
        .ifPresent(
            kind -> {
              decode(kind, object);
              check(kind, object, Optional.of(current));
            });
    if (isDefinition(path) && !status) {
      kinds.define(object);
    }
    return store.replace(path, object);
  }

  ApiAnswer delete(ResourcePath path, String pathWithQuery) {
    writing.lock();
    try {
      if (!path.name().isEmpty() && store.get(path).isEmpty()) {
        throw ApiRefusal.notFound(path);
      }
      if (isDefinition(path)) {
        kinds.forget(path.name());
      }
      return store.delete(pathWithQuery);
    } finally {
      writing.unlock();
    }
  }

  private static boolean isDefinition(ResourcePath path) {
    return path.is("apiextensions.k8s.io", "customresourcedefinitions");
  }

  private static void decode(CustomKind kind, ObjectNode object) {
    String version = kind.group() + "/" + kind.version();
    String said = object.path("apiVersion").asText();
    if (!said.equals(version)) {
      throw ApiRefusal.badRequest(
          "the API version in the data (%s) does not match the expected API version (%s)"
              .formatted(said, version));
    }
    for (String texts : List.of("labels", "annotations")) {
      object.path("metadata").path(texts).forEach(value -> isText(texts, value));
    }
    List<FieldError> unknown = kind.unknownFields(object);
    if (!unknown.isEmpty()) {
      throw ApiRefusal.unknownFields(unknown);
    }
    kind.applyDefaults(object);
  }

  private static void isText(String field, JsonNode value) {
    if (!value.isTextual()) {
      throw ApiRefusal.badRequest(
          "json: cannot unmarshal %s into Go struct field ObjectMeta.%s of type string"
              .formatted(value.getNodeType().name().toLowerCase(Locale.ROOT), field));
    }
  }

  private static void check(CustomKind kind, ObjectNode object, Optional<JsonNode> old) {
    List<FieldError> errors = kind.check(object, old);
    if (!errors.isEmpty()) {
      throw ApiRefusal.invalid(kind, object.path("metadata").path("name").asText(), errors);
    }
  }

  private void name(ResourcePath path, ObjectNode object) {
    ObjectNode metadata = object.withObject("/metadata");
    String generate = metadata.path("generateName").asText("");
    if (metadata.path("name").asText("").isEmpty() && !generate.isEmpty()) {
      metadata.put("name", generate + UUID.randomUUID().toString().substring(0, 5));
    }
    if (kinds.of(path).isEmpty() && !NAMELESS.contains(path.plural())) {
      List<FieldError> errors = MetadataCheck.name(metadata);
      if (!errors.isEmpty()) {
        String kind = object.path("kind").asText(path.plural());
        throw ApiRefusal.invalid(kind, path.group(), metadata.path("name").asText(""), errors);
      }
    }
  }

  private void namespaceExists(ResourcePath path) {
    if (path.namespace().isEmpty()) {
      return;
    }
    ResourcePath namespace = ResourcePath.core("", "namespaces", path.namespace());
    if (store.get(namespace).isEmpty()) {
      throw ApiRefusal.notFound(namespace);
    }
  }
}
