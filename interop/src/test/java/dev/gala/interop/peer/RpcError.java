package dev.gala.interop.peer;

import tools.jackson.databind.JsonNode;

/** What a peer answers instead of a result. */
public final class RpcError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;

  RpcError(String method, JsonNode error) {
    super(method + ": " + error.path("message").stringValue());
    this.code = error.path("code").intValue();
  }

  /** JSON-RPC's number. */
  public int code() {
    return code;
  }
}
