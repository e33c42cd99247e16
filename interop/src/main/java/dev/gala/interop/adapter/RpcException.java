package dev.gala.interop.adapter;

/** What a request is answered with instead of a result. */
final class RpcException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why, by number: JSON-RPC's own, and two of the suite's. */
  enum Code {
    /** The line is no JSON. */
    PARSE(-32700),
    /** It is no request. */
    INVALID_REQUEST(-32600),
    /** There is no such method. */
    METHOD_NOT_FOUND(-32601),
    /** The parameters are not those of the method. */
    INVALID_PARAMS(-32602),
    /** Something failed that the request is not to blame for. */
    INTERNAL(-32603),
    /** There is no such job, queue or transaction. */
    NOT_FOUND(-32001),
    /** The engine refuses it. */
    REJECTED(-32002);

    private final int number;

    Code(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }
  }

  private final Code code;

  RpcException(Code code, String message) {
    super(message);
    this.code = code;
  }

  static RpcException invalidParams(String message) {
    return new RpcException(Code.INVALID_PARAMS, message);
  }

  Code code() {
    return code;
  }

  String text() {
    return String.valueOf(getMessage());
  }
}
