package dev.gala.context;

import dev.gala.event.ContextKey;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who caused an event: a user, a token, a service, as the Go original's {@code caller} holds it.
 * Carried by {@link CallerCodec}. An application with callers of its own registers a {@link
 * KeyCodec} under the same key instead.
 *
 * @param subjectId who acts; empty if unknown, as are the other texts
 * @param subjectName the name people know it by
 * @param subjectEmail its address
 * @param organizationId the organization it acts in
 * @param organizationName that organization's name
 * @param organizationIds the organizations it may act in
 * @param authenticationType how it proved who it is
 * @param organizationRole its role in the organization
 * @param activeSubscription whether the organization has a subscription
 * @param capabilities what it may do beyond its role: a set of 64 bits, unsigned on the wire
 * @param impersonation on whose behalf somebody else acts, as JSON text; null if nobody does
 * @param originalSystemAdmin the caller that acts as this one, as JSON text; null if none does
 * @param unknown fields of a later release, as JSON texts; written again as they are
 */
public record Caller(
    String subjectId,
    String subjectName,
    String subjectEmail,
    String organizationId,
    String organizationName,
    List<String> organizationIds,
    String authenticationType,
    String organizationRole,
    boolean activeSubscription,
    long capabilities,
    @Nullable String impersonation,
    @Nullable String originalSystemAdmin,
    Map<String, String> unknown) {
  /** Where a context holds its caller. */
  public static final ContextKey<Caller> KEY = ContextKey.of("caller", Caller.class);

  /** Copies the collections. */
  public Caller {
    organizationIds = List.copyOf(organizationIds);
    unknown = Map.copyOf(unknown);
  }

  /** A caller known by its id, acting in an organization. */
  public static Caller of(String subjectId, String organizationId) {
    return new Caller(
        subjectId, "", "", organizationId, "", List.of(), "", "", false, 0, null, null, Map.of());
  }

  /** Whether all these bits are set. */
  public boolean has(long bits) {
    return (capabilities & bits) == bits;
  }
}
