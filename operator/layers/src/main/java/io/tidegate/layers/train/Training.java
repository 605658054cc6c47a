package io.tidegate.layers.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** One run of a program under real calls, from its start to its orderly end. */
public interface Training {
  /**
   * @param command that starts the program
   * @param work directory for what the run needs; emptied by whoever calls
   */
  void run(List<String> command, Path work) throws IOException;
}
