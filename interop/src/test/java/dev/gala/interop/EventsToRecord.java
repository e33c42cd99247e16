package dev.gala.interop;

import java.util.LinkedHashMap;
import java.util.Map;

/** Events that the original package is asked to emit, by the names of their files. */
final class EventsToRecord {
  static final Map<String, String> ALL = all();

  private EventsToRecord() {}

  private static Map<String, String> all() {
    var events = new LinkedHashMap<String, String>();
    events.put("plain", "{\"payload\":{\"order_id\":\"o-1\"}}");
    events.put(
        "everything",
        """
        {"payload":{"order_id":"o-2","cents":9007199254740993,"ratio":1e21,
          "note":"<é> & \\u2028 \\"\\\\ 😀 \\u0001","lines":["a",""],"labels":{"b":"1","a":"2"},
          "placed_at":"2026-01-02T03:04:05.06+02:00","operation":"CREATE"},
         "headers":{"idempotency_key":"key-1","properties":{"z":"<","a":"1"},"tags":["tag-one","two"],
          "queue":" other ","max_attempts":7,"scheduled_at":"2100-01-02T03:04:05.5+02:00",
          "metadata":{ "n" : [1.50, "<"] }},
         "caller":{"subject_id":"user-1","subject_name":"Ü","organization_id":"org-1",
          "organization_ids":["org-1","org-2"],"capabilities":18446744073709551615},
         "log_fields":{"request_id":"r-1","count":3,"nested":{"b":[true,null]}},
         "operation":{"ownerId":"org-1","operation":"CREATE","entityId":"o-2","entityType":"Order",
          "attributes":{"by":"<test>"}},
         "bypass":true,"emission":true}
        """);
    events.put(
        "input", "{\"payload\":{},\"headers\":{\"tags\":[\"tag-one\"]},\"input\":{\"a\":\"<\"}}");
    workflow(events, "trigger", "\"definition_id\":\"d-1\",\"trigger_event_type\":\"UPDATE\"");
    workflow(
        events,
        "trigger-with-fields",
        "trigger",
        "\"definition_id\":\"d-1\",\"trigger_event_type\":\"UPDATE\","
            + "\"trigger_changed_fields\":[\"a\",\"b\"]");
    workflow(events, "advance", "\"action_index\":1,\"action_type\":\"REQUEST_APPROVAL\"");
    workflow(
        events,
        "action_completed",
        "\"action_index\":2,\"action_type\":\"WEBHOOK\",\"success\":true");
    workflow(
        events,
        "action_failed",
        "action_completed",
        "\"action_index\":3,\"action_type\":\"SEND_EMAIL\",\"success\":false,\"skipped\":true,"
            + "\"error_message\":\"no\"");
    workflow(
        events,
        "assignment_created",
        "\"assignment_id\":\"a-1\",\"target_type\":\"USER\",\"target_ids\":[\"u-1\"]");
    workflow(
        events,
        "assignment_completed",
        "\"assignment_id\":\"a-1\",\"status\":\"APPROVED\",\"completed_by\":\"u-1\"");
    workflow(events, "instance_completed", "\"state\":\"COMPLETED\"");
    workflow(events, "timeout_expire", "\"assignment_id\":\"a-1\"");
    return events;
  }

  private static void workflow(Map<String, String> events, String topic, String fields) {
    workflow(events, topic, topic, fields);
  }

  private static void workflow(
      Map<String, String> events, String name, String topic, String fields) {
    events.put(
        "workflow-" + name,
        """
        {"topic":"workflow.command.%s","payload":{"instance_id":"i-1","object_id":"x-1",
         "object_type":"Control",%s}}
        """
            .formatted(topic, fields));
  }
}
