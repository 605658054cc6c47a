package io.tidegate.operator.intake;

/** Why a body is not taken. */
public enum IntakeRefusal {
  TooLarge(413, "the body is longer than it may be; send less at once"),
  TooSlow(408, "the body did not come in time; send it again"),
  Busy(503, "too much is being sent at once; send it again later");

  private final int status;
  private final String sentence;

  IntakeRefusal(int status, String sentence) {
    this.status = status;
    this.sentence = sentence;
  }

  int status() {
    return status;
  }

  public String sentence() {
    return sentence;
  }
}
