package dev.gala.river.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row of River's table {@code river_queue}: a queue that some client works or worked.
 *
 * @param name its name
 * @param createdAt when a client first worked it
 * @param metadata a JSON object, as text
 * @param pausedAt since when nothing is fetched from it; null if it is not paused
 * @param updatedAt when a client last said that it works it, or when it was changed
 */
public record Queue(
    String name,
    Instant createdAt,
    String metadata,
    @Nullable Instant pausedAt,
    Instant updatedAt) {}
