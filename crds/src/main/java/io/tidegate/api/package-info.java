package io.tidegate.api;
