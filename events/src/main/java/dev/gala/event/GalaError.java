package dev.gala.event;

/**
 * What kind of thing went wrong: one constant per sentinel error of the Go package, with its text,
 * and our own where Go has none.
 */
public enum GalaError {
  /** A runtime is needed where none was given. */
  GALA_REQUIRED("gala: gala is required"),
  /** A registry is needed where none was given. */
  REGISTRY_REQUIRED("gala: registry is required"),
  /** A topic's name is empty. */
  TOPIC_NAME_REQUIRED("gala: topic name is required"),
  /** A topic is registered a second time. */
  TOPIC_ALREADY_REGISTERED("gala: topic already registered"),
  /** A topic's completed events are deleted, and something needs them to be kept. Ours. */
  TOPIC_DELETES_COMPLETED("gala: topic deletes completed events"),
  /** Nothing is registered under a topic's name. */
  TOPIC_NOT_REGISTERED("gala: topic not registered"),
  /** A topic has no codec. */
  CODEC_REQUIRED("gala: codec is required"),
  /** A listener's name is empty or not usable. */
  LISTENER_NAME_REQUIRED("gala: listener name is required"),
  /** A listener has no handler. */
  LISTENER_HANDLER_REQUIRED("gala: listener handler is required"),
  /** A listener is attached to a topic nobody registered. */
  LISTENER_TOPIC_NOT_REGISTERED("gala: listener topic not registered"),
  /** A topic has a listener of that name already: what succeeded is recorded by name. Ours. */
  LISTENER_ALREADY_ATTACHED("gala: listener already attached"),
  /** A payload, or a topic, is of another Java type than the registered one. */
  PAYLOAD_TYPE_MISMATCH("gala: payload type mismatch"),
  /** A payload cannot be written. */
  PAYLOAD_ENCODE_FAILED("gala: payload encode failed"),
  /** A payload cannot be read. */
  PAYLOAD_DECODE_FAILED("gala: payload decode failed"),
  /** An envelope carries no payload. */
  ENVELOPE_PAYLOAD_REQUIRED("gala: envelope payload is required"),
  /** Something is emitted where nothing takes it on. */
  DISPATCHER_REQUIRED("gala: dispatcher is required"),
  /** An event could not be handed on; the cause says why. */
  DISPATCH_FAILED("gala: dispatch failed"),
  /** A context codec is missing. */
  CONTEXT_CODEC_REQUIRED("gala: context codec is required"),
  /** A context codec's key is empty. */
  CONTEXT_CODEC_KEY_REQUIRED("gala: context codec key is required"),
  /** Two context codecs have one key. */
  CONTEXT_CODEC_ALREADY_REGISTERED("gala: context codec already registered"),
  /** A context value cannot be written. */
  CONTEXT_SNAPSHOT_CAPTURE_FAILED("gala: context snapshot capture failed"),
  /** A context value cannot be read. */
  CONTEXT_SNAPSHOT_RESTORE_FAILED("gala: context snapshot restore failed"),
  /** A dispatcher to River has no client to insert with. */
  RIVER_JOB_CLIENT_REQUIRED("gala: river job client is required"),
  /** A River worker has no runtime to dispatch with. */
  RIVER_GALA_PROVIDER_REQUIRED("gala: river gala provider is required"),
  /** A River job holds no envelope. */
  RIVER_DISPATCH_JOB_ENVELOPE_REQUIRED("gala: river dispatch job envelope is required"),
  /** An envelope cannot be written. */
  RIVER_ENVELOPE_ENCODE_FAILED("gala: river envelope encode failed"),
  /** An envelope cannot be read. */
  RIVER_ENVELOPE_DECODE_FAILED("gala: river envelope decode failed"),
  /** The job of an event cannot be inserted. */
  RIVER_DISPATCH_INSERT_FAILED("gala: river dispatch insert failed"),
  /** Durable mode has no database to connect to. */
  RIVER_CONNECTION_URI_REQUIRED("gala: river connection URI is required"),
  /** The queue's client cannot be built. */
  RIVER_CLIENT_INITIALIZATION_FAILED("gala: river client initialization failed"),
  /** The workers cannot be started. */
  RIVER_WORKER_START_FAILED("gala: river worker start failed"),
  /** The workers cannot be stopped. */
  RIVER_WORKER_STOP_FAILED("gala: river worker stop failed"),
  /** The queue's client cannot be closed. */
  RIVER_CLIENT_CLOSE_FAILED("gala: river client close failed"),
  /** No such dispatch mode. */
  DISPATCH_MODE_INVALID("gala: dispatch mode is invalid"),
  /** A listener ended with a {@link java.lang.Error} that is no failed assertion. */
  LISTENER_PANICKED("gala: listener panicked"),
  /** A job kind is empty. */
  JOB_KIND_REQUIRED("gala: job kind is required"),
  /** Jobs of removed listeners cannot be cleaned up. */
  RIVER_LISTENER_CLEANUP_FAILED("gala: river listener cleanup failed"),
  /** A listener's gate did not let an event pass. */
  LISTENER_GATED("gala: listener gated");

  private final String message;

  GalaError(String message) {
    this.message = message;
  }

  /** The original's text, for instance {@code gala: topic name is required}. */
  public String message() {
    return message;
  }
}
