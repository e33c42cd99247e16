package dev.gala.context;

import dev.gala.event.EventContext;
import dev.gala.spi.ContextCodec;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Carries the {@link Caller} of a context under the key {@code caller}, in the form of the Go
 * original: what is empty is left out, what is unknown here survives.
 */
public final class CallerCodec implements ContextCodec {
  private static final String SUBJECT_ID = "subject_id";
  private static final String SUBJECT_NAME = "subject_name";
  private static final String SUBJECT_EMAIL = "subject_email";
  private static final String ORGANIZATION_ID = "organization_id";
  private static final String ORGANIZATION_NAME = "organization_name";
  private static final String ORGANIZATION_IDS = "organization_ids";
  private static final String AUTHENTICATION_TYPE = "authentication_type";
  private static final String ORGANIZATION_ROLE = "organization_role";
  private static final String ACTIVE_SUBSCRIPTION = "active_subscription";
  private static final String CAPABILITIES = "capabilities";
  private static final String IMPERSONATION = "impersonation";
  private static final String ORIGINAL_SYSTEM_ADMIN = "original_system_admin";

  /** The codec. */
  public CallerCodec() {}

  @Override
  public String key() {
    return "caller";
  }

  @Override
  public Optional<String> capture(EventContext context) {
    return Optional.ofNullable(context.get(Caller.KEY)).map(CallerCodec::write);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if {@code json} is no object, or a field has another type
   */
  @Override
  public EventContext restore(EventContext context, String json) {
    return json.strip().equals("null") ? context : context.with(Caller.KEY, read(json));
  }

  private static String write(Caller caller) {
    var object =
        new ObjectText()
            .text(SUBJECT_ID, caller.subjectId())
            .text(SUBJECT_NAME, caller.subjectName())
            .text(SUBJECT_EMAIL, caller.subjectEmail())
            .text(ORGANIZATION_ID, caller.organizationId())
            .text(ORGANIZATION_NAME, caller.organizationName())
            .texts(ORGANIZATION_IDS, caller.organizationIds())
            .text(AUTHENTICATION_TYPE, caller.authenticationType())
            .text(ORGANIZATION_ROLE, caller.organizationRole())
            .raw(ACTIVE_SUBSCRIPTION, caller.activeSubscription() ? "true" : null)
            .raw(CAPABILITIES, capabilities(caller))
            .raw(IMPERSONATION, caller.impersonation())
            .raw(ORIGINAL_SYSTEM_ADMIN, caller.originalSystemAdmin());
    new TreeMap<>(caller.unknown()).forEach(object::raw);
    return object.end();
  }

  private static @Nullable String capabilities(Caller caller) {
    return caller.capabilities() == 0 ? null : Long.toUnsignedString(caller.capabilities());
  }

  private static Caller read(String json) {
    var fields = new ObjectFields(json);
    return new Caller(
        fields.text(SUBJECT_ID),
        fields.text(SUBJECT_NAME),
        fields.text(SUBJECT_EMAIL),
        fields.text(ORGANIZATION_ID),
        fields.text(ORGANIZATION_NAME),
        fields.texts(ORGANIZATION_IDS),
        fields.text(AUTHENTICATION_TYPE),
        fields.text(ORGANIZATION_ROLE),
        fields.truth(ACTIVE_SUBSCRIPTION),
        fields.bits(CAPABILITIES),
        fields.raw(IMPERSONATION),
        fields.raw(ORIGINAL_SYSTEM_ADMIN),
        fields.rest());
  }
}
