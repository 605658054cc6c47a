package io.tidegate.e2e.corpus;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.SortedSet;

/**
 * One object and what an API server says of it.
 *
 * @param object as it is sent to be created
 * @param update sent over the stored object; its verdict is then the one that counts
 * @param refused fields that the refusal names, empty for one that names none; absent: stored
 */
record ObjectCase(
    String kind,
    String name,
    ObjectNode object,
    Optional<ObjectNode> update,
    Optional<SortedSet<String>> refused) {

  @Override
  public String toString() {
    return kind + ": " + name;
  }
}
