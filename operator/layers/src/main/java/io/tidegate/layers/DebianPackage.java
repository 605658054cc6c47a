package io.tidegate.layers;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A package as {@code apt-get download --print-uris} names it.
 *
 * @param sha256 of the .deb, as the signed package list has it
 */
record DebianPackage(String name, String version, String file, String sha256) {
  private static final Pattern LINE =
      Pattern.compile("'([^']+)' ([^_ ]+)_([^_ ]+)_([^_ ]+)\\.deb \\d+ SHA256:([0-9a-f]{64})");

  /** Lines that name no package are passed over. */
  static List<DebianPackage> in(String printed) {
    return printed
        .lines()
        .map(LINE::matcher)
        .filter(Matcher::matches)
        .map(DebianPackage::of)
        .toList();
  }

  private static DebianPackage of(Matcher line) {
    // apt writes an epoch's colon as %3a in the file's name.
    String version = URLDecoder.decode(line.group(3).replace("+", "%2b"), StandardCharsets.UTF_8);
    String file = line.group(2) + "_" + line.group(3) + "_" + line.group(4) + ".deb";
    return new DebianPackage(line.group(2), version, file, line.group(5));
  }
}
