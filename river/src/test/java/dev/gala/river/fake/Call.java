package dev.gala.river.fake;

/** What can be asked of a {@link FakeDriver}: what is counted, blocked and made to fail. */
public enum Call {
  ATTEMPT_STATES,
  AWAIT,
  BEAT,
  CANCEL_REQUESTED,
  COMPLETE,
  GET_AVAILABLE,
  INSERT,
  INSERT_BULK,
  INSERT_UNIQUE,
  LEAVE,
  LEADER_ELECT,
  LEADER_REELECT,
  LEADER_RESIGN,
  LISTEN,
  MERGE,
  NOTIFY,
  QUEUE_CREATE_OR_UPDATE,
  QUEUE_GET,
  RESCUE,
  RUNNING,
  SCHEDULE,
  SET_STATE
}
