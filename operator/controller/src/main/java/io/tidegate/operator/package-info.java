package io.tidegate.operator;
