package dev.gala.context;

import dev.gala.event.EventContext;
import dev.gala.spi.ContextCodec;
import java.util.Optional;

/**
 * Carries the {@link OperationContext} of a context under the key {@code operation_context}, in the
 * form of the Go original: field names in camelCase, what is empty left out.
 */
public final class OperationContextCodec implements ContextCodec {
  /** The codec. */
  public OperationContextCodec() {}

  @Override
  public String key() {
    return "operation_context";
  }

  @Override
  public Optional<String> capture(EventContext context) {
    return Optional.ofNullable(context.get(OperationContext.KEY)).map(OperationContextCodec::write);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if {@code json} is no object, or a field has another type
   */
  @Override
  public EventContext restore(EventContext context, String json) {
    var fields = new ObjectFields(json);
    return context.with(
        OperationContext.KEY,
        new OperationContext(
            fields.text("ownerId"),
            fields.text("operation"),
            fields.text("entityId"),
            fields.text("entityType"),
            fields.raw("attributes")));
  }

  private static String write(OperationContext operation) {
    return new ObjectText()
        .text("ownerId", operation.ownerId())
        .text("operation", operation.operation())
        .text("entityId", operation.entityId())
        .text("entityType", operation.entityType())
        .raw("attributes", operation.attributes())
        .end();
  }
}
