package io.tidegate.operator.trust;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * Which images are ours. An entry without tag or digest stands for its whole repository; the
 * operator's own image always does, so that pods of the version before an upgrade are still served.
 */
public record SidecarImages(Set<String> images, Set<String> repositories) {
  public SidecarImages {
    images = Set.copyOf(images);
    repositories = Set.copyOf(repositories);
  }

  public static SidecarImages of(String own, Collection<String> trusted) {
    Set<String> repositories = new HashSet<>(Set.of(repository(own)));
    Set<String> images = new HashSet<>(Set.of(own));
    for (String entry : trusted) {
      images.add(entry);
      if (repository(entry).equals(entry)) {
        repositories.add(entry);
      }
    }
    return new SidecarImages(images, repositories);
  }

  /**
   * These, and those that the platform's own profiles name. One that no digest pins stands for its
   * repository, so that pods of the tag before an edit keep what they have.
   */
  public SidecarImages and(Collection<String> more) {
    Set<String> all = new HashSet<>(images);
    Set<String> stems = new HashSet<>(repositories);
    for (String image : more) {
      String stem = repository(image);
      if (!stem.isEmpty()) {
        all.add(image);
        if (image.indexOf('@') < 0) {
          stems.add(stem);
        }
      }
    }
    return new SidecarImages(all, stems);
  }

  public boolean trusts(String image) {
    return images.contains(image) || repositories.contains(repository(image));
  }

  /**
   * The name without tag and digest; a colon before the last slash belongs to the registry's port.
   */
  private static String repository(String image) {
    int digest = image.indexOf('@');
    String name = digest < 0 ? image : image.substring(0, digest);
    int tag = name.lastIndexOf(':');
    return tag > name.lastIndexOf('/') ? name.substring(0, tag) : name;
  }
}
