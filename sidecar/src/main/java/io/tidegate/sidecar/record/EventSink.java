package io.tidegate.sidecar.record;

import java.io.IOException;

/** Where events go. Called on the recorder's thread; may block. */
public interface EventSink {
  void write(CallEvent event) throws IOException;
}
