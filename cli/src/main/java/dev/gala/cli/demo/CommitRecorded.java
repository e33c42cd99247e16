package dev.gala.cli.demo;

/**
 * The event: a commit was recorded.
 *
 * @param number which event of this run, from 1
 * @param sha the commit's name
 * @param author who wrote it
 * @param committedAt when, as RFC 3339
 * @param subject the first line of its message
 */
record CommitRecorded(int number, String sha, String author, String committedAt, String subject) {}
