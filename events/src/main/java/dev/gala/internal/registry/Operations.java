package dev.gala.internal.registry;

import dev.gala.event.GalaError;
import dev.gala.event.GalaException;
import dev.gala.event.PayloadOperation;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds a payload's operation. How to is worked out once per class. */
final class Operations {
  private static final ClassValue<Function<Object, @Nullable Object>> READERS =
      new ClassValue<>() {
        @Override
        protected Function<Object, @Nullable Object> computeValue(Class<?> type) {
          return reader(type);
        }
      };

  private Operations() {}

  /** The operation of {@code payload}, trimmed; empty if it has none. */
  static String of(Object payload) {
    Object operation = READERS.get(payload.getClass()).apply(payload);
    if (operation instanceof Enum<?> constant) {
      return constant.name();
    }
    return operation instanceof String text ? text.strip() : "";
  }

  /**
   * {@code payload} with another operation; itself, if it is neither a {@link PayloadOperation} nor
   * a record or map that holds it.
   */
  static Object with(Object payload, String operation) {
    if (payload instanceof PayloadOperation own) {
      return own.withPayloadOperation(operation);
    }
    if (payload instanceof Map<?, ?> map) {
      Map<Object, Object> renamed = new LinkedHashMap<>(map);
      renamed.put("operation", operation);
      return renamed;
    }
    return payload.getClass().isRecord() ? withComponent(payload, operation) : payload;
  }

  private static Object withComponent(Object payload, String operation) {
    RecordComponent[] components = payload.getClass().getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    try {
      for (int i = 0; i < components.length; i++) {
        types[i] = components[i].getType();
        if (components[i].getName().equals("operation")) {
          values[i] = operation(types[i], operation);
        } else {
          Method accessor = components[i].getAccessor();
          accessor.setAccessible(true);
          values[i] = accessor.invoke(payload);
        }
      }
      Constructor<?> constructor = payload.getClass().getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException | RuntimeException failure) {
      throw new GalaException(
          GalaError.PAYLOAD_DECODE_FAILED,
          payload.getClass().getName()
              + " cannot be made with the operation \""
              + operation
              + "\", as it is called now: let it implement PayloadOperation.withPayloadOperation",
          failure);
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // an enum's class
  private static Object operation(Class<?> type, String operation) {
    return type.isEnum() ? Enum.valueOf((Class) type, operation) : operation;
  }

  private static Function<Object, @Nullable Object> reader(Class<?> type) {
    if (PayloadOperation.class.isAssignableFrom(type)) {
      return payload -> ((PayloadOperation) payload).payloadOperation();
    }
    if (Map.class.isAssignableFrom(type)) {
      return payload -> ((Map<?, ?>) payload).get("operation");
    }
    for (String name : new String[] {"operation", "getOperation"}) {
      for (Method method : type.getMethods()) {
        if (method.getName().equals(name) && isAccessor(method)) {
          return reader(method);
        }
      }
    }
    return payload -> null;
  }

  private static boolean isAccessor(Method method) {
    Class<?> result = method.getReturnType();
    return method.getParameterCount() == 0
        && !Modifier.isStatic(method.getModifiers())
        && (result == String.class || result.isEnum());
  }

  private static Function<Object, @Nullable Object> reader(Method method) {
    try {
      method.setAccessible(true);
    } catch (RuntimeException closed) {
      throw unreadable(method, closed);
    }
    return payload -> {
      try {
        return method.invoke(payload);
      } catch (ReflectiveOperationException failure) {
        throw unreadable(method, failure);
      }
    };
  }

  private static GalaException unreadable(Method method, Exception failure) {
    return new GalaException(
        GalaError.PAYLOAD_DECODE_FAILED,
        method
            + " cannot be called to find the operation: open its package to dev.gala, or implement"
            + " PayloadOperation",
        failure);
  }
}
