package io.tidegate.sidecar;
