package io.tidegate.cli.get;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tidegate.cli.Arguments;
import io.tidegate.cli.CliFailure;
import io.tidegate.cli.Kubeconfig;
import io.tidegate.cli.local.RunDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Shows objects of a running {@code up}, or of the API server that a kubeconfig names. */
public final class GetCommand {
  private static final Set<String> OUTPUTS = Set.of("table", "wide", "yaml", "json");

  private final KubernetesClient client;
  private final PrintStream out;
  private final ObjectMapper mapper = new ObjectMapper();

  private GetCommand(KubernetesClient client, PrintStream out) {
    this.client = client;
    this.out = out;
  }

  /**
   * @throws CliFailure on a wrong flag or kind, or when no API is found or answers
   */
  public static void run(
      List<String> args, PrintStream out, PrintStream err, Map<String, String> environment) {
    Arguments parsed =
        Arguments.parse(
            "get",
            args,
            Set.of("-n", "--namespace", "-o", "--output", "--kubeconfig", "--run"),
            Set.of("-A", "--all-namespaces"));
    if (parsed.words().isEmpty() || parsed.words().size() > 2) {
      throw CliFailure.usage(
          "get needs a kind, or several as in mr,tb, and at most a name\n"
              + "    next: tidegate get modelroutes -A");
    }
    String output = parsed.value("-o").or(() -> parsed.value("--output")).orElse("table");
    if (!OUTPUTS.contains(output)) {
      throw CliFailure.usage("unknown output \"" + output + "\"\n    next: -o wide, yaml or json");
    }
    List<ShownKind> kinds = kinds(parsed.words().getFirst());
    Path kubeconfig =
        parsed
            .value("--kubeconfig")
            .map(Path::of)
            .orElseGet(() -> running(parsed.value("--run"), environment, err));
    Config config = Kubeconfig.impatient(Kubeconfig.read(kubeconfig));
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
      new GetCommand(client, out).show(kinds, parsed, output);
    } catch (KubernetesClientException e) {
      throw CliFailure.failed(
          "the API does not answer as it should: "
              + Kubeconfig.why(e)
              + " ("
              + config.getMasterUrl()
              + ")"
              + "\n    next: is `tidegate up` still running?",
          e);
    }
  }

  /** The run that was chosen, else the newest; where there are more, it is said which. */
  private static Path running(
      Optional<String> chosen, Map<String, String> environment, PrintStream err) {
    List<RunDirectory.Running> running;
    try {
      running = RunDirectory.running(RunDirectory.base(environment));
    } catch (IOException e) {
      throw CliFailure.failed("the runtime directory cannot be read: " + e.getMessage(), e);
    }
    if (chosen.isPresent()) {
      return running.stream()
          .filter(run -> Long.toString(run.pid()).equals(chosen.get()))
          .findFirst()
          .orElseThrow(() -> noSuchRun(chosen.get(), running))
          .kubeconfig();
    }
    if (running.isEmpty()) {
      throw CliFailure.failed(
          "nothing is running here\n    next: tidegate up DIR in another terminal, or give"
              + " --kubeconfig FILE");
    }
    if (running.size() > 1) {
      err.println(
          "tidegate: "
              + running.size()
              + " runs are up; this is the newest, "
              + title(running.getFirst()));
      running.stream()
          .skip(1)
          .forEach(other -> err.println("    --run " + other.pid() + " shows " + other.about()));
    }
    return running.getFirst().kubeconfig();
  }

  private static CliFailure noSuchRun(String chosen, List<RunDirectory.Running> running) {
    String next =
        running.isEmpty()
            ? "tidegate up DIR in another terminal"
            : running.stream().map(GetCommand::title).collect(Collectors.joining("\n          "));
    return CliFailure.failed("no run " + chosen + " is up\n    next: " + next);
  }

  private static String title(RunDirectory.Running run) {
    return "--run " + run.pid() + " (" + run.about() + ")";
  }

  /** As kubectl takes them: one, or several with commas between. */
  private static List<ShownKind> kinds(String word) {
    return Arrays.stream(word.split(",", -1)).map(ShownKind::of).distinct().toList();
  }

  private void show(List<ShownKind> kinds, Arguments args, String output) {
    boolean all = args.has("-A") || args.has("--all-namespaces");
    String namespace = args.value("-n").or(() -> args.value("--namespace")).orElse("default");
    Map<ShownKind, List<JsonNode>> items = new LinkedHashMap<>();
    kinds.forEach(kind -> items.put(kind, items(kind, all, namespace)));
    if (args.words().size() == 2) {
      only(args.words().get(1), items);
    }
    Stream<JsonNode> every = items.values().stream().flatMap(List::stream);
    switch (output) {
      case "yaml" -> every.forEach(i -> out.print(Serialization.asYaml(i)));
      case "json" -> out.println(mapper.valueToTree(every.toList()).toPrettyString());
      default -> tables(items, all, output.equals("wide"));
    }
  }

  private static void only(String name, Map<ShownKind, List<JsonNode>> items) {
    items
        .values()
        .forEach(of -> of.removeIf(i -> !i.path("metadata").path("name").asText().equals(name)));
    if (items.values().stream().allMatch(List::isEmpty)) {
      String plurals = plurals(items.keySet(), ",");
      throw CliFailure.failed(
          "%s \"%s\" not found%n    next: tidegate get %s -A".formatted(plurals, name, plurals));
    }
  }

  private static String plurals(Collection<ShownKind> kinds, String between) {
    return kinds.stream().map(ShownKind::plural).collect(Collectors.joining(between));
  }

  /** One below the other, without those of which there is nothing. */
  private void tables(Map<ShownKind, List<JsonNode>> items, boolean all, boolean wide) {
    List<String> tables =
        items.entrySet().stream()
            .filter(of -> !of.getValue().isEmpty())
            .map(
                of -> {
                  String prefix = items.size() == 1 ? "" : of.getKey().full() + "/";
                  return table(of.getKey(), of.getValue(), prefix, all, wide).toString();
                })
            .toList();
    if (tables.isEmpty()) {
      out.println(
          "No "
              + plurals(items.keySet(), ", ")
              + " found"
              + (all ? "." : "; -A looks in every namespace."));
    }
    out.print(String.join("\n", tables));
  }

  private List<JsonNode> items(ShownKind kind, boolean all, String namespace) {
    var resources = client.genericKubernetesResources(kind.context());
    List<GenericKubernetesResource> found =
        all || !kind.context().isNamespaceScoped()
            ? resources.inAnyNamespace().list().getItems()
            : resources.inNamespace(namespace).list().getItems();
    List<JsonNode> items = new ArrayList<>();
    found.stream()
        .sorted(
            Comparator.comparing(
                    (GenericKubernetesResource r) -> String.valueOf(r.getMetadata().getNamespace()))
                .thenComparing(r -> r.getMetadata().getName()))
        .forEach(r -> items.add(mapper.valueToTree(r)));
    return items;
  }

  /**
   * @param prefix of each name: tells tables of several kinds apart
   */
  private static Table table(
      ShownKind kind, List<JsonNode> items, String prefix, boolean all, boolean wide) {
    Columns columns =
        new Columns(kind.context().getKind(), kind.definition(), wide, InstantSource.system());
    List<String> headings = new ArrayList<>(all ? List.of("Namespace", "Name") : List.of("Name"));
    headings.addAll(columns.headings());
    Table table = new Table(headings);
    for (JsonNode item : items) {
      JsonNode metadata = item.path("metadata");
      List<String> cells = new ArrayList<>();
      if (all) {
        cells.add(metadata.path("namespace").asText());
      }
      cells.add(prefix + metadata.path("name").asText());
      cells.addAll(columns.cells(item));
      table.row(cells);
    }
    return table;
  }
}
