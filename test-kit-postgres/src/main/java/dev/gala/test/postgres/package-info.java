/**
 * Real PostgreSQL for tests and demonstrations, without containers.
 *
 * <p>Three things, from large to small:
 *
 * <ul>
 *   <li>{@link dev.gala.test.postgres.EmbeddedPostgres}: a server of its own, from the binaries on
 *       the class path;
 *   <li>{@link dev.gala.test.postgres.TestDatabase}: a database of its own on a server that all
 *       tests of a JVM share, empty or cloned from a prepared template;
 *   <li>{@link dev.gala.test.postgres.TestSchema}: a schema of its own in a shared database.
 * </ul>
 *
 * <h2>How a server comes up quickly</h2>
 *
 * <p>The binaries are unpacked once into a cache directory of the user, and {@code initdb} runs
 * once into a template beside them. A start copies the template and starts {@code postgres} on the
 * copy. Both caches are named by what they were made from, are built beside their final name and
 * renamed into place under a file lock, so any number of JVMs may start at once.
 *
 * <h2>How nothing is left behind</h2>
 *
 * <p>A small shell process, the watcher, makes the server's directory, starts {@code postgres} and
 * holds the read end of a pipe whose only write end is in this JVM. However the JVM ends —
 * normally, by a signal, by {@code kill -9} — the kernel closes that pipe, and the watcher stops
 * the server and deletes the directory. It does so after the JVM is gone, so shutdown hooks still
 * find their database. Should the watcher be killed too, the next start sweeps up: the owner holds
 * a file lock in the directory, and a directory whose lock is free has no owner.
 *
 * <h2>Root</h2>
 *
 * <p>PostgreSQL refuses to run as root. Started by root, the server runs in a user namespace in
 * which root is called {@code nobody} ({@code unshare}); where namespaces are forbidden it runs as
 * the user {@code nobody} ({@code setpriv}), with caches and data below the temporary directory
 * instead of root's home.
 *
 * <h2>Who may connect</h2>
 *
 * <p>The server listens on 127.0.0.1 only and asks for a password, which is random and kept in the
 * template, readable by its owner alone: another user of the machine must not become superuser of a
 * server that runs as you.
 */
@NullMarked
package dev.gala.test.postgres;

import org.jspecify.annotations.NullMarked;
