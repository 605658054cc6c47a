/**
 * A directory of YAML as objects of a Kubernetes API: read with line numbers, applied in order,
 * watched. In: files. Out: writes to the API and {@link io.tidegate.cli.manifest.Problem}s that
 * name file, line, object, field and next step. A broken edit changes nothing that is applied.
 */
package io.tidegate.cli.manifest;
