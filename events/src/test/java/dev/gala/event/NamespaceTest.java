package dev.gala.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NamespaceTest {
  @Test
  void givesNamesAndKeys() {
    Namespace run = Namespace.of("integration").child("run");
    assertThat(run).isEqualTo(Namespace.INTEGRATION_RUN);
    assertThat(run.kind()).isEqualTo("gala.integration.run");
    assertThat(run.queue("events")).isEqualTo("events_gala_integration_run");
    assertThat(run.prefixed("started")).isEqualTo("integration.run.started");
    assertThat(run.key("a", "b")).isEqualTo("integration.run:a:b");
    Topic<String> topic = run.at("started", String.class);
    assertThat(topic.name()).isEqualTo("integration.run.started");
    assertThat(topic.namespace()).isEqualTo(run);
  }

  @Test
  void knowsTheOriginals() {
    assertThat(Namespace.known())
        .extracting(Namespace::kind)
        .containsExactly(
            "gala.mutation",
            "gala.workflow",
            "gala.integration.run",
            "gala.integration.reconcile",
            "gala.integration.ingest",
            "gala.integration.webhook",
            "gala.system");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "A", "a..b", ".a", "a.", "a b", "ä", "a/b"})
  void refusesWhatIsNoName(String name) {
    assertThatThrownBy(() -> Namespace.of(name))
        .isInstanceOfSatisfying(
            GalaException.class,
            failure -> assertThat(failure.code()).isEqualTo(GalaError.JOB_KIND_REQUIRED))
        .hasMessageContaining("\"" + name + "\"");
  }
}
