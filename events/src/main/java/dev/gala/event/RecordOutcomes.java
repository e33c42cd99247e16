package dev.gala.event;

/** When it is written into an event's job how each listener ended. */
public enum RecordOutcomes {
  /** When something remains to be done: a job that ends well in one attempt says nothing more. */
  WHEN_NEEDED,
  /** Always: to see later which listener took how long, at the cost of a larger last write. */
  ALWAYS
}
