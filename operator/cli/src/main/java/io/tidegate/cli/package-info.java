package io.tidegate.cli;
