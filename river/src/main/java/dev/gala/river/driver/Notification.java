package dev.gala.river.driver;

/**
 * A notification.
 *
 * @param topic the topic, without the schema's prefix
 * @param payload JSON text, as sent
 */
public record Notification(NotificationTopic topic, String payload) {}
