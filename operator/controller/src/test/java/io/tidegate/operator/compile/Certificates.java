package io.tidegate.operator.compile;

/** A self-signed certificate whose key was thrown away. */
final class Certificates {
  static final String PEM =
      """
      -----BEGIN CERTIFICATE-----
      MIIBezCCASGgAwIBAgIUda8OaXkQDdgf3+DVjZ0U1EGnLnAwCgYIKoZIzj0EAwIw
      EjEQMA4GA1UEAwwHdGVzdCBjYTAgFw0yNjExMjIwMjI3MzlaGA8yMTI2MTAyOTAy
      MjczOVowEjEQMA4GA1UEAwwHdGVzdCBjYTBZMBMGByqGSM49AgEGCCqGSM49AwEH
      A0IABEh4BZ9a33nTIxWcoMs0Kg3uFlAzt6pU7VB3ccpGscKhC4HHqcyjWMGSfBmw
      2+Fd8uk8cPkki/E0jbcVQV/UzWajUzBRMB0GA1UdDgQWBBSkagTtn3W8VqTO0m+F
      KIbuiNxgmjAfBgNVHSMEGDAWgBSkagTtn3W8VqTO0m+FKIbuiNxgmjAPBgNVHRMB
      Af8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQCGCXgM6UBU3NgftBqKFffJ7oJM
      YZGeJaNvFLqnGvrgZAIgMZsKRo7wev67Bs05HwF19GngGdANNeb7dVyej3FiCvQ=
      -----END CERTIFICATE-----
      """;

  private Certificates() {}
}
