package dev.gala.interop.adapter;

import dev.gala.river.job.RiverException;
import dev.gala.river.json.GoJson;
import dev.gala.river.json.JsonObjects;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers JSON-RPC 2.0 requests, one a line, by methods. */
final class Rpc {
  private static final Logger LOG = LoggerFactory.getLogger(Rpc.class);

  private final Map<String, Method> methods;

  Rpc(Map<String, Method> methods) {
    this.methods = Map.copyOf(methods);
  }

  /** The response to a line, whatever it is. */
  String answer(String line) {
    String id = "null";
    try {
      Map<String, String> request = request(line);
      id = id(request);
      String method = method(line);
      Method known = methods.get(method);
      if (known == null) {
        throw new RpcException(
            RpcException.Code.METHOD_NOT_FOUND, "there is no method \"" + method + '"');
      }
      String result = known.answer(Params.of(request.get("params")));
      return Json.object("jsonrpc", "\"2.0\"", "id", id, "result", result);
    } catch (RpcException e) {
      return failure(id, e.code(), e.text());
    } catch (RiverException e) {
      return failure(id, code(e), e.getMessage() + " (" + e.code() + ")");
    } catch (RuntimeException e) {
      LOG.error("a request failed: {}", line, e);
      return failure(id, RpcException.Code.INTERNAL, e.toString());
    }
  }

  private static Map<String, String> request(String line) {
    if (!GoJson.isValid(line)) {
      throw new RpcException(RpcException.Code.PARSE, "the line is no JSON");
    }
    if (!GoJson.isObject(line)) {
      throw new RpcException(RpcException.Code.INVALID_REQUEST, "the request is no object");
    }
    return JsonObjects.members(line);
  }

  private static String id(Map<String, String> request) {
    String id = request.get("id");
    if (id == null || id.startsWith("{") || id.startsWith("[") || id.startsWith("t")) {
      throw new RpcException(
          RpcException.Code.INVALID_REQUEST, "the id is " + id + ": give a number or a text");
    }
    return id;
  }

  private static String method(String line) {
    String version = JsonObjects.textAt(line, "jsonrpc");
    String method = JsonObjects.textAt(line, "method");
    if (!"2.0".equals(version) || method == null) {
      throw new RpcException(
          RpcException.Code.INVALID_REQUEST,
          "the version is " + version + " and the method " + method + ": give \"2.0\" and a text");
    }
    return method;
  }

  private static RpcException.Code code(RiverException e) {
    return switch (e.code()) {
      case NOT_FOUND -> RpcException.Code.NOT_FOUND;
      case DATABASE, DATABASE_TOO_OLD, DATABASE_UNAVAILABLE, DRIVER_MISSING, OUTCOME_UNKNOWN ->
          RpcException.Code.INTERNAL;
      default -> RpcException.Code.REJECTED;
    };
  }

  private static String failure(String id, RpcException.Code code, String message) {
    String error =
        Json.object("code", String.valueOf(code.number()), "message", Json.text(message));
    return Json.object("jsonrpc", "\"2.0\"", "id", id, "error", error);
  }
}
