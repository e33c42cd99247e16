package dev.gala.context;

import dev.gala.event.ContextKey;
import org.jspecify.annotations.Nullable;

/**
 * What an event is about: which entity, and what was done to it, as the Go original's {@code
 * operation_context} holds it. Carried by {@link OperationContextCodec}.
 *
 * @param ownerId the organization the entity belongs to; empty if none is given, as are the others
 * @param operation what was done, for instance {@code CREATE}
 * @param entityId the entity
 * @param entityType what kind of entity it is
 * @param attributes more, as JSON text; null for nothing
 */
public record OperationContext(
    String ownerId,
    String operation,
    String entityId,
    String entityType,
    @Nullable String attributes) {
  /** Where a context holds it. */
  public static final ContextKey<OperationContext> KEY =
      ContextKey.of("operation_context", OperationContext.class);

  /** This with other attributes. */
  public OperationContext withAttributes(@Nullable String json) {
    return new OperationContext(ownerId, operation, entityId, entityType, json);
  }
}
