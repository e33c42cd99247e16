package dev.gala.river.driver;

/**
 * One version of a line of migrations.
 *
 * @param version from 1
 * @param name words, for instance {@code initial schema}
 */
public record Migration(int version, String name) {}
