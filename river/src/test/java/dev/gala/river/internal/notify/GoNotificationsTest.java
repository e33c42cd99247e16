package dev.gala.river.internal.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.conformance.RiverPoint;
import dev.gala.river.driver.InsertPayload;
import dev.gala.river.json.JsonObjects;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Notifications as River's own Go client sent them, recorded by the interoperation tests. */
class GoNotificationsTest {
  private static final JsonNode HEARD = read();

  private static JsonNode read() {
    try (var in = GoNotificationsTest.class.getResourceAsStream("/go/notifications.json")) {
      return JsonMapper.shared().readTree(in);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String payload(String name, String topic) {
    assertThat(HEARD.path(name).path("channel").stringValue()).isEqualTo("public." + topic);
    return HEARD.path(name).path("payload").stringValue();
  }

  private static ControlMessage control(String name) {
    return ControlMessage.of(payload(name, "river_control"));
  }

  @Test
  @RiverPoint({33, 35})
  void insertsNameTheirQueue() {
    String payload = payload("insert", "river_insert");
    assertThat(JsonObjects.textAt(payload, "queue")).isEqualTo("other");
    assertThat(InsertPayload.of("other")).isEqualTo(payload);
  }

  @Test
  @RiverPoint({35, 47, 50, 74})
  void controlMessagesAreUnderstood() {
    assertThat(control("pause")).isEqualTo(new ControlMessage.Pause("work"));
    assertThat(control("pause of all")).isEqualTo(new ControlMessage.Pause("*"));
    assertThat(control("resume")).isEqualTo(new ControlMessage.Resume("work"));
    assertThat(control("metadata"))
        .isEqualTo(new ControlMessage.MetadataChanged("{\"é\":[\"\\u003c\",1]}", "work"));
    assertThat(control("cancel")).isEqualTo(new ControlMessage.Cancel(2, "default"));
  }

  @Test
  @RiverPoint({35, 83, 84})
  void leadershipMessagesAreUnderstood() {
    String request = payload("request to resign", "river_leadership");
    assertThat(LeadershipMessage.of(request)).isEqualTo(new LeadershipMessage.RequestResign(""));
    assertThat(LeadershipMessage.REQUEST_RESIGN).isEqualTo(request);
    assertThat(LeadershipMessage.of(payload("resignation", "river_leadership")))
        .isEqualTo(new LeadershipMessage.Resigned("go-client"));
  }
}
