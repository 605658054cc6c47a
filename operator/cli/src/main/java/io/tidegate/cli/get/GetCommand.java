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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

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
          "get needs a kind and at most a name\n    next: tidegate get modelroutes -A");
    }
    String output = parsed.value("-o").or(() -> parsed.value("--output")).orElse("table");
    if (!OUTPUTS.contains(output)) {
      throw CliFailure.usage("unknown output \"" + output + "\"\n    next: -o wide, yaml or json");
    }
    ShownKind kind = ShownKind.of(parsed.words().getFirst());
    Path kubeconfig =
        parsed
            .value("--kubeconfig")
            .map(Path::of)
            .orElseGet(() -> running(parsed.value("--run"), environment, err));
    Config config = Kubeconfig.impatient(Kubeconfig.read(kubeconfig));
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
      new GetCommand(client, out).show(kind, parsed, output);
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

  private void show(ShownKind kind, Arguments args, String output) {
    boolean all = args.has("-A") || args.has("--all-namespaces");
    String namespace = args.value("-n").or(() -> args.value("--namespace")).orElse("default");
    List<JsonNode> items = items(kind, all, namespace);
    if (args.words().size() == 2) {
      String name = args.words().get(1);
      items.removeIf(i -> !i.path("metadata").path("name").asText().equals(name));
      if (items.isEmpty()) {
        throw CliFailure.failed(
            "%s \"%s\" not found%n    next: tidegate get %s -A"
                .formatted(kind.plural(), name, kind.plural()));
      }
    }
    switch (output) {
      case "yaml" -> items.forEach(i -> out.print(Serialization.asYaml(i)));
      case "json" -> out.println(mapper.valueToTree(items).toPrettyString());
      default -> table(kind, items, all, output.equals("wide"));
    }
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

  private void table(ShownKind kind, List<JsonNode> items, boolean all, boolean wide) {
    if (items.isEmpty()) {
      out.println(
          "No " + kind.plural() + " found" + (all ? "." : "; -A looks in every namespace."));
      return;
    }
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
      cells.add(metadata.path("name").asText());
      cells.addAll(columns.cells(item));
      table.row(cells);
    }
    out.print(table);
  }
}
