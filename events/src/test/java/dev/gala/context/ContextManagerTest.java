package dev.gala.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.event.ContextFlag;
import dev.gala.event.ContextKey;
import dev.gala.event.ContextSnapshot;
import dev.gala.event.EventContext;
import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.spi.ContextCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ContextManagerTest {
  record User(String userId) {}

  private static final ContextKey<String> TENANT = ContextKey.of("tenant", String.class);

  private final ContextManager manager =
      new ContextManager(KeyCodec.of("tenant", TENANT), TypedContextCodec.of("user", User.class));

  @Test
  void capturesAndRestores() {
    EventContext context =
        EventContext.empty()
            .with(TENANT, "a<b")
            .with(ContextKey.ofType(User.class), new User("7"))
            .with(ContextKey.of("private", Object.class), new Object())
            .with(ContextFlag.WORKFLOW_BYPASS);
    ContextSnapshot snapshot = manager.capture(context);
    assertThat(snapshot)
        .isEqualTo(
            ContextSnapshot.of(
                Map.of("tenant", "\"a\\u003cb\"", "user", "{\"user_id\":\"7\"}"),
                Map.of("workflow_bypass", true)));
    EventContext restored = manager.restore(snapshot);
    assertThat(restored.get(TENANT)).isEqualTo("a<b");
    assertThat(restored.get(ContextKey.ofType(User.class))).isEqualTo(new User("7"));
    assertThat(restored.flags()).containsExactly(ContextFlag.WORKFLOW_BYPASS);
  }

  @Test
  void capturesNothingAsNothing() {
    assertThat(manager.capture(EventContext.empty())).isSameAs(ContextSnapshot.empty());
    assertThat(manager.restore(ContextSnapshot.empty())).isSameAs(EventContext.empty());
  }

  @Test
  void goesThroughCodecsInKeyOrder() {
    List<String> order = new ArrayList<>();
    manager.register(noting("z", order));
    manager.register(noting("a", order));
    manager.capture(EventContext.empty());
    manager.restore(ContextSnapshot.of(Map.of("z", "1", "a", "2", "nobody's", "3"), Map.of()));
    assertThat(order).containsExactly("capture a", "capture z", "restore a 2", "restore z 1");
  }

  @Test
  void readsTheWorkflowFlagsOfLaterReleases() {
    EventContext restored =
        manager.restore(
            ContextSnapshot.of(
                Map.of("workflow_flags", "{\"bypass\":true,\"allow_event_emission\":true}"),
                Map.of("off", false)));
    assertThat(restored.flags())
        .containsExactlyInAnyOrder(
            ContextFlag.WORKFLOW_BYPASS, ContextFlag.WORKFLOW_ALLOW_EVENT_EMISSION);
  }

  @Test
  void namesTheKeyThatFails() {
    assertFails(
            GalaError.CONTEXT_SNAPSHOT_RESTORE_FAILED,
            () -> manager.restore(ContextSnapshot.of(Map.of("user", "[1"), Map.of())))
        .hasMessageContaining("\"user\"");
    manager.register(
        new ContextCodec() {
          @Override
          public String key() {
            return "broken";
          }

          @Override
          public Optional<String> capture(EventContext context) {
            return Optional.of("{no json");
          }

          @Override
          public EventContext restore(EventContext context, String json) {
            return context;
          }
        });
    assertFails(
            GalaError.CONTEXT_SNAPSHOT_CAPTURE_FAILED, () -> manager.capture(EventContext.empty()))
        .hasMessageContaining("\"broken\"");
  }

  @Test
  void refusesCodecsItCannotUse() {
    assertFails(GalaError.CONTEXT_CODEC_REQUIRED, () -> manager.register(null));
    assertFails(
        GalaError.CONTEXT_CODEC_KEY_REQUIRED, () -> manager.register(KeyCodec.of(" ", TENANT)));
    assertFails(
        GalaError.CONTEXT_CODEC_ALREADY_REGISTERED,
        () -> manager.register(KeyCodec.of("tenant", TENANT)));
  }

  private static ContextCodec noting(String key, List<String> order) {
    return new ContextCodec() {
      @Override
      public String key() {
        return key;
      }

      @Override
      public Optional<String> capture(EventContext context) {
        order.add("capture " + key);
        return Optional.empty();
      }

      @Override
      public EventContext restore(EventContext context, String json) {
        order.add("restore " + key + " " + json);
        return context;
      }
    };
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ?> assertFails(
      GalaError code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(GalaException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
