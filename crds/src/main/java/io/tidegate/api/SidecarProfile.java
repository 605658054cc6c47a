package io.tidegate.api;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * How sidecars are injected and run: identity rules, request limits, what happens to unclaimed
 * calls.
 */
@Group("tidegate.io")
@Version("v1alpha1")
@Plural("sidecarprofiles")
@Singular("sidecarprofile")
@ShortNames("sp")
@Categories({"tidegate", "ai"})
@AdditionalPrinterColumn(
    name = "Accepted",
    jsonPath = ".status.conditions[?(@.type==\"Accepted\")].status")
@AdditionalPrinterColumn(name = "Programmed", jsonPath = ".status.programmed")
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "Unmatched", jsonPath = ".spec.unmatched.action")
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
    priority = 1)
@AdditionalPrinterColumn(
    name = "Message",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].message",
    priority = 1)
public final class SidecarProfile extends GovernedResource<SidecarProfileSpec, ObjectStatus> {
  private static final long serialVersionUID = 1L;

  public SidecarProfile() {
    super(SidecarProfileSpec.class, ObjectStatus.class);
  }
}
