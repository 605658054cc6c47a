package io.tidegate.e2e.bench;

/**
 * CPU seconds by kind of thread, told by the thread's name: the event loop (or a process without
 * any of the other names), the just-in-time compiler, the recorder, and the rest (garbage
 * collection, start-up).
 */
record Cpu(double loop, double compiler, double recorder, double rest) {
  static final Cpu NONE = new Cpu(0, 0, 0, 0);

  /** The kernel keeps fifteen characters of a thread's name. */
  static Cpu of(String thread, double seconds) {
    if (thread.startsWith("vert.x-eventloo") || thread.startsWith("nginx")) {
      return new Cpu(seconds, 0, 0, 0);
    }
    if (thread.startsWith("C1 ") || thread.startsWith("C2 ")) {
      return new Cpu(0, seconds, 0, 0);
    }
    return thread.startsWith("tidegate-record")
        ? new Cpu(0, 0, seconds, 0)
        : new Cpu(0, 0, 0, seconds);
  }

  Cpu plus(Cpu other) {
    return new Cpu(
        loop + other.loop, compiler + other.compiler, recorder + other.recorder, rest + other.rest);
  }

  /** Since an earlier reading; a thread that ended in between counts nothing. */
  Cpu since(Cpu earlier) {
    return new Cpu(
        Math.max(0, loop - earlier.loop),
        Math.max(0, compiler - earlier.compiler),
        Math.max(0, recorder - earlier.recorder),
        Math.max(0, rest - earlier.rest));
  }

  double total() {
    return loop + compiler + recorder + rest;
  }

  /** Without the compiler, which is done at some time. */
  double settled() {
    return total() - compiler;
  }
}
