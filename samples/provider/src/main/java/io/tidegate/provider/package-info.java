package io.tidegate.provider;
