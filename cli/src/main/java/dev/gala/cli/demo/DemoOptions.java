package dev.gala.cli.demo;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the user asked for.
 *
 * @param database a PostgreSQL to use; null means a throw-away one
 * @param repository the git repository
 * @param events how many events; null means one per commit
 * @param emitters how many threads emit
 * @param rate how many events a second are emitted; null means as many as the emitters can
 * @param workers how many events are handled at once
 * @param pollOnly whether to do without LISTEN
 * @param keep whether to leave everything there at the end
 */
record DemoOptions(
    @Nullable String database,
    Path repository,
    @Nullable Integer events,
    int emitters,
    @Nullable Integer rate,
    int workers,
    boolean pollOnly,
    boolean keep) {}
