package io.tidegate.cli.manifest;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Makes the API hold what a directory's files say: creates, replaces and deletes, kind by kind in
 * order. A file that cannot be read, or holds a kind that is not known, keeps the objects of its
 * last good state; an object that the API refuses stays as it was. Not thread-safe; one thread
 * applies.
 */
public final class DirectoryApplier {
  private static final Pattern FIELD =
      Pattern.compile("(?:is invalid: \\[?|unknown field \")([a-zA-Z][\\w.\\[\\]/-]*)");

  /**
   * What one pass did.
   *
   * @param changed such as {@code created ModelRoute shop/chat}
   */
  public record Pass(List<String> changed, List<Problem> problems, List<Manifest> applied) {}

  private record Key(String apiVersion, String kind, String namespace, String name) {}

  private final ManifestReader reader;
  private final KnownKinds kinds;

  /** What a rule says whose object cannot be mended by another edit of it. */
  private static final String NEVER_CHANGES = "never changes: create a new one";

  /** What an API server adds to errors of structure; it names no field and no next step. */
  private static final Pattern RULES_NOT_CHECKED =
      Pattern.compile(", <nil>: Invalid value: null: some validation rules were not checked[^]]*");

  private final KubernetesClient client;
  private final Consumer<String> namespaceMade;
  private final ObjectMapper mapper = new ObjectMapper();
  private final Map<Path, List<Manifest>> lastGood = new HashMap<>();
  private final Map<Key, Manifest> applied = new LinkedHashMap<>();

  public DirectoryApplier(ManifestReader reader, KnownKinds kinds, KubernetesClient client) {
    this(reader, kinds, client, _ -> {});
  }

  /**
   * @param namespaceMade called with each Namespace that was written, before anything is put into
   *     it
   */
  public DirectoryApplier(
      ManifestReader reader,
      KnownKinds kinds,
      KubernetesClient client,
      Consumer<String> namespaceMade) {
    this.reader = reader;
    this.kinds = kinds;
    this.client = client;
    this.namespaceMade = namespaceMade;
  }

  /**
   * Reads the directory and applies the difference to the pass before.
   *
   * @throws IOException when the directory itself cannot be listed
   */
  public Pass apply() throws IOException {
    List<Problem> problems = new ArrayList<>();
    List<String> changed = new ArrayList<>();
    Map<Key, Manifest> wanted = wanted(problems);
    for (Map.Entry<Key, Manifest> entry : wanted.entrySet()) {
      Manifest before = applied.get(entry.getKey());
      if (before == null || !before.object().equals(entry.getValue().object())) {
        try {
          changed.add((write(entry.getKey(), entry.getValue())) + " " + title(entry.getKey()));
          applied.put(entry.getKey(), entry.getValue());
        } catch (KubernetesClientException e) {
          problems.add(refused(entry.getValue(), e));
        }
      }
    }
    for (Key key : applied.keySet().stream().toList().reversed()) {
      if (!wanted.containsKey(key)) {
        resource(key, applied.get(key)).delete();
        applied.remove(key);
        changed.add("deleted " + title(key));
      }
    }
    return new Pass(changed, problems, List.copyOf(applied.values()));
  }

  private Map<Key, Manifest> wanted(List<Problem> problems) throws IOException {
    List<Manifest> all = new ArrayList<>();
    List<Path> files = reader.files();
    lastGood.keySet().retainAll(files);
    for (Path file : files) {
      ManifestReader.FileContent content = reader.read(file);
      problems.addAll(content.problems());
      List<Manifest> kept = kept(file, content, problems);
      lastGood.put(file, kept);
      all.addAll(kept);
    }
    Map<Key, Manifest> wanted = new LinkedHashMap<>();
    all.stream()
        .sorted(Comparator.comparingInt(m -> kinds.of(m).orElseThrow().order()))
        .forEach(m -> claim(wanted, m, problems));
    return wanted;
  }

  /** What the file says; where a part of it cannot be understood, also what it said before. */
  private List<Manifest> kept(
      Path file, ManifestReader.FileContent content, List<Problem> problems) {
    List<Manifest> kept =
        new ArrayList<>(content.manifests().stream().filter(m -> isKnown(m, problems)).toList());
    if (!content.problems().isEmpty() || kept.size() < content.manifests().size()) {
      Set<Key> said = kept.stream().map(this::key).collect(Collectors.toSet());
      lastGood.getOrDefault(file, List.of()).stream()
          .filter(m -> !said.contains(key(m)))
          .forEach(kept::add);
    }
    return kept;
  }

  private boolean isKnown(Manifest manifest, List<Problem> problems) {
    boolean known = kinds.of(manifest).isPresent();
    if (!known) {
      problems.add(kinds.unknown(manifest));
    }
    return known;
  }

  private void claim(Map<Key, Manifest> wanted, Manifest manifest, List<Problem> problems) {
    Manifest other = wanted.putIfAbsent(key(manifest), manifest);
    if (other != null) {
      problems.add(
          new Problem(
              manifest.file(),
              manifest.line(),
              manifest.title(),
              "stands in " + other.file() + ":" + other.line() + " already, which counts",
              "remove one of the two"));
    }
  }

  private Key key(Manifest manifest) {
    String written = manifest.namespace();
    String namespace =
        !kinds.of(manifest).orElseThrow().namespaced()
            ? ""
            : written.isEmpty() ? "default" : written;
    return new Key(manifest.apiVersion(), manifest.kind(), namespace, manifest.name());
  }

  private String write(Key key, Manifest manifest) {
    Resource<GenericKubernetesResource> resource = resource(key, manifest);
    boolean created = resource.get() == null;
    if (created) {
      resource.create();
    } else {
      resource.update();
    }
    if (key.kind().equals("Namespace")) {
      namespaceMade.accept(key.name());
    }
    return created ? "created" : "changed";
  }

  private Resource<GenericKubernetesResource> resource(Key key, Manifest manifest) {
    GenericKubernetesResource object =
        mapper.convertValue(manifest.object(), GenericKubernetesResource.class);
    var all = client.genericKubernetesResources(kinds.of(manifest).orElseThrow().context());
    return key.namespace().isEmpty()
        ? all.resource(object)
        : all.inNamespace(key.namespace()).resource(object);
  }

  private static Problem refused(Manifest manifest, KubernetesClientException e) {
    String said = e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage();
    String message = RULES_NOT_CHECKED.matcher(said).replaceAll("");
    Matcher field = FIELD.matcher(message);
    int line = field.find() ? manifest.lineOf(field.group(1)) : manifest.line();
    String kept =
        "mend "
            + (field.reset().find() ? field.group(1) : "the object")
            + " and save; until then the last good state counts";
    return new Problem(manifest.file(), line, manifest.title(), message, nextStep(message, kept));
  }

  private static String nextStep(String message, String otherwise) {
    if (message.contains(NEVER_CHANGES)) {
      return "take the edit back, and put the new text into a new object; what is applied stays";
    }
    Matcher namespace = Pattern.compile("namespaces \"([^\"]+)\" not found").matcher(message);
    return namespace.find()
        ? "add a Namespace named " + namespace.group(1) + ", or change metadata.namespace"
        : otherwise;
  }

  private static String title(Key key) {
    return key.kind() + " " + (key.namespace().isEmpty() ? "" : key.namespace() + "/") + key.name();
  }
}
