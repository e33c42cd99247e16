package dev.gala.river.fake;

/** What can be asked of a {@link FakeDriver}: what is counted, blocked and made to fail. */
public enum Call {
  AWAIT,
  COMPLETE,
  GET_AVAILABLE,
  INSERT,
  LISTEN,
  MERGE,
  NOTIFY,
  SCHEDULE,
  SET_STATE
}
